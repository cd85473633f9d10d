/// The bounds of an agent, each with its default.
package struct AgentLimits: Hashable, Sendable {
    /// Reports in the outbox; past it the oldest that carry no outcome become gap reports.
    package var outboxReports = 4096
    /// Journal records between two snapshots.
    package var recordsPerSnapshot = 1000
    /// Kubernetes Events and pod phases remembered as told.
    package var seenMarks = 16384
    /// Installs reconciled at once; further ones wait for their turn (kapp-controller: `-concurrency`).
    package var concurrentInstalls = 4
    /// Objects applied at once within a wave (kapp: `--apply-concurrency 5`).
    package var applyConcurrency = 5
    /// How long a report that only informs waits for others to share its append.
    package var informDelay = Duration.milliseconds(100)
    /// How long an acknowledgement waits for an append to share; lost with the process it is only told again.
    package var acknowledgementDelay = Duration.seconds(1)
    /// Between two looks at objects that are waited for.
    package var waitInterval = Duration.seconds(1)
    /// How often the Kubernetes API's version and reachability are looked at.
    package var healthInterval = Duration.seconds(30)
    /// How long a graceful end may take.
    package var drain = Duration.seconds(10)

    package init() {}
}
