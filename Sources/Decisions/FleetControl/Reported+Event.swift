internal import FleetModel

extension FleetRecord.Reported {
    /// Longest message of a feed line, in characters; the install keeps more.
    private static let messageCharacters = 4_096

    func event(at: Timestamp, position: UInt64) -> FleetEvent? {
        let words = words
        return FleetEvent(
            position: position, at: report.at, severity: words.isWarning ? .warning : .normal, reason: words.reason,
            supervisor: supervisor, service: report.service, task: task, object: words.object,
            message: words.message.clipped(toCharacters: Self.messageCharacters),
            source: .init(incarnation: incarnation, sequence: report.sequence))
    }

    private struct Words {
        var reason: String
        var message: String
        var isWarning = false
        var object: String?
    }

    private var words: Words {
        switch report.body {
        case .accepted: Words(reason: "Accepted", message: "generation \(report.generation) is taken up")
        case .progress(let stage, let done, let total, let detail):
            Words(
                reason: "Reconciling",
                message: [stage.rawValue, total > 0 ? "\(done)/\(total)" : "", detail].filter { !$0.isEmpty }
                    .joined(separator: "  "))
        case .outcome(let outcome): Self.words(outcome)
        case .condition(let state, let reason, let message):
            Words(reason: reason, message: message, isWarning: state == .error)
        case .drift(let resource, let summary):
            Words(reason: "Drift", message: summary, isWarning: true, object: resource)
        case .kubernetesEvent(let type, let reason, let object, let message, let count):
            Words(
                reason: reason, message: count > 1 ? "\(message) (x\(count))" : message, isWarning: type == "Warning",
                object: object)
        case .objectPhase(let object, let phase):
            Words(reason: "ObjectPhase", message: "\(object) \(phase)", object: object)
        case .supervisorInfo(let version, let nodes, let facts):
            Words(
                reason: "SupervisorInfo",
                message: ["Kubernetes \(version)", "\(nodes) nodes", facts?.summary ?? ""].filter { !$0.isEmpty }
                    .joined(separator: ", "))
        case .note(let reason, let message): Words(reason: reason, message: message)
        case .gap(let from, let to):
            Words(reason: "Gap", message: "the agent's reports \(from) to \(to) were trimmed", isWarning: true)
        }
    }

    private static func words(_ outcome: ReconcileOutcome) -> Words {
        switch outcome.verdict {
        case .succeeded: Words(reason: "ReconcileSucceeded", message: outcome.message)
        case .failed: Words(reason: "ReconcileFailed", message: outcome.message, isWarning: true)
        case .superseded: Words(reason: "Superseded", message: outcome.message)
        case .refused: Words(reason: "Refused", message: outcome.message, isWarning: true)
        }
    }
}

extension String {
    /// The first `count` characters; a short text is not counted.
    func clipped(toCharacters count: Int) -> String { utf8.count <= count ? self : String(prefix(count)) }
}
