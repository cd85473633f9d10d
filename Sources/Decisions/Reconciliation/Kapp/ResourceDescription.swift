package import ResourceModel

/// Group and kind, what kapp keeps in `usedGKs`.
package struct GroupKind: Hashable, Sendable, Comparable {
    package var group: String
    package var kind: String

    package init(group: String, kind: String) {
        self.group = group
        self.kind = kind
    }

    package static func < (left: GroupKind, right: GroupKind) -> Bool {
        (left.group, left.kind) < (right.group, right.kind)
    }
}

extension Value {
    package var groupKind: GroupKind { GroupKind(group: groupVersionKind.group, kind: kind) }

    /// kapp's name for an object in every text: `deployment/harbor-core (apps/v1) namespace: svc-harbor-domain-c8`,
    /// or `… cluster` for a cluster-scoped one.
    package var kappDescription: String {
        let place = objectNamespace.isEmpty ? "cluster" : "namespace: \(objectNamespace)"
        return "\(kind.lowercased())/\(objectName) (\(apiVersion)) \(place)"
    }

    /// kapp's key without the version: `<ns>/<group>/<Kind>/<name>`.
    package var kappKey: String { identity.description }

    package func hasAnnotation(_ key: String) -> Bool { metadata["annotations"]?[key] != nil }
}
