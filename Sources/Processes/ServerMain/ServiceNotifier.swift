internal import Foundation

/// Tells systemd how the process is (sd_notify(3)), through its own `systemd-notify`; silent without systemd.
package struct ServiceNotifier: Sendable {
    private static let program = "/usr/bin/systemd-notify"
    private let active: Bool
    /// How often systemd wants a sign of life (half of WatchdogSec); nil = not at all.
    package let watchdogInterval: Duration?

    package init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        active =
            environment["NOTIFY_SOCKET"] != nil && FileManager.default.isExecutableFile(atPath: Self.program)
        watchdogInterval = environment["WATCHDOG_USEC"].flatMap { Int64($0) }.map { .microseconds($0 / 2) }
    }

    package func ready(_ status: String) { send("READY=1", "STATUS=\(status)") }
    package func reloading() {
        // MONOTONIC_USEC must be that of the RELOADING message (sd_notify(3)).
        let microseconds = Int64(ProcessInfo.processInfo.systemUptime * 1_000_000)
        send("RELOADING=1", "MONOTONIC_USEC=\(microseconds)")
    }
    package func alive() { send("WATCHDOG=1") }
    package func stopping() { send("STOPPING=1") }

    private func send(_ assignments: String...) {
        guard active else { return }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.program)
        process.arguments = ["--pid=\(ProcessInfo.processInfo.processIdentifier)"] + assignments
        // A failure to tell systemd must not stop the work; systemd's own timeout reports it. Each word is awaited: a
        // READY that overtook its RELOADING would leave the unit reloading.
        guard (try? process.run()) != nil else { return }
        process.waitUntilExit()
    }
}
