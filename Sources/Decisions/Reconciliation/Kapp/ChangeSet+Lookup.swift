package import ResourceModel

extension ChangeSet {
    /// Kinds whose labelled objects must be listed to know everything the app has: those it ever used, those it
    /// declares now, and those controllers make from them with the same label.
    package static func kinds(declared: [Value], record: AppRecord) -> [GroupKind] {
        var kinds = record.usedGKs.union(declared.map(\.groupKind))
        for kind in Array(kinds) {
            switch (kind.group, kind.kind) {
            case ("apps", "Deployment"):
                kinds.formUnion([GroupKind(group: "apps", kind: "ReplicaSet"), GroupKind(group: "", kind: "Pod")])
            case ("apps", "StatefulSet"):
                kinds.formUnion([
                    GroupKind(group: "apps", kind: "ControllerRevision"), GroupKind(group: "", kind: "Pod"),
                    GroupKind(group: "", kind: "PersistentVolumeClaim"),
                ])
            case ("apps", "DaemonSet"):
                kinds.formUnion([
                    GroupKind(group: "apps", kind: "ControllerRevision"), GroupKind(group: "", kind: "Pod"),
                ])
            case ("batch", "Job"), ("batch", "CronJob"): kinds.insert(GroupKind(group: "", kind: "Pod"))
            default: break
            }
        }
        return kinds.sorted()
    }

    /// Declared objects that the labelled list did not have: to be read by name, in case they exist without the label
    /// (they are adopted) or with another app's (an ownership error).
    package static func lookups(declared: [Value], labelled: [Value]) -> [Value] {
        let known = Set(labelled.map(\.identity))
        return declared.filter { !$0.hasAnnotation(KappKey.versioned) && !known.contains($0.identity) }
    }
}
