/// Group, version and kind of a Kubernetes object. `group` is empty for the core group.
package struct GroupVersionKind: Hashable, Sendable, Comparable, CustomStringConvertible {
    package var group: String
    package var version: String
    package var kind: String

    package init(group: String, version: String, kind: String) {
        self.group = group
        self.version = version
        self.kind = kind
    }

    package init(apiVersion: String, kind: String) {
        let parts = apiVersion.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        self.init(
            group: parts.count == 2 ? String(parts[0]) : "", version: String(parts.last ?? ""), kind: kind)
    }

    /// `apps/v1`, or `v1` for the core group.
    package var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
    package var description: String { "\(apiVersion), Kind=\(kind)" }

    package static func < (left: Self, right: Self) -> Bool {
        (left.group, left.version, left.kind) < (right.group, right.version, right.kind)
    }
}

/// What names one object for ever: kapp's identity `<ns>/<group>/<Kind>/<name>`, without the version.
package struct ObjectIdentity: Hashable, Sendable, Comparable, CustomStringConvertible {
    package var group: String
    package var kind: String
    /// Empty for cluster-scoped objects.
    package var namespace: String
    package var name: String

    package init(group: String, kind: String, namespace: String, name: String) {
        self.group = group
        self.kind = kind
        self.namespace = namespace
        self.name = name
    }

    package var description: String { "\(namespace)/\(group)/\(kind)/\(name)" }

    package static func < (left: Self, right: Self) -> Bool {
        (left.namespace, left.group, left.kind, left.name) < (right.namespace, right.group, right.kind, right.name)
    }
}

/// Readings of a `Value` that is a Kubernetes object.
extension Value {
    package var apiVersion: String { self["apiVersion"]?.stringValue ?? "" }
    package var kind: String { self["kind"]?.stringValue ?? "" }
    package var metadata: Value { self["metadata"] ?? .object([:]) }
    package var objectName: String { metadata["name"]?.stringValue ?? "" }
    package var objectNamespace: String { metadata["namespace"]?.stringValue ?? "" }
    package var groupVersionKind: GroupVersionKind { GroupVersionKind(apiVersion: apiVersion, kind: kind) }
    package var resourceVersion: String { metadata["resourceVersion"]?.stringValue ?? "" }
    package var uid: String { metadata["uid"]?.stringValue ?? "" }
    package var isBeingDeleted: Bool { metadata["deletionTimestamp"].map { !$0.isNull } ?? false }

    package var objectLabels: [String: String] { metadata.stringMap("labels") }
    package var objectAnnotations: [String: String] { metadata.stringMap("annotations") }

    package func stringMap(_ key: String) -> [String: String] {
        (self[key]?.objectValue ?? [:]).compactMapValues(\.stringValue)
    }

    package var identity: ObjectIdentity {
        ObjectIdentity(
            group: groupVersionKind.group, kind: kind, namespace: objectNamespace, name: objectName)
    }
}
