package import FleetModel

/// A task as its follower sees it: a head line and one line per Supervisor.
package enum TaskText {
    package static let frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]
    /// Further Supervisors are counted in one line, failures always shown.
    package static let maximumLines = 40

    /// `task t-7  install harbor 2.6.1 on 3 Supervisors`.
    package static func head(_ task: FleetTask) -> String {
        let version = task.version.map { " \($0)" } ?? ""
        let count = task.targets.count
        let place = count == 1 ? task.targets[0].supervisor.rawValue : "\(count) Supervisors"
        let verb = "\(task.operation.rawValue) \(task.service.shortName)\(version)"
        return "task \(task.id)  \(verb) \(task.operation == .uninstall ? "from" : "on") \(place)"
    }

    /// One entry per Supervisor: symbol, state, detail, elapsed; further lines hold the cluster's own words.
    package static func lines(_ task: FleetTask, context: TaskContext, frame: Int = 3, paint: Paint) -> [String] {
        let shown = visible(task.targets)
        let nameWidth = shown.map { $0.supervisor.rawValue.count }.max() ?? 0
        let stateWidth = max(12, shown.map { state(of: $0, task.operation).count }.max() ?? 0)
        let details = shown.map { detail(of: $0, task: task, context: context) }
        let timed = zip(shown, details).filter { !elapsed(of: $0.0, now: context.now).isEmpty }
        let detailWidth = min(60, timed.map(\.1.count).max() ?? 0)
        var lines: [String] = []
        for (target, detail) in zip(shown, details) {
            let symbol = symbol(of: target.state, frame: frame, paint: paint)
            let state = state(of: target, task.operation)
            let time = elapsed(of: target, now: context.now)
            let line =
                "  \(pad(target.supervisor.rawValue, nameWidth))  \(symbol) \(pad(state, stateWidth))  "
                + (time.isEmpty ? detail : pad(detail, detailWidth) + "  " + time)
            lines.append(trimmed(line))
            lines += more(target)
        }
        if shown.count < task.targets.count {
            lines.append("  … and \(task.targets.count - shown.count) more Supervisors")
        }
        return lines
    }

    /// One line for one Supervisor, for output that is not redrawn; without the time, so that a change is a change.
    package static func plain(_ target: TaskTarget, task: FleetTask, context: TaskContext, paint: Paint) -> [String] {
        let width = task.targets.map { $0.supervisor.rawValue.count }.max() ?? 0
        let time = target.state.isFinal ? elapsed(of: target, now: context.now) : ""
        let line =
            "  \(pad(target.supervisor.rawValue, width))  "
            + "\(symbol(of: target.state, frame: 3, paint: paint)) \(pad(state(of: target, task.operation), 12))  "
            + detail(of: target, task: task, context: context) + (time.isEmpty ? "" : "  \(time)")
        return [trimmed(line)] + more(target)
    }

    package static func symbol(of state: TaskTarget.State, frame: Int, paint: Paint) -> String {
        switch state {
        case .succeeded: paint("✓", .good)
        case .failed, .refused: paint("✗", .bad)
        case .running: paint(frames[frame % frames.count], .attention)
        case .deferred: paint("–", .attention)
        case .pending: "·"
        case .superseded, .notSent: "○"
        }
    }

    package static func state(of target: TaskTarget, _ operation: FleetTask.Operation) -> String {
        switch target.state {
        case .succeeded: operation == .uninstall ? "REMOVED" : ConfigStatus.configured.rawValue
        case .failed: ConfigStatus.error.rawValue
        case .refused: "refused"
        case .running: target.stage?.rawValue ?? "sent"
        case .deferred: "deferred"
        case .pending: "pending"
        case .superseded: "superseded"
        case .notSent: "not sent"
        }
    }

    package static func detail(of target: TaskTarget, task: FleetTask, context: TaskContext) -> String {
        switch target.state {
        case .succeeded:
            return success(target, task: task, context: context)
        case .running:
            let count = target.total > 0 ? "\(target.done)/\(target.total)" : ""
            return [count, target.message].filter { !$0.isEmpty }.joined(separator: "  ")
        case .deferred:
            return deferral(target, context: context)
        case .failed, .refused: return target.message.isEmpty ? "" : firstLine(target.message)
        case .pending: return "waits for its turn"
        case .superseded: return target.message.isEmpty ? "a newer command replaced it" : target.message
        case .notSent: return "the failure limit was reached; nothing was sent"
        }
    }

    private static func success(_ target: TaskTarget, task: FleetTask, context: TaskContext) -> String {
        guard task.operation != .uninstall else { return "" }
        let installed = context.supervisors[target.supervisor]?.installs
            .first { $0.install.key.service == task.service }?.install.status.objectCount
        let count = target.total > 0 ? target.total : installed ?? 0
        guard count > 0 else { return firstLine(target.message) }
        let place = context.namespace(of: task.service, on: target.supervisor).map { " in \($0)" } ?? ""
        return "\(count) objects\(place)"
    }

    private static func deferral(_ target: TaskTarget, context: TaskContext) -> String {
        guard let view = context.supervisors[target.supervisor] else { return target.message }
        guard view.supervisor.enrolment == .enrolled else {
            return "no agent has enrolled yet; will apply when one does"
        }
        guard let heard = view.lastHeard else { return "not connected; will apply when it returns" }
        return "last heard \(RoughTime.text(context.now.since(heard))) ago; will apply when it returns"
    }

    /// Second and later lines of a failure, and what to type next.
    private static func more(_ target: TaskTarget) -> [String] {
        guard target.state.isFailure else { return [] }
        var lines = target.message.split(separator: "\n").dropFirst().map { "      " + $0 }
        if !target.next.isEmpty { lines.append("      next  " + target.next) }
        return lines
    }

    package static func elapsed(of target: TaskTarget, now: Timestamp) -> String {
        guard let started = target.startedAt, target.state == .running || target.state.isFinal else { return "" }
        return RoughTime.text((target.finishedAt ?? now).since(started))
    }

    /// All of a small task; of a large one failures first, then what is under way.
    private static func visible(_ targets: [TaskTarget]) -> [TaskTarget] {
        guard targets.count > maximumLines else { return targets }
        func rank(_ state: TaskTarget.State) -> Int {
            switch state {
            case .failed, .refused: 0
            case .running: 1
            case .deferred: 2
            case .pending, .superseded, .notSent: 3
            case .succeeded: 4
            }
        }
        let order = targets.indices.sorted { (rank(targets[$0].state), $0) < (rank(targets[$1].state), $1) }
        return order.prefix(maximumLines).sorted().map { targets[$0] }
    }

    package static func firstLine(_ text: String) -> String {
        text.split(separator: "\n", maxSplits: 1).first.map(String.init) ?? ""
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func trimmed(_ line: String) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        return line
    }
}
