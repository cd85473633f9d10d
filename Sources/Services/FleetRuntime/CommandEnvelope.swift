package import FleetModel

/// Body of `POST /v1/commands`.
package struct CommandEnvelope: Codable, Sendable, Hashable {
    package var id: CommandID
    package var command: FleetCommand
    package init(id: CommandID, command: FleetCommand) {
        self.id = id
        self.command = command
    }
}
