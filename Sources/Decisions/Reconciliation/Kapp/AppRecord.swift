package import FleetModel
package import ResourceModel

/// kapp's record of one app: a ConfigMap that says which label its objects carry and which kinds it ever used.
///
/// The record is what makes objects findable again, so it is written before the first object of a new kind and it
/// outlives an uninstall that keeps data: a later install then finds the kept claims under the same label.
package struct AppRecord: Hashable, Sendable {
    package struct GroupVersion: Hashable, Sendable, Comparable {
        package var group: String
        package var version: String
        package init(group: String, version: String) {
            self.group = group
            self.version = version
        }
        package static func < (left: Self, right: Self) -> Bool {
            (left.group, left.version) < (right.group, right.version)
        }
    }

    /// One deploy or delete, as `kapp app-change list` shows it.
    package struct Change: Hashable, Sendable {
        package var name: String
        package var startedAt: Timestamp
        package var finishedAt: Timestamp?
        package var successful: Bool?
        /// `update: Op: 11 create, … / Wait to: …`.
        package var description: String
        package var namespaces: [String]
    }

    /// kapp-controller calls with `--app-changes-max-to-keep=5`.
    package static let keptChanges = 5

    package var name: String
    package var namespace: String
    package var labelValue: String
    package var usedGVs: Set<GroupVersion> = []
    package var usedGKs: Set<GroupKind> = []
    /// Oldest first, at most `keptChanges` after `finishChange`.
    package var changes: [Change] = []
    /// True once the record was read from or written to the cluster.
    package var isStored = false

    /// A new app. kapp takes the wall clock in nanoseconds as the label's value; `suffix` (0…999999) stands for the
    /// part below a millisecond, so that two apps made at once differ.
    package init(name: String, namespace: String, createdAt: Timestamp, suffix: UInt64) {
        self.name = name
        self.namespace = namespace
        let digits = String(suffix % 1_000_000)
        labelValue = "\(createdAt.milliseconds)" + String(repeating: "0", count: 6 - digits.count) + digits
    }

    /// The record as read from the cluster with its change records; nil when the ConfigMap is not one.
    package init?(configMap: Value, changes: [Value] = []) {
        guard configMap.objectLabels[KappKey.isApp] != nil, let text = configMap["data"]?["spec"]?.stringValue,
            let spec = try? JSONReader.read(text), let label = spec["labelValue"]?.stringValue
        else { return nil }
        name = configMap.objectName
        namespace = configMap.objectNamespace
        labelValue = label
        isStored = true
        for item in spec["usedGVs"]?.arrayValue ?? [] {
            usedGVs.insert(
                GroupVersion(group: item["Group"]?.stringValue ?? "", version: item["Version"]?.stringValue ?? ""))
        }
        for item in spec["usedGKs"]?.arrayValue ?? [] {
            usedGKs.insert(
                GroupKind(group: item["Group"]?.stringValue ?? "", kind: item["Kind"]?.stringValue ?? ""))
        }
        self.changes = changes.compactMap(Self.change(of:)).sorted { $0.startedAt < $1.startedAt }
    }

    package var label: String { "\(KappKey.app)=\(labelValue)" }
    /// `kubectl get configmaps -l` of the change records.
    package var changesSelector: String { "\(KappKey.isAppChange),\(KappKey.appChangeAppLabel)=\(labelValue)" }

    /// Notes the kinds of what is about to be applied.
    package mutating func use(_ objects: [Value]) {
        for object in objects {
            let kind = object.groupVersionKind
            usedGVs.insert(GroupVersion(group: kind.group, version: kind.version))
            usedGKs.insert(GroupKind(group: kind.group, kind: kind.kind))
        }
    }

    /// Starts a change record. `suffix` picks kapp's five random letters of its name.
    package mutating func beginChange(
        description: String, namespaces: [String], at: Timestamp, suffix: UInt64
    ) {
        changes.append(
            Change(
                name: "\(name)-change-\(Self.letters(suffix))", startedAt: at, description: description,
                namespaces: namespaces))
    }

    /// Ends the newest change and drops the oldest ones; returns the names of those to delete on the cluster.
    package mutating func finishChange(successful: Bool, at: Timestamp) -> [String] {
        guard !changes.isEmpty else { return [] }
        changes[changes.count - 1].finishedAt = at
        changes[changes.count - 1].successful = successful
        let surplus = max(0, changes.count - Self.keptChanges)
        let dropped = changes.prefix(surplus).map(\.name)
        changes.removeFirst(surplus)
        return dropped
    }

    private static func letters(_ suffix: UInt64) -> String {
        let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")
        var rest = suffix
        return String(
            (0..<5).map { _ in
                let letter = alphabet[Int(rest % UInt64(alphabet.count))]
                rest /= UInt64(alphabet.count)
                return letter
            })
    }
}

extension AppRecord {
    /// The ConfigMap to write.
    package var configMap: Value {
        var spec: Value = ["labelKey": .string(KappKey.app), "labelValue": .string(labelValue)]
        if let last = changes.last {
            spec["lastChangeName"] = .string(last.name)
            spec["lastChange"] = Self.value(of: last)
        }
        spec["usedGVs"] = .array(
            usedGVs.sorted().map { ["Group": .string($0.group), "Version": .string($0.version)] })
        spec["usedGKs"] = .array(usedGKs.sorted().map { ["Group": .string($0.group), "Kind": .string($0.kind)] })
        return [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": [
                "name": .string(name), "namespace": .string(namespace),
                "labels": .object([KappKey.isApp: ""]),
                "annotations": .object([KappKey.appChangesUseAppLabel: ""]),
            ],
            "data": ["spec": .string(JSONWriter.text(spec))],
        ]
    }

    /// The ConfigMap of the newest change; nil before the first.
    package var lastChangeConfigMap: Value? {
        guard let change = changes.last else { return nil }
        return [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": [
                "name": .string(change.name), "namespace": .string(namespace),
                "labels": .object([
                    KappKey.isAppChange: "", KappKey.appChangeApp: .string(name),
                    KappKey.appChangeAppLabel: .string(labelValue),
                ]),
            ],
            "data": ["spec": .string(JSONWriter.text(Self.value(of: change)))],
        ]
    }

    private static func value(of change: Change) -> Value {
        var value: Value = [
            "startedAt": .string(change.startedAt.description), "description": .string(change.description),
            "namespaces": .array(change.namespaces.map { .string($0) }),
        ]
        value["finishedAt"] = change.finishedAt.map { .string($0.description) }
        value["successful"] = change.successful.map { .bool($0) }
        return value
    }

    private static func change(of configMap: Value) -> Change? {
        guard configMap.objectLabels[KappKey.isAppChange] != nil,
            let spec = configMap["data"]?["spec"]?.stringValue.flatMap({ try? JSONReader.read($0) }),
            let started = spec["startedAt"]?.stringValue.flatMap({ Timestamp(rfc3339: $0) })
        else { return nil }
        return Change(
            name: configMap.objectName, startedAt: started,
            finishedAt: spec["finishedAt"]?.stringValue.flatMap { Timestamp(rfc3339: $0) },
            successful: spec["successful"]?.boolValue, description: spec["description"]?.stringValue ?? "",
            namespaces: (spec["namespaces"]?.arrayValue ?? []).compactMap(\.stringValue))
    }
}
