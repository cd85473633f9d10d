internal import Crypto
internal import FleetModel
internal import Foundation
internal import ResourceModel
internal import SupervisorCluster
internal import SwiftASN1
internal import X509

/// The signers of kube-controller-manager: give an approved CertificateSigningRequest its certificate.
enum RequestSigner {
    private static let kind = GroupVersionKind(
        group: "certificates.k8s.io", version: "v1", kind: "CertificateSigningRequest")
    /// Other signers have controllers of their own.
    private static let signers: Set<String> = [
        "kubernetes.io/kube-apiserver-client", "kubernetes.io/kube-apiserver-client-kubelet",
        "kubernetes.io/kubelet-serving",
    ]
    /// `--cluster-signing-duration`.
    private static let longest: TimeInterval = 365 * 24 * 3600

    static func sign(_ state: inout ClusterState, _ authority: CertificateAuthority) {
        for request in state.list(kind, namespace: nil) where isDue(request) {
            var signed = request
            do {
                signed[at: "status", "certificate"] = .string(
                    Data(try certificate(request, authority).utf8).base64EncodedString())
            } catch {
                var conditions = request[at: "status", "conditions"]?.arrayValue ?? []
                let now = Value.string(state.now.seconds)
                conditions.append([
                    "type": "Failed", "status": "True", "reason": "SignerValidationFailure",
                    "message": .string((error as? Refusal)?.why ?? "\(error)"), "lastUpdateTime": now,
                    "lastTransitionTime": now,
                ])
                signed[at: "status", "conditions"] = .array(conditions)
            }
            _ = try? state.updateStatus(signed)
        }
    }

    private struct Refusal: Error {
        var why: String
    }

    private static func isDue(_ request: Value) -> Bool {
        let conditions = request[at: "status", "conditions"]?.arrayValue ?? []
        func has(_ type: String) -> Bool { conditions.contains { $0["type"]?.stringValue == type } }
        return signers.contains(request[at: "spec", "signerName"]?.stringValue ?? "") && has("Approved")
            && !has("Denied") && !has("Failed") && request[at: "status", "certificate"] == nil
    }

    private static func certificate(_ request: Value, _ authority: CertificateAuthority) throws -> String {
        let encoded = request[at: "spec", "request"]?.stringValue ?? ""
        guard let data = Data(base64Encoded: encoded) else { throw Refusal(why: "the request is not base64") }
        let asked = try CertificateSigningRequest(pemEncoded: String(decoding: data, as: UTF8.self))
        let usages = (request[at: "spec", "usages"]?.arrayValue ?? []).compactMap(\.stringValue)
        let isServing = request[at: "spec", "signerName"]?.stringValue == "kubernetes.io/kubelet-serving"
        let needed = isServing ? "server auth" : "client auth"
        let allowed: Set<String> = [needed, "digital signature", "key encipherment"]
        guard usages.contains(needed), allowed.isSuperset(of: usages) else {
            throw Refusal(why: "usages did not match [\(needed)]")
        }
        let seconds = request[at: "spec", "expirationSeconds"]?.intValue.map(TimeInterval.init) ?? longest
        let names = try? asked.attributes.extensionRequest?.extensions.subjectAlternativeNames
        let certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: asked.publicKey,
            notValidBefore: Date(timeIntervalSinceNow: -300),
            notValidAfter: Date(timeIntervalSinceNow: min(seconds, longest)),
            issuer: authority.certificate.subject, subject: asked.subject, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(
                    KeyUsage(
                        digitalSignature: usages.contains("digital signature") || !isServing,
                        keyEncipherment: usages.contains("key encipherment")))
                try ExtendedKeyUsage([isServing ? .serverAuth : .clientAuth])
                if let names { names }
            },
            issuerPrivateKey: authority.key)
        return try certificate.serializeAsPEM().pemString + "\n"
    }
}
