package import FleetModel

/// Body of `POST /v1/commands`.
package struct CommandEnvelope: Codable, Sendable, Hashable {
    package var id: CommandID
    package var command: FleetCommand
    /// The operator's remark for the audit.
    package var reason: String?
    package init(id: CommandID, command: FleetCommand, reason: String? = nil) {
        self.id = id
        self.command = command
        self.reason = reason
    }
}
