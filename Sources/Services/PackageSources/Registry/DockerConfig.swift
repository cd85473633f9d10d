package import FleetModel
internal import Foundation
internal import ResourceModel

/// The credentials of a docker `config.json`, read anew each time so that a rotated password is taken up.
package struct DockerConfig: Hashable, Sendable {
    package var path: String
    private static let mostBytes = 1 << 20

    package init(path: String) { self.path = path }

    /// What the file says of a host.
    package enum Entry: Hashable, Sendable {
        case credential(RegistryCredential)
        /// The program `docker-credential-<name>` has it.
        case helper(String)
    }

    /// Nil when the file says nothing of the host. As docker does, a helper of the host comes first, then `auths`, then
    /// the store of all hosts.
    package func entry(for host: String) throws(FleetError) -> Entry? {
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
        let helpers = (value["credHelpers"]?.objectValue ?? [:]).sorted { $0.key < $1.key }
        if let name = helpers.first(where: { Self.host(of: $0.key) == host })?.value.stringValue {
            return .helper(try checked(name, host))
        }
        for (key, entry) in (value["auths"]?.objectValue ?? [:]).sorted(by: { $0.key < $1.key })
        where Self.host(of: key) == host {
            if let found = try credential(entry, key) { return .credential(found) }
        }
        if let store = value["credsStore"]?.stringValue, !store.isEmpty { return .helper(try checked(store, host)) }
        return nil
    }

    /// A helper's name becomes a program's: nothing else may.
    private func checked(_ name: String, _ host: String) throws(FleetError) -> String {
        guard name.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._-]{0,63}/) != nil else {
            throw FleetError(
                .invalidArgument, "the docker configuration \(path) names a credential helper for \(host)",
                reason: "\"\(name)\" is no name of a helper")
        }
        return name
    }

    /// The server's name as docker gives it to helpers.
    package static func server(of host: String) -> String {
        host == ImageName.dockerHub ? "https://index.docker.io/v1/" : host
    }

    /// What a helper answered (docker-credential-helpers' protocol); nil when it has nothing for the host.
    package static func credential(ofHelper answer: [UInt8], name: String) throws(FleetError) -> RegistryCredential? {
        let value = try? JSONReader.read(answer)
        guard let user = value?["Username"]?.stringValue, let secret = value?["Secret"]?.stringValue else {
            throw FleetError(
                .invalidArgument, "docker-credential-\(name) did not answer as a credential helper",
                reason: "expected JSON with Username and Secret")
        }
        if secret.isEmpty { return nil }
        return user == "<token>" ? .identityToken(secret) : .password(user: user, password: secret)
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
