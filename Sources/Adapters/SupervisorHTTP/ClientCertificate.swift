internal import Crypto
internal import Foundation
internal import SupervisorCluster
internal import SwiftASN1
internal import X509

/// A client's certificate: its common name is the user, its organizations are the groups, as on an API server.
package struct ClientCertificate: Sendable {
    package let certificatePEM: String
    package let keyPEM: String

    /// A year, as kubeadm's.
    private static let lifetime: TimeInterval = 365 * 24 * 3600

    /// Signed by the authority that also signs the server's certificate; `isExpired` makes one whose time is over.
    package init(
        user: String, groups: [String], authority: CertificateAuthority, isExpired: Bool = false
    ) throws {
        let key = P256.Signing.PrivateKey()
        var parts = [RelativeDistinguishedName]()
        for group in groups {
            parts.append(
                RelativeDistinguishedName([.init(type: .RDNAttributeType.organizationName, utf8String: group)]))
        }
        parts.append(RelativeDistinguishedName([.init(type: .RDNAttributeType.commonName, utf8String: user)]))
        let begin = isExpired ? -Self.lifetime : -300
        let certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: Certificate.PrivateKey(key).publicKey,
            notValidBefore: Date(timeIntervalSinceNow: begin),
            notValidAfter: Date(timeIntervalSinceNow: isExpired ? -300 : Self.lifetime),
            issuer: authority.certificate.subject, subject: DistinguishedName(parts),
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true, keyEncipherment: true))
                try ExtendedKeyUsage([.clientAuth])
            },
            issuerPrivateKey: authority.key)
        certificatePEM = try certificate.serializeAsPEM().pemString
        keyPEM = key.pemRepresentation
    }

    /// Whom a certificate shown in a handshake names; nil when it is not the authority's, or not valid now.
    ///
    /// The handshake has proved that the client holds the key.
    static func caller(der: [UInt8], authority: CertificateAuthority, now: Date) -> Caller? {
        guard let certificate = try? Certificate(derEncoded: der),
            authority.certificate.publicKey.isValidSignature(certificate.signature, for: certificate),
            certificate.notValidBefore <= now, now <= certificate.notValidAfter,
            let usage = try? certificate.extensions.extendedKeyUsage, usage.contains(.clientAuth)
        else { return nil }
        var user = ""
        var groups: [String] = []
        for attribute in certificate.subject.flatMap({ $0 }) {
            guard let text = String(attribute.value) else { continue }
            switch attribute.type {
            case .RDNAttributeType.commonName: user = text
            case .RDNAttributeType.organizationName: groups.append(text)
            default: break
            }
        }
        return user.isEmpty ? nil : Caller(user: user, groups: groups + ["system:authenticated"])
    }
}
