internal import FleetModel
internal import FleetRuntime
internal import Foundation
internal import ZeroMQ

/// The coordinator's secrets: made at the first start, mode 0600, or given as systemd credentials.
struct CoordinatorKeys {
    var pair: CurveKeyPair
    /// Join tokens are derived from it.
    var tokenSecret: [UInt8]

    static func load(from directory: String) throws(FleetError) -> CoordinatorKeys {
        let secret = try text("curve-secret", in: directory) { () throws(FleetError) -> String in
            do { return try CurveKeyPair.generate().secretKey } catch {
                throw FleetError(.internalError, "no CURVE key can be made", reason: "\(error)")
            }
        }
        let token = try text("token-secret", in: directory) { SystemEntropy().hexadecimal(bytes: 32) }
        let pair: CurveKeyPair
        do { pair = try CurveKeyPair(secretKey: secret) } catch {
            throw FleetError(
                .invalidArgument, "\(directory)/curve-secret holds no CURVE key", reason: "\(error)",
                next: "restore it from a backup; a new key means that every agent must enrol again")
        }
        return CoordinatorKeys(pair: pair, tokenSecret: Array(token.utf8))
    }

    private static func text(
        _ name: String, in directory: String, make: () throws(FleetError) -> String
    ) throws(FleetError) -> String {
        let manager = FileManager.default
        let places = [ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"], directory].compactMap { $0 }
        for place in places {
            let file = "\(place)/\(name)"
            guard let data = manager.contents(atPath: file) else { continue }
            let mode = (try? manager.attributesOfItem(atPath: file))?[.posixPermissions] as? Int ?? 0
            // systemd keeps its credentials from others by itself.
            guard place != directory || mode & 0o077 == 0 else {
                throw FleetError(
                    .unauthorized, "\(file) can be read by others", reason: "its mode is \(String(mode, radix: 8))",
                    next: "chmod 600 \(file); if others may have read it, remove it: every agent must then join again")
            }
            return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        }
        let path = "\(directory)/\(name)"
        guard !manager.fileExists(atPath: path) else {
            throw FleetError(.unauthorized, "\(path) cannot be read", next: "check its owner and mode (0600)")
        }
        let made = try make()
        let written = manager.createFile(
            atPath: path, contents: Data((made + "\n").utf8), attributes: [.posixPermissions: 0o600])
        guard written else { throw FleetError(.invalidArgument, "\(path) cannot be written", next: "check dataDir") }
        return made
    }
}
