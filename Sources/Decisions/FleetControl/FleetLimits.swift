/// The bounds of the coordinator's state (architecture.md §2, idea 5). Reaching one is a clear refusal.
package struct FleetLimits: Hashable, Sendable {
    package var services = 1_000
    package var versionsPerService = 200
    package var supervisors = 10_000
    package var labelsPerSupervisor = 64
    /// Commands whose answer is remembered for a retry; the oldest is forgotten first.
    package var rememberedCommands = 10_000
    /// Finished tasks kept; the oldest finished one is forgotten first.
    package var keptTasks = 1_000
    /// Targets of the tasks kept, all together: a task of a large fleet has thousands.
    package var keptTargets = 100_000
    /// Saved plans kept; the oldest is forgotten first.
    package var savedPlans = 100
    /// Messages kept per install, newest last.
    package var messagesPerInstall = 10
    /// Outboxes of one agent whose position is remembered.
    package var incarnationsPerSupervisor = 8
    /// Longest text kept of one message, in characters.
    package var messageCharacters = 16_384
    /// Longest remark of a command, in bytes of UTF-8.
    package var reasonBytes = 1_024
    package var operators = 1_000
    package var tokensPerOperator = 20
    package var certificatesPerOperator = 8
    /// Longest life of an operator's token, in seconds.
    package var operatorTokenLifetime = 366 * 24 * 3600
    /// Longest life of a join token, in seconds.
    package var tokenLifetime = 30 * 24 * 3600

    package static let standard = FleetLimits()
    package init() {}
}
