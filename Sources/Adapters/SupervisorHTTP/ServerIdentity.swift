internal import Crypto
internal import Foundation
internal import NIOSSL
internal import SwiftASN1
internal import X509

/// What an API server shows its clients: a certificate of its authority.
package struct ServerIdentity: Sendable {
    /// PEM of the authority, for kubeconfigs.
    package let authorityPEM: String
    private let certificatePEM: String
    private let keyPEM: String

    /// Certificates hold for a year: longer than any simulated Supervisor runs without a restart.
    private static let lifetime: TimeInterval = 365 * 24 * 3600

    /// `hosts` are DNS names or IPv4 addresses the server answers for; the certificate is made anew every time.
    package init(hosts: [String], authority: CertificateAuthority? = nil) throws {
        let authority = try authority ?? CertificateAuthority()
        let serverKey = P256.Signing.PrivateKey()
        let names = hosts.map { host -> GeneralName in
            let parts = host.split(separator: ".").compactMap { UInt8($0) }
            return parts.count == 4 ? .ipAddress(ASN1OctetString(contentBytes: parts[...])) : .dnsName(host)
        }
        let server = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(),
            publicKey: Certificate.PrivateKey(serverKey).publicKey, notValidBefore: Date(timeIntervalSinceNow: -300),
            notValidAfter: Date(timeIntervalSinceNow: Self.lifetime),
            issuer: authority.certificate.subject, subject: try DistinguishedName { CommonName("kube-apiserver") },
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth])
                SubjectAlternativeNames(names)
            },
            issuerPrivateKey: authority.key)
        authorityPEM = try authority.certificate.serializeAsPEM().pemString
        certificatePEM = try server.serializeAsPEM().pemString
        keyPEM = serverKey.pemRepresentation
    }

    func configuration() throws -> TLSConfiguration {
        let certificate = try NIOSSLCertificate(bytes: Array(certificatePEM.utf8), format: .pem)
        let key = try NIOSSLPrivateKey(bytes: Array(keyPEM.utf8), format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(certificate)], privateKey: .privateKey(key))
        configuration.applicationProtocols = ["http/1.1"]
        return configuration
    }
}
