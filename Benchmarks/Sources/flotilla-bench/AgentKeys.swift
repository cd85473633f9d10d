internal import Foundation

/// The enrolled simulated agents of one coordinator, kept in a file so that later runs need not enrol again.
struct AgentKeys: Codable {
    struct Agent: Codable {
        var name: String
        var secretKey: String
    }

    /// The coordinator's public key.
    var serverKey = ""
    var agents: [Agent] = []

    static func load(_ path: String) throws -> AgentKeys {
        guard let data = FileManager.default.contents(atPath: path) else { return AgentKeys() }
        return try JSONDecoder().decode(AgentKeys.self, from: data)
    }

    func save(_ path: String) throws {
        try JSONEncoder().encode(self).write(to: URL(fileURLWithPath: path), options: .atomic)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }
}
