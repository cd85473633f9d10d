internal import Foundation
internal import ResourceModel

/// The kubeconfig of a simulated Supervisor.
package enum Kubeconfig {
    /// One Supervisor in a kubeconfig.
    package struct Entry: Sendable {
        package var server: String
        package var name: String
        package var token: String
        /// Shown instead of the token.
        package var certificate: ClientCertificate?

        package init(server: String, name: String, token: String, certificate: ClientCertificate? = nil) {
            self.server = server
            self.name = name
            self.token = token
            self.certificate = certificate
        }

        fileprivate var user: Value {
            guard let certificate else { return ["token": .string(token)] }
            func encoded(_ text: String) -> Value { .string(Data(text.utf8).base64EncodedString()) }
            return [
                "client-certificate-data": encoded(certificate.certificatePEM),
                "client-key-data": encoded(certificate.keyPEM),
            ]
        }
    }

    /// YAML that kubectl and Flotilla's agent read; `authorityPEM` nil = plain HTTP.
    package static func text(server: String, name: String, token: String, authorityPEM: String?) -> String {
        text([Entry(server: server, name: name, token: token)], authorityPEM: authorityPEM)
    }

    /// A context for each; the first is the current one.
    package static func text(_ entries: [Entry], authorityPEM: String?) -> String {
        let authority = authorityPEM.map { Value.string(Data($0.utf8).base64EncodedString()) }
        let clusters = entries.map { entry -> Value in
            var cluster: Value = ["server": .string(entry.server)]
            if let authority { cluster["certificate-authority-data"] = authority }
            return ["name": .string(entry.name), "cluster": cluster]
        }
        return YAMLWriter.text([
            "apiVersion": "v1", "kind": "Config", "current-context": .string(entries.first?.name ?? ""),
            "clusters": .array(clusters),
            "contexts": .array(
                entries.map { entry in
                    [
                        "name": .string(entry.name),
                        "context": [
                            "cluster": .string(entry.name), "user": .string(entry.name), "namespace": "default",
                        ],
                    ]
                }),
            "users": .array(
                entries.map { ["name": .string($0.name), "user": $0.user] }),
        ])
    }

    /// Writes with mode 0600; the file is never seen half written.
    package static func write(_ text: String, to path: String) throws {
        let url = URL(fileURLWithPath: path)
        let folder = url.deletingLastPathComponent()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let temporary = folder.appendingPathComponent(".\(url.lastPathComponent).\(UUID().uuidString)")
        guard
            FileManager.default.createFile(
                atPath: temporary.path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        else { throw CocoaError(.fileWriteUnknown) }
        // Foundation's replaceItem fails on Linux where the target exists; whoever waits for the file waits longer.
        try? FileManager.default.removeItem(at: url)
        try FileManager.default.moveItem(at: temporary, to: url)
    }
}
