internal import ResourceModel

/// The history of a StatefulSet's or DaemonSet's template as ControllerRevision objects.
struct ControllerRevisions {
    let owner: Value
    /// By revision number, oldest first.
    private(set) var revisions: [Value]
    /// The revision of the present template.
    private(set) var update: Value = [:]

    /// Finds or makes the revision of the present template; adopts those that an orphaning deletion left behind.
    init(owner: Value, _ store: inout some ControllerStore) {
        self.owner = owner
        revisions = []
        for revision in store.list(ControllerKinds.controllerRevision, namespace: owner.objectNamespace) {
            if revision.controllerOwner == owner.uid {
                revisions.append(revision)
            } else if revision.controllerOwner == nil, !owner.isBeingDeleted, !revision.isBeingDeleted,
                LabelMatching.matches(owner[at: "spec", "selector"], revision.objectLabels),
                let adopted = PodControl.adopt(revision, by: owner, &store)
            {
                revisions.append(adopted)
            }
        }
        sort()
        let data = Self.data(of: owner)
        let highest = revisions.last?.intAt("revision") ?? 0
        if let index = revisions.lastIndex(where: { $0["data"] == data }) {
            if index != revisions.count - 1 {
                // A template that comes back gets the newest number.
                var changed = revisions[index]
                changed["revision"] = .int(Int64(highest + 1))
                revisions[index] = store.put(changed, over: revisions[index])
                let name = revisions[index].objectName
                sort()
                update = revisions.first { $0.objectName == name } ?? changed
            } else {
                update = revisions[index]
            }
            return
        }
        create(data, number: highest + 1, &store)
    }

    private mutating func create(_ data: Value, number: Int, _ store: inout some ControllerStore) {
        let hash = TemplateHash.of(data, collisions: owner.intAt("status", "collisionCount") ?? 0)
        var labels = (owner[at: "spec", "template", "metadata"] ?? [:]).stringMap("labels")
        labels["controller.kubernetes.io/hash"] = hash
        var revision: Value = [
            "apiVersion": "apps/v1", "kind": "ControllerRevision",
            "metadata": [
                "name": .string("\(owner.objectName)-\(hash)"), "namespace": .string(owner.objectNamespace),
                "ownerReferences": .array([owner.controllerReference]),
            ],
            "data": data, "revision": .int(Int64(number)),
        ]
        revision[at: "metadata", "labels"] = Value.texts(labels)
        if let stored = try? store.create(revision) { revision = stored }
        revisions.append(revision)
        update = revision
    }

    private mutating func sort() {
        revisions.sort { ($0.intAt("revision") ?? 0, $0.objectName) < ($1.intAt("revision") ?? 0, $1.objectName) }
    }

    /// The part of the owner that a rollback restores (stateful_set_utils.go getPatch).
    static func data(of owner: Value) -> Value {
        var template = owner[at: "spec", "template"] ?? [:]
        template["$patch"] = "replace"
        return ["spec": ["template": template]]
    }

    /// The template of a named revision; the present one when it is gone.
    func template(_ name: String) -> Value {
        let revision = revisions.first { $0.objectName == name } ?? update
        var template = revision[at: "data", "spec", "template"] ?? owner[at: "spec", "template"] ?? [:]
        template["$patch"] = nil
        return template
    }

    /// Deletes the oldest revisions that no pod uses, down to `revisionHistoryLimit`.
    func trim(inUse: Set<String>, _ store: inout some ControllerStore) {
        let limit = owner.intAt("spec", "revisionHistoryLimit") ?? 10
        let idle = revisions.filter { !inUse.contains($0.objectName) && $0.objectName != update.objectName }
        for revision in idle.prefix(max(0, idle.count - limit)) {
            try? store.delete(
                ControllerKinds.controllerRevision, namespace: revision.objectNamespace, name: revision.objectName)
        }
    }
}
