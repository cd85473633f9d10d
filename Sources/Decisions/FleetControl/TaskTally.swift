package import FleetModel

/// How many targets of a task are in which kind of state, kept while they change: a task with a thousand targets is
/// not counted anew with every report.
package struct TaskTally: Hashable, Sendable {
    /// Wait for their turn or for their agent.
    package private(set) var waiting = 0
    package private(set) var running = 0
    package private(set) var failures = 0

    package init(_ targets: [TaskTarget]) {
        for target in targets { count(target.state, 1) }
    }

    package mutating func moved(from old: TaskTarget.State, to new: TaskTarget.State) {
        guard old != new else { return }
        count(old, -1)
        count(new, 1)
    }

    /// True when every target has its outcome.
    package var isOver: Bool { waiting == 0 && running == 0 }

    private mutating func count(_ state: TaskTarget.State, _ change: Int) {
        switch state {
        case .pending, .deferred: waiting += change
        case .running: running += change
        case .failed, .refused: failures += change
        case .succeeded, .superseded, .notSent: break
        }
    }
}

/// Why a task is looked at again.
package enum TaskNews: Hashable, Sendable {
    /// Targets came to their end, and nothing else.
    case ended
    /// Agents came or went, or the task is new.
    case presence

    /// The news that asks for the more thorough look.
    package static func merged(_ left: TaskNews?, _ right: TaskNews) -> TaskNews {
        left == .presence ? .presence : right
    }
}
