/// A task's change of one install that is not carried out yet: its turn has not come, or its agent is away.
package struct WaitingChange: Hashable, Codable, Sendable {
    package var key: InstallKey
    package var task: TaskID
    package var operation: FleetTask.Operation
    /// The version it leads to; nil for an uninstall.
    package var version: String?
    /// `pending` or `deferred`.
    package var state: TaskTarget.State
    package var message: String

    package init(
        key: InstallKey, task: TaskID, operation: FleetTask.Operation, version: String?, state: TaskTarget.State,
        message: String
    ) {
        self.key = key
        self.task = task
        self.operation = operation
        self.version = version
        self.state = state
        self.message = message
    }
}
