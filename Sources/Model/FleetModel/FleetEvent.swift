/// One line of the event feed: a projection of one journal record.
package struct FleetEvent: Hashable, Codable, Sendable {
    package enum Severity: String, Codable, Sendable { case normal = "Normal", warning = "Warning" }

    /// Journal position; the resume token of the feed. Rises, with holes only where a record has no event.
    package var position: UInt64
    package var at: Timestamp
    package var severity: Severity
    /// A stable CamelCase word: `VersionRegistered`, `TaskCreated`, `Reconciling`, `Resizing`, `Gap` …
    package var reason: String
    package var supervisor: SupervisorID?
    package var service: ServiceID?
    package var task: TaskID?
    /// The object it is about when that is a Kubernetes object: `PersistentVolumeClaim/harbor-registry`.
    package var object: String?
    package var message: String
    /// The agent's (incarnation, sequence) when an agent reported it.
    package var source: Source?

    package struct Source: Hashable, Codable, Sendable {
        package var incarnation: UInt64
        package var sequence: UInt64
        package init(incarnation: UInt64, sequence: UInt64) {
            self.incarnation = incarnation
            self.sequence = sequence
        }
    }

    package init(
        position: UInt64, at: Timestamp, severity: Severity = .normal, reason: String, supervisor: SupervisorID? = nil,
        service: ServiceID? = nil, task: TaskID? = nil, object: String? = nil, message: String, source: Source? = nil
    ) {
        self.position = position
        self.at = at
        self.severity = severity
        self.reason = reason
        self.supervisor = supervisor
        self.service = service
        self.task = task
        self.object = object
        self.message = message
        self.source = source
    }
}
