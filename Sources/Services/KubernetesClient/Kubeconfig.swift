package import FleetModel
internal import ResourceModel

/// Reads a kubeconfig file as kubectl does.
///
/// What would need another program or another identity is refused by name: `exec`, `auth-provider`, `proxy-url`,
/// user name and password, impersonation.
package struct Kubeconfig {
    /// Gives the bytes of a file named in the kubeconfig; relative names are already resolved.
    package typealias FileReader = @Sendable (_ path: String) throws -> [UInt8]

    private let document: Value
    private let path: String
    private let readFile: FileReader

    /// `path` names the file in errors, and relative file names in it are resolved against its folder.
    package init(yaml: String, path: String, readFile: @escaping FileReader) throws(FleetError) {
        self.path = path
        self.readFile = readFile
        do {
            document = try YAMLDocuments.readOne(yaml)
        } catch {
            throw FleetError(.invalidArgument, "kubeconfig \(path) is not YAML", reason: error.description)
        }
        guard case .object = document else {
            throw FleetError(.invalidArgument, "kubeconfig \(path) is not a kubeconfig", reason: "it is not a mapping")
        }
    }

    package var contextNames: [String] {
        (document["contexts"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }.sorted()
    }

    /// The connection of a context; nil = `current-context`.
    package func connection(context wanted: String? = nil) throws(FleetError) -> ClusterConnection {
        let name = wanted ?? document["current-context"]?.stringValue ?? ""
        guard !name.isEmpty else {
            throw refusal("names no current-context", next: "kubectl config use-context NAME --kubeconfig \(path)")
        }
        let context = try entry("contexts", "context", name)
        guard let clusterName = context["cluster"]?.stringValue else {
            throw refusal("context \"\(name)\" names no cluster")
        }
        let cluster = try entry("clusters", "cluster", clusterName)
        let user: Value
        if let userName = context["user"]?.stringValue, !userName.isEmpty {
            user = try entry("users", "user", userName)
        } else {
            user = .object([:])
        }
        try refuseUnsupported(cluster: cluster, user: user)
        guard var server = cluster["server"]?.stringValue, server.hasPrefix("https://") || server.hasPrefix("http://")
        else { throw refusal("cluster \"\(clusterName)\" has no server address of the form https://host:port") }
        while server.last == "/" { server.removeLast() }

        let certificate = try material(user, "client-certificate")
        let key = try material(user, "client-key")
        guard (certificate == nil) == (key == nil) else {
            throw refusal("user of context \"\(name)\" has only one of client-certificate and client-key")
        }
        return ClusterConnection(
            context: name, server: server,
            certificateAuthorityPEM: try material(cluster, "certificate-authority"),
            clientCertificatePEM: certificate, clientKeyPEM: key,
            skipsTLSVerification: cluster["insecure-skip-tls-verify"]?.boolValue ?? false,
            tlsServerName: cluster["tls-server-name"]?.stringValue,
            credential: credential(user, server: server),
            namespace: context["namespace"]?.stringValue ?? "default")
    }

    /// kubectl sends no bearer token over plain http either.
    private func credential(_ user: Value, server: String) -> ClusterConnection.Credential {
        guard server.hasPrefix("https://") else { return .none }
        if let token = user["token"]?.stringValue, !token.isEmpty { return .token(token) }
        if let file = user["tokenFile"]?.stringValue, !file.isEmpty {
            let resolved = resolve(file)
            let readFile = readFile
            return .tokenFile { try readFile(resolved) }
        }
        return .none
    }

    private func refuseUnsupported(cluster: Value, user: Value) throws(FleetError) {
        if let exec = user["exec"], !exec.isNull {
            let command = exec["command"]?.stringValue ?? ""
            throw FleetError(
                .unsupported, "kubeconfig \(path) gets its credential from a program (exec: \(command))",
                reason: "an agent runs no programs of a kubeconfig",
                next: "give the agent a service account: kubectl create token, or a client certificate")
        }
        for key in ["auth-provider", "username", "password", "as", "as-uid", "as-groups", "as-user-extra"] {
            if let value = user[key], !value.isNull, value != "" {
                throw FleetError(
                    .unsupported, "kubeconfig \(path) uses \"\(key)\"",
                    reason: "supported: token, tokenFile, client-certificate and client-key (files or data)")
            }
        }
        if let proxy = cluster["proxy-url"]?.stringValue, !proxy.isEmpty {
            throw FleetError(.unsupported, "kubeconfig \(path) uses a proxy (proxy-url: \(proxy))")
        }
    }

    /// `<key>-data` (base64) wins over the file named by `<key>`, as in client-go.
    private func material(_ section: Value, _ key: String) throws(FleetError) -> [UInt8]? {
        if let data = section["\(key)-data"]?.stringValue, !data.isEmpty {
            guard let bytes = Base64.decode(data) else { throw refusal("\(key)-data is not base64") }
            return bytes
        }
        guard let file = section[key]?.stringValue, !file.isEmpty else { return nil }
        do {
            return try readFile(resolve(file))
        } catch {
            throw refusal("cannot read \(key) \(resolve(file)): \(error)")
        }
    }

    private func entry(_ list: String, _ field: String, _ name: String) throws(FleetError) -> Value {
        for entry in document[list]?.arrayValue ?? [] where entry["name"]?.stringValue == name {
            return entry[field] ?? .object([:])
        }
        throw refusal("has no \(field) \"\(name)\"")
    }

    private func resolve(_ file: String) -> String {
        guard !file.hasPrefix("/"), let slash = path.lastIndex(of: "/") else { return file }
        return path[...slash] + file
    }

    private func refusal(_ reason: String, next: String = "") -> FleetError {
        FleetError(.invalidArgument, "kubeconfig \(path) cannot be used", reason: reason, next: next)
    }
}
