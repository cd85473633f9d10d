package import Logging
internal import Synchronization

/// The log level in force; a reload changes it for every logger.
package final class LogLevel: Sendable {
    private let level: Mutex<Logger.Level>

    /// An unknown word is `info`; settings refuse it before.
    package init(_ word: String) { level = Mutex(Logger.Level(rawValue: word) ?? .info) }

    package var value: Logger.Level { level.withLock { $0 } }
    package func set(_ word: String) { level.withLock { $0 = Logger.Level(rawValue: word) ?? $0 } }
}
