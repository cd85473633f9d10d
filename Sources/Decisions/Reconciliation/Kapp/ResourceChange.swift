package import ResourceModel

/// One object and what is to be done with it.
package struct ResourceChange: Hashable, Sendable {
    /// The words of kapp's summary.
    package enum Operation: String, Hashable, Sendable, CaseIterable {
        case create, delete, update, noop, exists
    }

    package enum Waiting: String, Hashable, Sendable, CaseIterable {
        case reconcile, delete, noop
    }

    package enum Strategy: String, Hashable, Sendable {
        case plain = ""
        /// Create; when it exists already, update it.
        case fallbackOnUpdate = "fallback on update"
        /// Create; when it exists already, leave it.
        case fallbackOnUpdateOrNoop = "fallback on update or noop"
        /// Update; when the server says Invalid (422), delete and create.
        case fallbackOnReplace = "fallback on replace"
        case alwaysReplace = "always replace"
        case skip
        /// "Delete" only takes the app's labels off.
        case orphan
    }

    package var operation: Operation
    package var waiting: Waiting
    package var strategy: Strategy
    /// The live object as read; nil for a creation.
    package var existing: Value?
    /// As declared, with labels: what the history annotation records. Nil for a deletion.
    package var declared: Value?
    /// What to send, with identity; for an update rebased on the live object, its resourceVersion included.
    package var desired: Value?
    /// What differs; empty for deletions and noops.
    package var edits: [FieldEdit]
    /// The text diff for people, Secrets masked.
    package var diff: [String]
    /// True when someone else edited the live object since it was applied.
    package var overridesOutsideEdit: Bool

    package init(
        _ operation: Operation, waiting: Waiting, strategy: Strategy = .plain, existing: Value? = nil,
        declared: Value? = nil, desired: Value? = nil, edits: [FieldEdit] = [], diff: [String] = [],
        overridesOutsideEdit: Bool = false
    ) {
        self.operation = operation
        self.waiting = waiting
        self.strategy = strategy
        self.existing = existing
        self.declared = declared
        self.desired = desired
        self.edits = edits
        self.diff = diff
        self.overridesOutsideEdit = overridesOutsideEdit
    }

    /// The object the change is about.
    package var object: Value { desired ?? declared ?? existing ?? .null }
    package var resource: String { object.kappDescription }
    /// `update persistentvolumeclaim/harbor-registry (v1) namespace: …`, a line of kapp's progress.
    package var applyLine: String { "\(operation.rawValue) \(resource)" }

    /// `Op:      0 create, …` and `Wait to: …`, as kapp prints and records them.
    package static func summary(of changes: [ResourceChange]) -> (operations: String, waits: String) {
        func count(_ operation: Operation) -> Int { changes.count { $0.operation == operation } }
        func count(_ waiting: Waiting) -> Int { changes.count { $0.waiting == waiting } }
        let operations = Operation.allCases.map { "\(count($0)) \($0.rawValue)" }.joined(separator: ", ")
        let waits = Waiting.allCases.map { "\(count($0)) \($0.rawValue)" }.joined(separator: ", ")
        return (operations, waits)
    }

    /// `update: Op: 11 create, 2 delete, 16 update, 0 noop, 0 exists / Wait to: …`: the change record's description.
    package static func description(of changes: [ResourceChange], verb: String = "update") -> String {
        let summary = summary(of: changes)
        return "\(verb): Op: \(summary.operations) / Wait to: \(summary.waits)"
    }

    /// `(cluster)` and namespaces the changes touch, as the change record lists them.
    package static func namespaces(of changes: [ResourceChange]) -> [String] {
        Set(changes.map { $0.object.objectNamespace.isEmpty ? "(cluster)" : $0.object.objectNamespace }).sorted()
    }
}
