/// One thing an agent saw or did, in its outbox until the coordinator acknowledged it.
///
/// `sequence` counts per agent incarnation from 1 without holes; (incarnation, sequence) names it for ever.
package struct AgentReport: Hashable, Codable, Sendable {
    package var sequence: UInt64
    package var at: Timestamp
    /// Nil for what concerns the Supervisor as a whole.
    package var service: ServiceID?
    /// The generation it speaks of; 0 when none.
    package var generation: UInt64
    package var body: Body

    package enum Body: Hashable, Codable, Sendable {
        /// The agent persisted the generation and works on it.
        case accepted
        /// Entered a stage; `done`/`total` count objects, `detail` is kapp's line (`waiting: statefulset/… 0/1 ready`).
        case progress(stage: ReconcileStage, done: Int, total: Int, detail: String)
        /// The single final outcome of the generation (contract C2).
        case outcome(ReconcileOutcome)
        /// A later change of health of the accepted generation: drift repaired, failing again, recovered.
        case condition(state: ConfigStatus, reason: String, message: String)
        /// A live object differs from what was applied.
        case drift(resource: String, summary: String)
        /// A Kubernetes Event of the service namespace.
        case kubernetesEvent(type: String, reason: String, object: String, message: String, count: Int)
        /// A pod or object changed phase: `pod/harbor-core-… Terminating`.
        case objectPhase(object: String, phase: String)
        /// What the agent learned about its Supervisor.
        case supervisorInfo(kubernetesVersion: String, nodes: Int, facts: SupervisorFacts? = nil)
        /// Free text for the feed, with a stable reason word.
        case note(reason: String, message: String)
        /// History before `sequence` was trimmed: an explicit gap (contract C3).
        case gap(from: UInt64, to: UInt64)
    }

    package init(sequence: UInt64, at: Timestamp, service: ServiceID?, generation: UInt64, body: Body) {
        self.sequence = sequence
        self.at = at
        self.service = service
        self.generation = generation
        self.body = body
    }
}

/// How one generation ended.
package struct ReconcileOutcome: Hashable, Codable, Sendable {
    package enum Verdict: String, Codable, Sendable, CaseIterable {
        case succeeded
        /// `message` is the cluster's own words.
        case failed
        /// A newer generation replaced it before it ended.
        case superseded
        /// The agent's own check refused it (data consent, namespace collision); nothing was changed.
        case refused
    }

    package var verdict: Verdict
    package var version: String?
    package var objectCount: Int
    /// kapp's text on failure, `Reconcile succeeded` otherwise.
    package var message: String
    /// For a refusal: what to type.
    package var next: String

    package init(verdict: Verdict, version: String?, objectCount: Int, message: String, next: String = "") {
        self.verdict = verdict
        self.version = version
        self.objectCount = objectCount
        self.message = message
        self.next = next
    }
}
