/// One operator's operation over one or more Supervisors, with one outcome each.
package struct FleetTask: Hashable, Codable, Sendable {
    package enum State: String, Codable, Sendable, CaseIterable {
        case pending, running, blocked, succeeded, failed
    }

    package enum Operation: String, Codable, Sendable, CaseIterable {
        case install, upgrade, reconfigure, uninstall
    }

    package var id: TaskID
    package var command: CommandID
    package var operation: Operation
    package var service: ServiceID
    package var version: String?
    package var createdAt: Timestamp
    package var finishedAt: Timestamp?
    /// How many Supervisors are worked on at once; 0 = all.
    package var maxParallel: Int
    /// After this many failures nothing further is sent (contract C6).
    package var maxFailures: Int
    /// The operator's remark; nil when none was given.
    package var reason: String?
    /// In the order the operator named them.
    package var targets: [TaskTarget]

    package init(
        id: TaskID, command: CommandID, operation: Operation, service: ServiceID, version: String?,
        createdAt: Timestamp, maxParallel: Int, maxFailures: Int, reason: String? = nil, targets: [TaskTarget]
    ) {
        self.id = id
        self.command = command
        self.operation = operation
        self.service = service
        self.version = version
        self.createdAt = createdAt
        self.maxParallel = maxParallel
        self.maxFailures = maxFailures
        self.reason = reason
        self.targets = targets
    }

    package var failures: Int { targets.count { $0.state.isFailure } }

    package var state: State {
        if targets.allSatisfy({ $0.state.isFinal }) {
            return targets.contains { $0.state.isFailure || $0.state == .notSent } ? .failed : .succeeded
        }
        if targets.allSatisfy({ $0.state.isFinal || $0.state == .deferred }) { return .blocked }
        return targets.allSatisfy { $0.state == .pending } ? .pending : .running
    }
}

/// One Supervisor's part in a task.
package struct TaskTarget: Hashable, Codable, Sendable {
    package enum State: String, Codable, Sendable, CaseIterable {
        /// Waits for its turn (`maxParallel`).
        case pending
        /// Wanted state was set; the agent is connected and works on it.
        case running
        /// The agent is away: it is applied when it returns, and holds no place meanwhile. A target that was never
        /// sent is left out instead when the failure limit is reached first.
        case deferred
        case succeeded
        /// With the cluster's own words.
        case failed
        /// The agent's own check refused it.
        case refused
        /// A newer command for the same install replaced it.
        case superseded
        /// The failure limit was reached before its turn; nothing was sent.
        case notSent

        package var isFinal: Bool {
            switch self {
            case .pending, .running, .deferred: false
            case .succeeded, .failed, .refused, .superseded, .notSent: true
            }
        }

        package var isFailure: Bool { self == .failed || self == .refused }
    }

    package var supervisor: SupervisorID
    package var generation: UInt64
    package var state: State
    package var stage: ReconcileStage?
    package var done: Int
    package var total: Int
    /// Progress detail or the final message.
    package var message: String
    package var next: String
    package var startedAt: Timestamp?
    package var finishedAt: Timestamp?

    package init(supervisor: SupervisorID, state: State = .pending) {
        self.supervisor = supervisor
        self.generation = 0
        self.state = state
        self.done = 0
        self.total = 0
        self.message = ""
        self.next = ""
    }
}
