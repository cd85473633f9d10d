package import FleetModel
internal import Synchronization

/// What the people around the fleet saw: answers to their commands, and the feed as it came to each reader.
package final class FleetHistory: Sendable {
    package struct Answered: Sendable {
        package var id: CommandID
        package var command: FleetCommand
        package var result: Result<CommandReply, FleetError>
        /// Answers before this one that were lost or said that nothing is known.
        package var unknownBefore: Int
        package var at: Duration
    }

    /// The coordinator's disk became what it had been at `copied`.
    struct Restore: Sendable {
        var copied: Duration
        var restored: Duration
    }

    private struct State {
        var answers: [Answered] = []
        var readers: [Int: [FleetEvent]] = [:]
        var violations: [Violation] = []
        var asked: [CommandID: FleetCommand] = [:]
        var openScripts = 0
        var restores: [Restore] = []
        /// Tasks of answers that did not reach the operator.
        var unheard: [CommandID: TaskID] = [:]
        var plans: [PlanID: PlanRequest] = [:]
    }

    private let state = Mutex(State())

    package var answers: [Answered] { state.withLock { $0.answers } }
    package var violations: [Violation] { state.withLock { $0.violations } }
    var isScriptOver: Bool { state.withLock { $0.openScripts == 0 } }

    /// What operators asked for, answered or not.
    var asked: [CommandID: FleetCommand] { state.withLock { $0.asked } }
    func asks(_ command: FleetCommand, _ id: CommandID) { state.withLock { $0.asked[id] = command } }

    func saved(_ plan: PlanID, _ request: PlanRequest) { state.withLock { $0.plans[plan] = request } }
    func plan(_ id: PlanID) -> PlanRequest? { state.withLock { $0.plans[id] } }

    func scriptBegan() { state.withLock { $0.openScripts += 1 } }
    func scriptEnded() { state.withLock { $0.openScripts -= 1 } }
    func answered(_ answer: Answered) { state.withLock { $0.answers.append(answer) } }
    func read(_ events: [FleetEvent], by reader: Int) { state.withLock { $0.readers[reader, default: []] += events } }
    func reader(_ number: Int) -> [FleetEvent] { state.withLock { $0.readers[number] ?? [] } }

    var restores: [Restore] { state.withLock { $0.restores } }

    /// What readers saw and what was answered since the copy belongs to another history: they begin anew.
    func restored(_ restore: Restore) {
        state.withLock { state in
            state.restores.append(restore)
            state.readers = [:]
            state.unheard = [:]
        }
    }

    /// Answered between a copy and its restore: lost with it.
    func isForgotten(_ at: Duration) -> Bool {
        state.withLock { $0.restores.contains { $0.copied <= at && at <= $0.restored } }
    }

    /// An answer, heard or not: asked again, a command is the same task.
    func told(_ id: CommandID, _ reply: CommandReply, isHeard: Bool) {
        guard let task = reply.task else { return }
        let other = state.withLock { state -> TaskID? in
            let other = state.unheard[id]
            state.unheard[id] = isHeard ? nil : task
            return other
        }
        if let other, other != task { violated(.c1, "\(id) was answered as \(other) and then as \(task)") }
    }

    func violated(_ rule: Violation.Rule, _ text: String) {
        state.withLock { state in
            guard state.violations.count < 50 else { return }
            state.violations.append(Violation(rule: rule, text: text))
        }
    }
}

/// A line of the contract that did not hold.
package struct Violation: Hashable, Sendable, CustomStringConvertible {
    package enum Rule: String, Sendable, CaseIterable {
        case c1 = "C1"
        case c2 = "C2"
        case c3 = "C3"
        case c4 = "C4"
        case c5 = "C5"
        case c6 = "C6"
        case c7 = "C7"
        case c8 = "C8"
        case c9 = "C9"
        case c10 = "C10"
        /// An agent's keys: one change for one order, no session of a key that ended, no agent without a key.
        case keys
        /// Something waits for nothing and goes on for ever.
        case progress
        /// A second process on one directory changes nothing.
        case fence
        /// A failed fsync ends the process.
        case failStop = "fail-stop"
    }

    package var rule: Rule
    package var text: String

    package var description: String { "\(rule.rawValue): \(text)" }
}
