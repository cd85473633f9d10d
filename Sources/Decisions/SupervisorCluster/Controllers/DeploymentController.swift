package import FleetModel
package import ResourceModel

/// The deployment controller: ReplicaSets by template, rolling updates, revisions, conditions.
///
/// Follows `pkg/controller/deployment` of Kubernetes 1.25 and 1.32.
package struct DeploymentController: Controller {
    private var memo = WorkMemo()

    package init() {}

    package func watchedKinds(_ settings: ControllerSettings) -> [GroupVersionKind] {
        [ControllerKinds.deployment, ControllerKinds.replicaSet, ControllerKinds.pod]
    }
    package func writtenKinds(_ settings: ControllerSettings) -> [GroupVersionKind] {
        [ControllerKinds.deployment, ControllerKinds.replicaSet]
    }

    package mutating func step(_ store: inout some ControllerStore, settings: ControllerSettings) -> Timestamp? {
        let deployments = store.list(ControllerKinds.deployment, namespace: nil)
        guard !deployments.isEmpty else { return nil }
        let replicaSets = store.list(ControllerKinds.replicaSet, namespace: nil)
        let owned = PodControl.grouped(replicaSets)
        let orphans = PodControl.orphans(replicaSets)
        // Only Recreate looks at pods: it waits for the old ones to be gone.
        let recreates = deployments.contains { $0.textAt("spec", "strategy", "type") == "Recreate" }
        let podsBySet = recreates ? PodControl.grouped(store.list(ControllerKinds.pod, namespace: nil)) : [:]
        var due: Timestamp?
        for deployment in deployments {
            var mine = owned[deployment.uid] ?? []
            for orphan in orphans[deployment.objectNamespace] ?? []
            where !deployment.isBeingDeleted
                && LabelMatching.matches(deployment[at: "spec", "selector"], orphan.objectLabels)
            {
                if let adopted = PodControl.adopt(orphan, by: deployment, &store) { mine.append(adopted) }
            }
            let isRecreate = recreates && deployment.textAt("spec", "strategy", "type") == "Recreate"
            let pods = isRecreate ? mine.flatMap { podsBySet[$0.uid] ?? [] } : []
            let signature = WorkMemo.signature(deployment, mine, pods)
            if let settled = memo.settled(deployment.uid, signature, now: store.now) {
                due = store.earliest(due, settled)
                continue
            }
            var rollout = DeploymentRollout(deployment: deployment, replicaSets: mine, now: store.now)
            let next = rollout.sync(&store)
            memo.settle(deployment.uid, signature, due: next)
            due = store.earliest(due, next)
        }
        memo.forget(exceptFor: deployments)
        return due
    }
}
