internal import Crypto
internal import Foundation
internal import NIOCore
internal import NIOSSL
internal import SwiftASN1
internal import X509

/// What an API server shows its clients: a certificate of its authority.
package struct ServerIdentity: Sendable {
    /// PEM of the authority, for kubeconfigs.
    package let authorityPEM: String
    package let authority: CertificateAuthority
    private let certificatePEM: String
    private let expiredPEM: String
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
        func certificate(from: TimeInterval, to: TimeInterval) throws -> String {
            let server = try Certificate(
                version: .v3, serialNumber: Certificate.SerialNumber(),
                publicKey: Certificate.PrivateKey(serverKey).publicKey,
                notValidBefore: Date(timeIntervalSinceNow: from), notValidAfter: Date(timeIntervalSinceNow: to),
                issuer: authority.certificate.subject, subject: try DistinguishedName { CommonName("kube-apiserver") },
                signatureAlgorithm: .ecdsaWithSHA256,
                extensions: Certificate.Extensions {
                    Critical(BasicConstraints.notCertificateAuthority)
                    Critical(KeyUsage(digitalSignature: true))
                    try ExtendedKeyUsage([.serverAuth])
                    SubjectAlternativeNames(names)
                },
                issuerPrivateKey: authority.key)
            return try server.serializeAsPEM().pemString
        }
        self.authority = authority
        authorityPEM = try authority.certificate.serializeAsPEM().pemString
        certificatePEM = try certificate(from: -300, to: Self.lifetime)
        expiredPEM = try certificate(from: -Self.lifetime, to: -300)
        keyPEM = serverKey.pemRepresentation
    }

    /// `isExpired` is asked for every connection: when true, it is shown a certificate that has expired.
    func configuration(isExpired: @escaping @Sendable () -> Bool) throws -> TLSConfiguration {
        let certificate = try NIOSSLCertificate(bytes: Array(certificatePEM.utf8), format: .pem)
        let key = try NIOSSLPrivateKey(bytes: Array(keyPEM.utf8), format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(certificate)], privateKey: .privateKey(key))
        configuration.applicationProtocols = ["http/1.1"]
        // A client certificate is asked for, not demanded; who it names is found out per request.
        configuration.certificateVerification = .optionalVerification
        let expired = try NIOSSLCertificate(bytes: Array(expiredPEM.utf8), format: .pem)
        configuration.sslContextCallback = { _, promise in
            var override = NIOSSLContextConfigurationOverride.noChanges
            if isExpired() {
                override.certificateChain = [.certificate(expired)]
                override.privateKey = .privateKey(key)
            }
            promise.succeed(override)
        }
        return configuration
    }
}
