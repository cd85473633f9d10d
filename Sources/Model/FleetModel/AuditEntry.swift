/// One line of the audit: who did what, when, from where and why, or who was kept out.
package struct AuditEntry: Hashable, Codable, Sendable {
    package enum Outcome: String, Codable, Sendable {
        case accepted
        /// Kept out: no credential, a wrong one, or not the right.
        case refused
    }

    package var position: UInt64
    package var at: Timestamp
    package var by: String
    package var from: String
    /// `install harbor 2.6.1 on sv-oslo`; never holds values.
    package var action: String
    package var outcome: Outcome
    /// The operator's remark, or why it was refused.
    package var reason: String
    package var task: TaskID?
    package var command: CommandID?
    /// The saved plan that was made or carried out.
    package var plan: PlanID?

    package init(
        position: UInt64, at: Timestamp, by: String, from: String, action: String, outcome: Outcome, reason: String,
        task: TaskID? = nil, command: CommandID? = nil, plan: PlanID? = nil
    ) {
        self.position = position
        self.at = at
        self.by = by
        self.from = from
        self.action = action
        self.outcome = outcome
        self.reason = reason
        self.task = task
        self.command = command
        self.plan = plan
    }
}

/// Which entries of the audit are wanted; nil = any.
package struct AuditFilter: Hashable, Codable, Sendable {
    /// `operator:alice`, `alice` or `uid:0`.
    package var by: String?
    package var since: Timestamp?
    /// Part of the action's text.
    package var action: String?

    package init(by: String? = nil, since: Timestamp? = nil, action: String? = nil) {
        self.by = by
        self.since = since
        self.action = action
    }

    package func admits(_ entry: AuditEntry) -> Bool {
        (by.map { entry.by == $0 || entry.by == "operator:\($0)" } ?? true) && (since.map { entry.at >= $0 } ?? true)
            && (action.map { entry.action.contains($0) } ?? true)
    }
}
