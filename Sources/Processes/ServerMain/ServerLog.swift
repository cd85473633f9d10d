package import FleetModel
internal import FleetRuntime
internal import Foundation
internal import Logging

/// Where a server's log goes: text for a person at a terminal, else one JSON object per line, on standard error.
package enum ServerLog {
    package static func start(_ level: LogLevel) {
        let toTerminal = isatty(STDERR_FILENO) != 0
        LoggingSystem.bootstrap { label in
            let base: any LogHandler =
                toTerminal
                ? StreamLogHandler.standardError(label: label)
                : JSONLogHandler(label: label, level: .trace, now: now) { line in
                    try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
                }
            return ReloadableLogHandler(base: base, level: level)
        }
    }

    /// The wall clock.
    package static let now: @Sendable () -> Timestamp = {
        Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    }
}
