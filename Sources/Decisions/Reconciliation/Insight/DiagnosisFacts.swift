package import FleetModel
package import ResourceModel

/// What is known when someone asks why an install is as it is.
package struct DiagnosisFacts: Sendable {
    package var key: InstallKey
    package var condition: InstallCondition
    package var since: Timestamp
    /// The app's labelled objects, controllers' ones included.
    package var live: [Value]
    /// Kubernetes Events (core/v1) of the service namespace, any order.
    package var events: [Value]
    /// The last rendered manifests; empty when nothing was rendered yet.
    package var declared: [Value]
    /// The complete values the package works with (`PlatformValues.effective`), `.null` when unknown.
    package var effectiveValues: Value

    package init(
        key: InstallKey, condition: InstallCondition, since: Timestamp, live: [Value] = [], events: [Value] = [],
        declared: [Value] = [], effectiveValues: Value = .null
    ) {
        self.key = key
        self.condition = condition
        self.since = since
        self.live = live
        self.events = events
        self.declared = declared
        self.effectiveValues = effectiveValues
    }

    var message: String { condition.message }
    var hasFailed: Bool { condition.configStatus == .error }
    /// The text without the line breaks that kapp's printer puts in.
    var oneLine: String { message.split(whereSeparator: \.isWhitespace).joined(separator: " ") }

    /// `flotilla reconfigure harbor --on sv-oslo --set path=value`.
    func reconfigure(_ path: String, _ value: String) -> String {
        "flotilla reconfigure \(key.service.shortName) --on \(key.supervisor) --set \(path)=\(value)"
    }

    /// The value path that most likely declares a field, by name alone.
    func valuePath(of object: Value, field: String, declared: String) -> String? {
        let item = DriftItem(resource: object.kappDescription, field: field, declared: declared, live: declared)
        return DriftAdoption.candidates(for: item, effective: effectiveValues).first?.path.description
    }

    /// What was declared of a live object: from the last rendering, else as last applied.
    func declaration(of live: Value) -> Value? {
        if let rendered = declared.first(where: { $0.identity == live.identity }) { return rendered }
        return SmartDiff().lastApplied(of: live)
    }

    /// Live objects that the error names, else all.
    func named(_ objects: [Value]) -> [Value] {
        let text = oneLine
        let hits = objects.filter { text.contains("\($0.kind.lowercased())/\($0.objectName) ") }
        return hits.isEmpty ? objects : hits
    }
}
