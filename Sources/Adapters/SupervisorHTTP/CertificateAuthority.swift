internal import Crypto
internal import Foundation
internal import SwiftASN1
internal import X509

/// The authority that signs a simulated Supervisor's certificate; kubeconfigs hold its public part.
package struct CertificateAuthority: Sendable {
    let certificate: Certificate
    let key: Certificate.PrivateKey

    /// Ten years, as kubeadm's: kubeconfigs stay valid as long as the authority is kept.
    private static let lifetime: TimeInterval = 10 * 365 * 24 * 3600

    package init() throws {
        key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let name = try DistinguishedName { CommonName("flotilla simulated Supervisor CA") }
        certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key.publicKey,
            notValidBefore: Date(timeIntervalSinceNow: -300),
            notValidAfter: Date(timeIntervalSinceNow: Self.lifetime), issuer: name, subject: name,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
                Critical(KeyUsage(digitalSignature: true, keyCertSign: true, cRLSign: true))
            },
            issuerPrivateKey: key)
    }

    /// Certificate and key as `pem` gave them.
    package init(pem: String) throws {
        let documents = try PEMDocument.parseMultiple(pemString: pem)
        guard documents.count == 2 else { throw CocoaError(.fileReadCorruptFile) }
        certificate = try Certificate(pemDocument: documents[0])
        key = try Certificate.PrivateKey(pemDocument: documents[1])
    }

    /// Certificate and private key, to be kept where nobody else reads.
    package func pem() throws -> String {
        try certificate.serializeAsPEM().pemString + "\n" + key.serializeAsPEM().pemString + "\n"
    }
}
