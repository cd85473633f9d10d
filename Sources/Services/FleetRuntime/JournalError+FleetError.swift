package import FleetModel

extension JournalError {
    /// The same as an error for people.
    package var fleetError: FleetError {
        switch self {
        case .fenced(let expected, let actual):
            FleetError(
                .conflict, "another process writes the journal",
                reason: "it ends at \(actual), expected \(expected)", next: "stop the other process")
        case .damaged(let position, let detail):
            FleetError(
                .internalError, "the journal is damaged at position \(position)", reason: detail,
                next: "flotilla doctor --data-dir DIR says what can be saved")
        case .storage(let detail):
            FleetError(
                .unavailable, "the journal cannot be written", reason: detail, next: "check the disk, then start again")
        case .trimmed(let first):
            FleetError(.notFound, "the history before \(first) was removed by retention")
        case .closed: FleetError(.unavailable, "the process is stopping", next: "try again")
        }
    }
}
