internal import FleetModel

extension FleetRecord {
    /// The record's stable kind word; never reused for another shape.
    package var kind: String {
        switch self {
        case .coordinatorStarted: "coordinator.started"
        case .historyTrimmed: "history.trimmed"
        case .serviceRegistered: "service.registered"
        case .versionRegistered: "version.registered"
        case .serviceStateChanged: "service.state"
        case .versionStateChanged: "version.state"
        case .versionDeleted: "version.deleted"
        case .serviceDeleted: "service.deleted"
        case .supervisorInvited: "supervisor.invited"
        case .supervisorEnrolled: "supervisor.enrolled"
        case .supervisorRemoved: "supervisor.removed"
        case .supervisorConnected: "supervisor.connected"
        case .supervisorLost: "supervisor.lost"
        case .supervisorPending: "supervisor.pending"
        case .supervisorRejected: "supervisor.rejected"
        case .agentKeyAsked: "agentkey.asked"
        case .agentKeyOffered: "agentkey.offered"
        case .agentKeyChanged: "agentkey.changed"
        case .agentKeyEnded: "agentkey.ended"
        case .taskCreated: "task.created"
        case .targetStarted: "target.started"
        case .targetDeferred: "target.deferred"
        case .targetResumed: "target.resumed"
        case .targetSuperseded: "target.superseded"
        case .targetNotSent: "target.notsent"
        case .taskFinished: "task.finished"
        case .generationRaised: "generation.raised"
        case .planSaved: "plan.saved"
        case .operatorSet: "operator.set"
        case .operatorLocked: "operator.locked"
        case .operatorRemoved: "operator.removed"
        case .tokenCreated: "token.created"
        case .tokenRevoked: "token.revoked"
        case .accessRefused: "access.refused"
        case .commandAccepted: "command.accepted"
        case .report: "report"
        }
    }

    /// The payload as JSON with sorted keys: a field may be added (optional), none may change its meaning.
    package func payload() throws -> [UInt8] {
        switch self {
        case .coordinatorStarted(let body): try ValueEncoder.bytes(body)
        case .historyTrimmed(let body): try ValueEncoder.bytes(body)
        case .serviceRegistered(let body): try ValueEncoder.bytes(body)
        case .versionRegistered(let body): try ValueEncoder.bytes(body)
        case .serviceStateChanged(let body): try ValueEncoder.bytes(body)
        case .versionStateChanged(let body): try ValueEncoder.bytes(body)
        case .versionDeleted(let body): try ValueEncoder.bytes(body)
        case .serviceDeleted(let body): try ValueEncoder.bytes(body)
        case .supervisorInvited(let body): try ValueEncoder.bytes(body)
        case .supervisorEnrolled(let body): try ValueEncoder.bytes(body)
        case .supervisorRemoved(let body): try ValueEncoder.bytes(body)
        case .supervisorConnected(let body): try ValueEncoder.bytes(body)
        case .supervisorLost(let body): try ValueEncoder.bytes(body)
        case .supervisorPending(let body): try ValueEncoder.bytes(body)
        case .supervisorRejected(let body): try ValueEncoder.bytes(body)
        case .agentKeyAsked(let body): try ValueEncoder.bytes(body)
        case .agentKeyOffered(let body): try ValueEncoder.bytes(body)
        case .agentKeyChanged(let body): try ValueEncoder.bytes(body)
        case .agentKeyEnded(let body): try ValueEncoder.bytes(body)
        case .taskCreated(let body): try ValueEncoder.bytes(body)
        case .targetStarted(let body): try ValueEncoder.bytes(body)
        case .targetDeferred(let body): try ValueEncoder.bytes(body)
        case .targetResumed(let body): try ValueEncoder.bytes(body)
        case .targetSuperseded(let body): try ValueEncoder.bytes(body)
        case .targetNotSent(let body): try ValueEncoder.bytes(body)
        case .taskFinished(let body): try ValueEncoder.bytes(body)
        case .generationRaised(let body): try ValueEncoder.bytes(body)
        case .planSaved(let body): try ValueEncoder.bytes(body)
        case .operatorSet(let body): try ValueEncoder.bytes(body)
        case .operatorLocked(let body): try ValueEncoder.bytes(body)
        case .operatorRemoved(let body): try ValueEncoder.bytes(body)
        case .tokenCreated(let body): try ValueEncoder.bytes(body)
        case .tokenRevoked(let body): try ValueEncoder.bytes(body)
        case .accessRefused(let body): try ValueEncoder.bytes(body)
        case .commandAccepted(let body): try ValueEncoder.bytes(body)
        case .report(let body): try ValueEncoder.bytes(body)
        }
    }

    /// Reads a stored record; nil for a kind this version does not know, which replay skips.
    package static func read(kind: String, payload: [UInt8]) throws -> FleetRecord? {
        func body<T: Decodable>(_ type: T.Type) throws -> T { try ValueDecoder.read(type, from: payload) }
        return switch kind {
        case "coordinator.started": .coordinatorStarted(try body(CoordinatorStarted.self))
        case "history.trimmed": .historyTrimmed(try body(HistoryTrimmed.self))
        case "service.registered": .serviceRegistered(try body(ServiceRegistered.self))
        case "version.registered": .versionRegistered(try body(VersionRegistered.self))
        case "service.state": .serviceStateChanged(try body(ServiceStateChanged.self))
        case "version.state": .versionStateChanged(try body(VersionStateChanged.self))
        case "version.deleted": .versionDeleted(try body(VersionDeleted.self))
        case "service.deleted": .serviceDeleted(try body(ServiceDeleted.self))
        case "supervisor.invited": .supervisorInvited(try body(SupervisorInvited.self))
        case "supervisor.enrolled": .supervisorEnrolled(try body(SupervisorEnrolled.self))
        case "supervisor.removed": .supervisorRemoved(try body(SupervisorRemoved.self))
        case "supervisor.connected": .supervisorConnected(try body(SupervisorConnected.self))
        case "supervisor.lost": .supervisorLost(try body(SupervisorLost.self))
        case "supervisor.pending": .supervisorPending(try body(SupervisorPending.self))
        case "supervisor.rejected": .supervisorRejected(try body(SupervisorRejected.self))
        case "agentkey.asked": .agentKeyAsked(try body(AgentKeyAsked.self))
        case "agentkey.offered": .agentKeyOffered(try body(AgentKeyOffered.self))
        case "agentkey.changed": .agentKeyChanged(try body(AgentKeyChanged.self))
        case "agentkey.ended": .agentKeyEnded(try body(AgentKeyEnded.self))
        case "task.created": .taskCreated(try body(TaskCreated.self))
        case "target.started": .targetStarted(try body(TargetStarted.self))
        case "target.deferred": .targetDeferred(try body(TargetChanged.self))
        case "target.resumed": .targetResumed(try body(TargetChanged.self))
        case "target.superseded": .targetSuperseded(try body(TargetChanged.self))
        case "target.notsent": .targetNotSent(try body(TargetChanged.self))
        case "task.finished": .taskFinished(try body(TaskFinished.self))
        case "generation.raised": .generationRaised(try body(GenerationRaised.self))
        case "plan.saved": .planSaved(try body(SavedPlan.self))
        case "operator.set": .operatorSet(try body(OperatorSet.self))
        case "operator.locked": .operatorLocked(try body(OperatorLocked.self))
        case "operator.removed": .operatorRemoved(try body(OperatorRemoved.self))
        case "token.created": .tokenCreated(try body(TokenCreated.self))
        case "token.revoked": .tokenRevoked(try body(TokenRevoked.self))
        case "access.refused": .accessRefused(try body(AccessRefused.self))
        case "command.accepted": .commandAccepted(try body(CommandAccepted.self))
        case "report": .report(try body(Reported.self))
        default: nil
        }
    }
}
