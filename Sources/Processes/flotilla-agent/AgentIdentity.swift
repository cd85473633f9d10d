internal import FleetModel
internal import Foundation

/// Who this agent is since it enrolled: its Supervisor and the pinned coordinator. No secret is in it.
struct AgentIdentity: Codable {
    var supervisor: SupervisorID
    var moid: String
    /// `tcp://host:port` of the command socket.
    var coordinator: String
    /// Z85 public key; the only one this agent talks to.
    var coordinatorKey: String

    private static let fileName = "identity.json"

    /// Nil before the enrolment.
    static func load(from directory: String) throws(FleetError) -> AgentIdentity? {
        let path = "\(directory)/\(fileName)"
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        do {
            return try JSONDecoder().decode(AgentIdentity.self, from: data)
        } catch {
            throw FleetError(
                .invalidArgument, "\(path) is not readable as an agent's identity", reason: "\(error)",
                next: "restore it from a backup, or remove it and join again")
        }
    }

    func save(to directory: String) throws(FleetError) {
        let path = "\(directory)/\(Self.fileName)"
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        do {
            try encoder.encode(self).write(to: URL(fileURLWithPath: path), options: .atomic)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        } catch {
            throw FleetError(
                .invalidArgument, "\(path) cannot be written", reason: error.localizedDescription,
                next: "check dataDir")
        }
    }
}
