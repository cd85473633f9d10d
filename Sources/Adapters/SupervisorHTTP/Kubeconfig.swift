internal import Foundation
internal import ResourceModel

/// The kubeconfig of a simulated Supervisor.
package enum Kubeconfig {
    /// YAML that kubectl and Flotilla's agent read; `authorityPEM` nil = plain HTTP.
    package static func text(server: String, name: String, token: String, authorityPEM: String?) -> String {
        var cluster: Value = ["server": .string(server)]
        if let authorityPEM {
            cluster["certificate-authority-data"] = .string(Data(authorityPEM.utf8).base64EncodedString())
        }
        return YAMLWriter.text([
            "apiVersion": "v1", "kind": "Config", "current-context": .string(name),
            "clusters": [["name": .string(name), "cluster": cluster]],
            "contexts": [
                [
                    "name": .string(name),
                    "context": ["cluster": .string(name), "user": .string(name), "namespace": "default"],
                ]
            ],
            "users": [["name": .string(name), "user": ["token": .string(token)]]],
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
