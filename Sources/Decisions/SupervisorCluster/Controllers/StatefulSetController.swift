package import FleetModel
package import ResourceModel

/// The statefulset controller: ordered pods with names, claims of their own, and ordered updates.
package struct StatefulSetController: Controller {
    private var memo = WorkMemo()
    private var retries = RetryMemo(first: .milliseconds(500), longest: .seconds(60))

    package init() {}

    package func watchedKinds(_ settings: ControllerSettings) -> [GroupVersionKind] {
        [ControllerKinds.statefulSet, ControllerKinds.pod]
    }
    package func writtenKinds(_ settings: ControllerSettings) -> [GroupVersionKind] {
        [
            ControllerKinds.statefulSet, ControllerKinds.pod, ControllerKinds.claim,
            ControllerKinds.controllerRevision,
        ]
    }

    package mutating func step(_ store: inout some ControllerStore, settings: ControllerSettings) -> Timestamp? {
        let sets = store.list(ControllerKinds.statefulSet, namespace: nil)
        guard !sets.isEmpty else { return nil }
        let pods = store.list(ControllerKinds.pod, namespace: nil)
        let owned = PodControl.grouped(pods)
        let orphans = PodControl.orphans(pods)
        var due: Timestamp?
        for set in sets {
            var mine = owned[set.uid] ?? []
            for orphan in orphans[set.objectNamespace] ?? []
            where !set.isBeingDeleted && StatefulSetSync.ordinal(of: orphan.objectName, in: set.objectName) != nil
                && LabelMatching.matches(set[at: "spec", "selector"], orphan.objectLabels)
            {
                if let adopted = PodControl.adopt(orphan, by: set, &store) { mine.append(adopted) }
            }
            let signature = WorkMemo.signature(set, mine)
            if let settled = memo.settled(set.uid, signature, now: store.now) {
                due = store.earliest(due, settled)
                continue
            }
            var sync = StatefulSetSync(workload: set, pods: mine, &store)
            var next: Timestamp?
            if !set.isBeingDeleted {
                if retries.mayTry(set.uid, now: store.now) {
                    sync.run(&store)
                    if sync.hasFailed {
                        next = retries.failed(set.uid, now: store.now)
                    } else {
                        retries.succeeded(set.uid)
                    }
                } else {
                    next = retries.next(set.uid)
                }
            }
            sync.writeStatus(&store)
            next = store.earliest(next, sync.availableAt)
            memo.settle(set.uid, signature, due: next)
            due = store.earliest(due, next)
        }
        memo.forget(exceptFor: sets)
        return due
    }
}
