package import FleetModel
internal import Foundation
internal import ResourceModel

/// The credentials of a docker `config.json`, read anew each time so that a rotated password is taken up.
package struct DockerConfig: Hashable, Sendable {
    package var path: String
    private static let mostBytes = 1 << 20

    package init(path: String) { self.path = path }

    /// Nil when the file says nothing of the host. Credential helpers are programs and are not run: a file that names
    /// one for the host is refused.
    package func credential(for host: String) throws(FleetError) -> RegistryCredential? {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw FleetError(
                .notFound, "the docker configuration \(path) cannot be read",
                next: "correct dockerConfig in the configuration, or the file's mode")
        }
        guard data.count <= Self.mostBytes, let value = try? JSONReader.read([UInt8](data)),
            value.objectValue != nil
        else {
            throw FleetError(
                .invalidArgument, "the docker configuration \(path) is not JSON", next: "docker login writes one")
        }
        for (key, entry) in (value["auths"]?.objectValue ?? [:]).sorted(by: { $0.key < $1.key })
        where Self.host(of: key) == host {
            if let found = try credential(entry, key) { return found }
        }
        if value["credHelpers"]?[host] != nil || value["credsStore"]?.stringValue?.isEmpty == false {
            throw FleetError(
                .unsupported, "the docker configuration \(path) leaves \(host) to a credential helper",
                reason: "helpers are programs of a user's session and are not run here",
                next: "give user and passwordFile under `registries`, or an auths entry")
        }
        return nil
    }

    private func credential(_ entry: Value, _ key: String) throws(FleetError) -> RegistryCredential? {
        func text(_ name: String) -> String? { entry[name]?.stringValue.flatMap { $0.isEmpty ? nil : $0 } }
        if let token = text("registrytoken") { return .registryToken(token) }
        if let token = text("identitytoken") { return .identityToken(token) }
        if let user = text("username"), let password = text("password") {
            return .password(user: user, password: password)
        }
        guard let packed = text("auth") else { return nil }
        guard let data = Data(base64Encoded: packed), let colon = data.firstIndex(of: 0x3A) else {
            throw FleetError(
                .invalidArgument, "the docker configuration \(path): auth of \(key) is not base64 of user:password")
        }
        return .password(
            user: String(decoding: data[..<colon], as: UTF8.self),
            password: String(decoding: data[(colon + 1)...].filter { $0 != 0 }, as: UTF8.self))
    }

    /// docker writes hosts as `host`, `https://host` or `https://host/v1/`.
    private static func host(of key: String) -> String {
        var rest = key[...]
        for scheme in ["https://", "http://"] where rest.hasPrefix(scheme) { rest = rest.dropFirst(scheme.count) }
        let host = rest.prefix { $0 != "/" }.lowercased()
        return host == "docker.io" ? ImageName.dockerHub : host
    }
}
