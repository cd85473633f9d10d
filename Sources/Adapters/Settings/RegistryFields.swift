internal import FleetModel
internal import Foundation
internal import PackageSources
internal import ResourceModel

/// One item of `registries`. Passwords are in files, so that a configuration can be shown.
package struct RegistryFields: Hashable, Sendable {
    package var host: String
    package var usesPlainHTTP: Bool
    package var certificateAuthority: String?
    package var user: String?
    package var passwordFile: String?

    static let fields = ["host", "plainHTTP", "certificateAuthority", "user", "passwordFile"]

    init(_ item: Value, _ index: Int) throws(FleetError) {
        func refusal(_ rule: String) -> FleetError {
            FleetError(
                .invalidArgument, "setting registries: item \(index + 1) is not allowed", reason: rule,
                next: "- {host: \"registry.example.com:5000\", certificateAuthority: /etc/flotilla/registry-ca.pem}")
        }
        guard let host = item.field("host"), !host.isEmpty, !host.contains("/") else {
            throw refusal("host names the registry as image references do: name, or name:port")
        }
        self.host = host
        switch item["plainHTTP"] {
        case nil, .bool(false)?: usesPlainHTTP = false
        case .bool(true)?: usesPlainHTTP = true
        default: throw refusal("plainHTTP is true or false")
        }
        certificateAuthority = item.field("certificateAuthority")
        user = item.field("user")
        passwordFile = item.field("passwordFile")
        guard (user == nil) == (passwordFile == nil) else { throw refusal("user and passwordFile belong together") }
    }

    /// With the files read.
    func setting() throws(FleetError) -> RegistrySetting {
        var setting = RegistrySetting(host: host, usesPlainHTTP: usesPlainHTTP)
        if let certificateAuthority { setting.certificateAuthorityPEM = try read(certificateAuthority) }
        if let user, let passwordFile {
            let text = String(decoding: try read(passwordFile), as: UTF8.self)
            setting.credential = .password(user: user, password: text.trimmingCharacters(in: .newlines))
        }
        return setting
    }

    private func read(_ path: String) throws(FleetError) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw FleetError(
                .notFound, "setting registries: \(path) of \(host) cannot be read", next: "check its name and its mode")
        }
        return [UInt8](data)
    }
}
