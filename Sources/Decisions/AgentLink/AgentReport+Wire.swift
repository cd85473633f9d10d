internal import FleetModel

extension WireReport {
    init(_ report: AgentReport, textBytes: Int) {
        self.init()
        func clip(_ text: String) -> String { text.clipped(toBytes: textBytes) }
        sequence = report.sequence
        atMilliseconds = report.at.milliseconds
        if let id = report.service { service = id.rawValue }
        generation = report.generation
        switch report.body {
        case .accepted: accepted = WireAccepted()
        case .progress(let stage, let done, let total, let detail):
            progress.stage = stage.rawValue
            progress.done = UInt32(clamping: done)
            progress.total = UInt32(clamping: total)
            progress.detail = clip(detail)
        case .outcome(let result):
            outcome.verdict = result.verdict.rawValue
            if let version = result.version { outcome.version = clip(version) }
            outcome.objectCount = UInt32(clamping: result.objectCount)
            outcome.message = clip(result.message)
            outcome.next = clip(result.next)
        case .condition(let state, let reason, let message):
            condition.state = state.rawValue
            condition.reason = clip(reason)
            condition.message = clip(message)
        case .drift(let resource, let summary):
            drift.resource = clip(resource)
            drift.summary = clip(summary)
        case .kubernetesEvent(let type, let reason, let object, let message, let count):
            kubernetesEvent.type = clip(type)
            kubernetesEvent.reason = clip(reason)
            kubernetesEvent.object = clip(object)
            kubernetesEvent.message = clip(message)
            kubernetesEvent.count = UInt32(clamping: count)
        case .objectPhase(let object, let phase):
            objectPhase.object = clip(object)
            objectPhase.phase = clip(phase)
        case .supervisorInfo(let version, let nodes, let facts):
            supervisorInfo.kubernetesVersion = clip(version)
            supervisorInfo.nodes = UInt32(clamping: nodes)
            if let facts { supervisorInfo.facts = WireSupervisorFacts(facts, clip) }
        case .note(let reason, let message):
            note.reason = clip(reason)
            note.message = clip(message)
        case .gap(let from, let to):
            gap.from = from
            gap.to = to
        }
    }

    /// The report in it. A kind or word of a newer agent becomes a note, so that it is shown and never lost.
    func report() -> AgentReport {
        AgentReport(
            sequence: sequence, at: Timestamp(milliseconds: atMilliseconds),
            service: hasService ? ServiceID(service) : nil, generation: generation, body: bodyRead())
    }

    private func bodyRead() -> AgentReport.Body {
        switch body {
        case .accepted: return .accepted
        case .progress(let wire):
            guard let stage = ReconcileStage(rawValue: wire.stage) else { return Self.unknown("stage", wire.stage) }
            return .progress(stage: stage, done: Int(wire.done), total: Int(wire.total), detail: wire.detail)
        case .outcome(let wire):
            guard let verdict = ReconcileOutcome.Verdict(rawValue: wire.verdict) else {
                return Self.unknown("verdict", wire.verdict)
            }
            return .outcome(
                ReconcileOutcome(
                    verdict: verdict, version: wire.hasVersion ? wire.version : nil,
                    objectCount: Int(wire.objectCount), message: wire.message, next: wire.next))
        case .condition(let wire):
            guard let state = ConfigStatus(rawValue: wire.state) else { return Self.unknown("state", wire.state) }
            return .condition(state: state, reason: wire.reason, message: wire.message)
        case .drift(let wire): return .drift(resource: wire.resource, summary: wire.summary)
        case .kubernetesEvent(let wire):
            return .kubernetesEvent(
                type: wire.type, reason: wire.reason, object: wire.object, message: wire.message,
                count: Int(wire.count))
        case .objectPhase(let wire): return .objectPhase(object: wire.object, phase: wire.phase)
        case .supervisorInfo(let wire):
            return .supervisorInfo(
                kubernetesVersion: wire.kubernetesVersion, nodes: Int(wire.nodes),
                facts: wire.hasFacts ? wire.facts.facts : nil)
        case .note(let wire): return .note(reason: wire.reason, message: wire.message)
        case .gap(let wire): return .gap(from: wire.from, to: wire.to)
        case nil: return Self.unknown("kind", "")
        }
    }

    private static func unknown(_ field: String, _ word: String) -> AgentReport.Body {
        .note(
            reason: ReportCodec.unknownReason, message: "a report with a \(field) this version does not know: \(word)")
    }
}

extension String {
    /// At most `limit` bytes of UTF-8, cut between characters and marked as cut.
    func clipped(toBytes limit: Int) -> String {
        let size = utf8.count
        guard size > limit else { return self }
        let mark = " … (\(size) bytes, cut)"
        let room = max(0, limit - mark.utf8.count)
        var used = 0
        var end = startIndex
        while end < endIndex {
            let next = index(after: end)
            used += utf8.distance(from: end, to: next)
            if used > room { break }
            end = next
        }
        return self[..<end] + mark
    }
}
