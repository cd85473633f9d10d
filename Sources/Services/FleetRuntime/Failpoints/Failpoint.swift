/// Places in the servers where a test build can die, stall or fail on demand (docs/TESTING.md, "Failpoints").
///
/// They exist in debug builds only: without `FLOTILLA_FAILPOINTS` as a compile-time flag `fails()` is the constant
/// false and the checks vanish. Even then nothing happens unless the process was started with the environment variable
/// of that name.
package enum Failpoint: String, CaseIterable, Sendable {
    // The journal, of coordinator and agent alike.
    case journalOpen = "journal.open"
    case journalMigrate = "journal.migrate"
    case journalRead = "journal.read"
    case journalBeforeCommit = "journal.before-commit"
    case journalInsideCommit = "journal.inside-commit"
    case journalAfterCommit = "journal.after-commit"
    case journalSnapshot = "journal.snapshot"
    case journalTrim = "journal.trim"
    case journalContentPut = "journal.content-put"
    case journalContentGet = "journal.content-get"

    case coordinatorRecover = "coordinator.recover"
    case coordinatorReplayed = "coordinator.replayed"
    case coordinatorCommand = "coordinator.command"
    case coordinatorPrepared = "coordinator.prepared"
    case coordinatorAppend = "coordinator.append"
    case coordinatorAppended = "coordinator.appended"
    case coordinatorPublished = "coordinator.published"
    case coordinatorDispatched = "coordinator.dispatched"
    case coordinatorSnapshot = "coordinator.snapshot"
    case coordinatorSnapshotSaved = "coordinator.snapshot-saved"
    case coordinatorTrimmed = "coordinator.trimmed"
    case coordinatorGreeted = "coordinator.greeted"
    case coordinatorReports = "coordinator.reports"
    case coordinatorAcknowledge = "coordinator.acknowledge"
    case coordinatorContent = "coordinator.content"
    case coordinatorEnrol = "coordinator.enrol"
    case coordinatorEnrolled = "coordinator.enrolled"
    case coordinatorFeedRead = "coordinator.feed-read"

    case linkHubReceive = "link.hub-receive"
    case linkHubSend = "link.hub-send"
    case linkAgentDial = "link.agent-dial"
    case linkAgentReceive = "link.agent-receive"
    case linkAgentSend = "link.agent-send"
    case linkEnrolmentAsk = "link.enrolment-ask"

    case agentLoad = "agent.load"
    case agentEnrolmentAnswered = "agent.enrolment-answered"
    case agentIdentitySaved = "agent.identity-saved"
    case agentAccept = "agent.accept"
    case agentAccepted = "agent.accepted"
    case agentCommit = "agent.commit"
    case agentCommitted = "agent.committed"
    case agentSnapshot = "agent.snapshot"
    case agentReportsAcknowledged = "agent.reports-acknowledged"
    case agentContentArrived = "agent.content-arrived"

    case reconcileFetch = "reconcile.fetch"
    case reconcileTemplate = "reconcile.template"
    case reconcileLoad = "reconcile.load"
    case reconcileApply = "reconcile.apply"
    case reconcileApplied = "reconcile.applied"
    case reconcilePoll = "reconcile.poll"
    case reconcileSaveRecord = "reconcile.save-record"
    case reconcileDeleteRecord = "reconcile.delete-record"
    case reconcileOutcome = "reconcile.outcome"
    case reconcileForget = "reconcile.forget"

    case kubernetesDiscovery = "kubernetes.discovery"
    case kubernetesRequest = "kubernetes.request"
    case kubernetesAnswered = "kubernetes.answered"
    case kubernetesWatchOpen = "kubernetes.watch-open"
    case kubernetesWatchEvent = "kubernetes.watch-event"

    case packagesFetch = "packages.fetch"
    case packagesPin = "packages.pin"
    case packagesCacheRead = "packages.cache-read"
    case packagesCacheWrite = "packages.cache-write"

    #if FLOTILLA_FAILPOINTS
        /// Dies or stalls here when the process was started so; true when the caller has to fail as the world would
        /// make it fail: a refused write, a lost frame, an unreachable server.
        package func fails() -> Bool { FailpointTable.shared.reached(self) }
    #else
        @inlinable package func fails() -> Bool { false }
    #endif

    /// For errors: what failed, and that it was asked for.
    package var text: String { "failpoint \(rawValue)" }
}
