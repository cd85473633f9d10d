package import FleetModel

extension FleetRecord {
    /// The record's line of the feed, or nil where it has none. Never holds values or secrets.
    ///
    /// Depends on the record alone, so that old events read from the journal are the same as when they were new.
    package func event(at: Timestamp, position: UInt64) -> FleetEvent? {
        func event(
            _ reason: String, _ message: String, _ severity: FleetEvent.Severity = .normal,
            supervisor: SupervisorID? = nil, service: ServiceID? = nil, task: TaskID? = nil
        ) -> FleetEvent {
            FleetEvent(
                position: position, at: at, severity: severity, reason: reason, supervisor: supervisor,
                service: service, task: task, message: message)
        }
        switch self {
        case .coordinatorStarted(let body): return event("CoordinatorStarted", "coordinator \(body.version) started")
        case .historyTrimmed(let body):
            return event("Gap", "events \(body.from) to \(body.to) were removed by retention", .warning)
        case .serviceRegistered(let body):
            return event("ServiceRegistered", "registered \(body.service)", service: body.service)
        case .versionRegistered(let body):
            return event(
                "VersionRegistered",
                (["registered \(body.facts.service) \(body.facts.version)  ACTIVATED"] + (body.facts.review ?? []))
                    .joined(separator: "\n"),
                service: body.facts.service)
        case .serviceStateChanged(let body):
            return event(
                body.state == .activated ? "ServiceActivated" : "ServiceDeactivated",
                "\(body.service) is \(body.state.rawValue)", service: body.service)
        case .versionStateChanged(let body):
            return event(
                body.state == .activated ? "VersionActivated" : "VersionDeactivated",
                "\(body.service) \(body.version) is \(body.state.rawValue)", service: body.service)
        case .versionDeleted(let body):
            return event("VersionDeleted", "deleted \(body.service) \(body.version)", service: body.service)
        case .serviceDeleted(let body):
            return event("ServiceDeleted", "deleted \(body.service)", service: body.service)
        case .planSaved(let body):
            return event(
                "PlanSaved", "saved plan \(body.id) to \(body.request.command.action)", service: body.request.service)
        case .supervisorInvited, .supervisorEnrolled, .supervisorRemoved, .supervisorConnected, .supervisorLost:
            return supervisorEvent(event(_:_:_:supervisor:service:task:))
        case .supervisorPending, .supervisorRejected, .agentKeyAsked, .agentKeyOffered, .agentKeyChanged,
            .agentKeyEnded:
            return keyEvent(event(_:_:_:supervisor:service:task:))
        case .taskCreated, .targetStarted, .targetDeferred, .targetResumed, .targetSuperseded, .targetNotSent,
            .taskFinished:
            return taskEvent(event(_:_:_:supervisor:service:task:))
        case .generationRaised(let body):
            return event(
                body.isUnknown == true ? "UnknownInstall" : "GenerationRaised", body.text, .warning,
                supervisor: body.key.supervisor, service: body.key.service)
        case .operatorSet, .operatorLocked, .operatorRemoved, .tokenCreated, .tokenRevoked, .accessRefused:
            return accessEvent(event(_:_:_:supervisor:service:task:))
        case .commandAccepted: return nil
        case .report(let body): return body.event(at: at, position: position)
        }
    }

    typealias Make = (
        String, String, FleetEvent.Severity, SupervisorID?, ServiceID?, TaskID?
    ) -> FleetEvent

    private func supervisorEvent(_ make: Make) -> FleetEvent? {
        switch self {
        case .supervisorInvited(let body):
            make(
                "SupervisorAdded", "added \(body.supervisor) (\(body.moid)), waits for its agent", .normal,
                body.supervisor, nil, nil)
        case .supervisorEnrolled(let body):
            make(
                "SupervisorEnrolled",
                "the agent of \(body.supervisor) joined, its key\(body.fingerprint.map { " \($0)" } ?? "") is pinned",
                .normal, body.supervisor, nil, nil)
        case .supervisorRemoved(let body):
            make(
                "SupervisorRemoved", "removed \(body.supervisor), its key is refused", .normal, body.supervisor, nil,
                nil)
        case .supervisorConnected(let body):
            make("AgentConnected", "the agent of \(body.supervisor) is connected", .normal, body.supervisor, nil, nil)
        case .supervisorLost(let body):
            make(
                "AgentLost", "the agent of \(body.supervisor) is away: \(body.reason)", .warning, body.supervisor, nil,
                nil)
        default: nil
        }
    }

    private func taskEvent(_ make: Make) -> FleetEvent? {
        func target(_ reason: String, _ severity: FleetEvent.Severity, _ body: TargetChanged) -> FleetEvent {
            make(reason, body.message, severity, body.key.supervisor, body.key.service, body.task)
        }
        switch self {
        case .taskCreated(let body):
            let names = body.task.targets.map(\.supervisor.rawValue)
            let shown =
                names.prefix(10).joined(separator: ", ") + (names.count > 10 ? " and \(names.count - 10) more" : "")
            let remark = body.task.reason.map { ": \($0)" } ?? ""
            return make(
                "TaskCreated", "\(body.task.title) on \(shown)\(remark)", .normal, nil, body.task.service, body.task.id)
        case .targetStarted(let body):
            let removing = if case .absent = body.spec.intent { true } else { false }
            let what: String =
                switch body.spec.intent {
                case .present(let selection): "\(body.operation.rawValue) \(body.key.service) \(selection.version)"
                case .absent(let policy): "uninstall \(body.key.service), data policy \(policy.rawValue)"
                }
            return make(
                removing ? "Removing" : "Configuring", "\(what) (generation \(body.spec.generation))", .normal,
                body.key.supervisor, body.key.service, body.task)
        case .targetDeferred(let body): return target("Deferred", .normal, body)
        case .targetResumed(let body): return target("Resumed", .normal, body)
        case .targetSuperseded(let body): return target("Superseded", .normal, body)
        case .targetNotSent(let body): return target("NotSent", .warning, body)
        case .taskFinished(let body):
            return make(
                body.succeeded ? "TaskSucceeded" : "TaskFailed", body.message, body.succeeded ? .normal : .warning, nil,
                body.service, body.task)
        default: return nil
        }
    }
}

extension FleetRecord.GenerationRaised {
    fileprivate var text: String {
        if isUnknown == true {
            return "the agent holds generation \(generation) of \(key), which is not known here: "
                + "this journal was restored from before it"
        }
        let cause =
            isRemovedAgain == true
            ? "the agent's journal was restored from before the removal" : "the agent had accepted a newer generation"
        return "\(cause); what is wanted of \(key) is sent again as generation \(generation)"
    }
}
