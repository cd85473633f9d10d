package import FleetModel
package import FleetRuntime
internal import Foundation
internal import ResourceModel

/// Which coordinator the CLI talks to: flag > `FLOTILLA_*` > context file > system file > the host's unix socket.
package struct ClientSettings: Hashable, Sendable {
    package var server: String
    package var tokenFile: String?
    package var tls: OperatorTrust
    /// Where the answer came from, for `doctor` and errors.
    package var origin: String

    package static let systemFile = "/etc/flotilla/config.yaml"

    package init(server: String, tokenFile: String?, tls: OperatorTrust = OperatorTrust(), origin: String) {
        self.server = server
        self.tokenFile = tokenFile
        self.tls = tls
        self.origin = origin
    }

    /// The bearer token, without its trailing newline.
    package func token() throws(FleetError) -> String? {
        guard let tokenFile else { return nil }
        guard let data = FileManager.default.contents(atPath: tokenFile) else {
            throw FleetError(
                .unauthenticated, "the token file \(tokenFile) cannot be read",
                reason: "it is missing, or may not be read by you", next: "ls -l \(tokenFile)")
        }
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    package static func resolve(
        server: String?, context: String?, tokenFile: String?, tls: OperatorTrust = OperatorTrust(),
        environment: [String: String],
        systemFile: String = systemFile
    ) throws(FleetError) -> ClientSettings {
        let token = tokenFile ?? environment["FLOTILLA_TOKEN_FILE"]
        let tls = tls.over(
            OperatorTrust(
                authorityFile: environment["FLOTILLA_CA_FILE"],
                certificateFile: environment["FLOTILLA_CLIENT_CERTIFICATE"],
                keyFile: environment["FLOTILLA_CLIENT_KEY"]))
        if let server { return ClientSettings(server: server, tokenFile: token, tls: tls, origin: "--server") }
        if context == nil, let server = environment["FLOTILLA_SERVER"], !server.isEmpty {
            return ClientSettings(server: server, tokenFile: token, tls: tls, origin: "FLOTILLA_SERVER")
        }
        let wanted = context ?? environment["FLOTILLA_CONTEXT"].flatMap { $0.isEmpty ? nil : $0 }
        let home =
            environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 }
            ?? environment["HOME"].map { $0 + "/.config" }
        var known: [String] = []
        for path in [home.map { $0 + "/flotilla/config.yaml" }, systemFile].compactMap({ $0 }) {
            guard let data = FileManager.default.contents(atPath: path) else { continue }
            let file = try ContextFile(String(decoding: data, as: UTF8.self), name: path)
            known += file.contexts.map(\.name)
            guard let name = wanted ?? file.current else { continue }
            if let found = file.contexts.first(where: { $0.name == name }) {
                return ClientSettings(
                    server: found.server, tokenFile: token ?? found.tokenFile, tls: tls.over(found.tls),
                    origin: "context \(name) of \(path)")
            }
            if wanted == nil {
                throw FleetError(
                    .notFound, "\(path): there is no context \(name)", reason: "current-context names it",
                    next: "choose one of \(known.joined(separator: ", "))")
            }
        }
        if let wanted {
            throw FleetError(
                .notFound, "there is no context \(wanted)",
                reason: Suggestion.text(wanted, among: known),
                next: "add it to \(home ?? "~/.config")/flotilla/config.yaml")
        }
        return ClientSettings(
            server: "unix://" + OperatorAPI.defaultSocketPath, tokenFile: token, tls: tls, origin: "the default")
    }
}

/// `contexts:` of the CLI's configuration file.
private struct ContextFile {
    struct Context {
        var name: String
        var server: String
        var tokenFile: String?
        var tls: OperatorTrust
    }

    var current: String?
    var contexts: [Context] = []

    init(_ text: String, name: String) throws(FleetError) {
        let value: Value
        do { value = try YAMLDocuments.readOne(text) } catch {
            throw FleetError(.invalidArgument, "\(name) is not YAML", reason: "\(error)")
        }
        let fields = ["apiVersion", "kind", "current-context", "contexts"]
        for key in (value.objectValue ?? [:]).keys.sorted() where !fields.contains(key) {
            throw Self.unknown(key, among: fields, in: name)
        }
        if let list = value["contexts"], list.arrayValue == nil {
            throw FleetError(
                .invalidArgument, "\(name): contexts is \(list.typeName)", reason: "a list is expected",
                next: Self.example)
        }
        current = value["current-context"]?.stringValue
        let ofContext = ["name", "server", "token-file", "ca-file", "client-certificate", "client-key"]
        for item in value["contexts"]?.arrayValue ?? [] {
            for key in (item.objectValue ?? [:]).keys.sorted() where !ofContext.contains(key) {
                throw Self.unknown(key, among: ofContext, in: "\(name), a context")
            }
            guard let title = item["name"]?.stringValue, let server = item["server"]?.stringValue else {
                throw FleetError(
                    .invalidArgument, "\(name): a context needs name and server",
                    next: Self.example)
            }
            contexts.append(
                Context(
                    name: title, server: server, tokenFile: item["token-file"]?.stringValue,
                    tls: OperatorTrust(
                        authorityFile: item["ca-file"]?.stringValue,
                        certificateFile: item["client-certificate"]?.stringValue,
                        keyFile: item["client-key"]?.stringValue)))
        }
    }

    private static let example = "contexts: [{name: lab, server: 'unix:///run/flotilla/operator.sock'}]"

    private static func unknown(_ key: String, among known: [String], in place: String) -> FleetError {
        FleetError(
            .invalidArgument, "\(place): unknown key \(key)", reason: Suggestion.text(key, among: known),
            next: "correct the file: \(known.joined(separator: ", ")) are known")
    }
}
