package import Logging

/// Metadata keys of log lines (style.md §2): one constant per thing that is named.
package enum LogKey {
    package static let supervisor = "supervisor.id"
    package static let service = "service.id"
    package static let task = "task.id"
    package static let command = "command.id"
    package static let eventSequence = "event.sequence"
    package static let generation = "install.generation"
    package static let position = "journal.position"
    package static let error = "error"
    package static let peer = "link.peer"
}

extension Logger {
    /// Binds one key for a unit of work.
    package func with(_ key: String, _ value: some CustomStringConvertible) -> Logger {
        var logger = self
        logger[metadataKey: key] = .stringConvertible("\(value)")
        return logger
    }
}
