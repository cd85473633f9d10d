package import FleetModel
package import ResourceModel

extension DataInventory {
    /// What holds data among live objects: claims that were declared and claims made from claim templates.
    ///
    /// `claims` are all PersistentVolumeClaims seen; `volumes` add the reclaim policy where they were read.
    package init(live objects: [Value], volumes: [Value] = []) {
        var policies: [String: String] = [:]
        for volume in volumes + objects where volume.kind == "PersistentVolume" {
            policies[volume.objectName] = volume[at: "spec", "persistentVolumeReclaimPolicy"]?.stringValue
        }
        let claims = objects.filter { $0.isClaim }.sorted { $0.identity < $1.identity }.map { claim in
            Claim(claim, reclaimPolicy: policies[claim[at: "spec", "volumeName"]?.stringValue ?? ""])
        }
        self.init(claims: claims, total: QuantitySum.total(claims.map(\.size)))
    }
}

extension DataInventory.Claim {
    /// One live claim. `reclaimPolicy` defaults to `Delete`, the worse of the two, when its volume was not read.
    package init(_ claim: Value, reclaimPolicy: String? = nil) {
        self.init(
            name: claim.objectName, namespace: claim.objectNamespace, size: claim.claimSize,
            storageClass: claim[at: "spec", "storageClassName"]?.stringValue ?? "",
            origin: ResourceLabeler.isTransient(claim) ? "claim template" : "claim",
            reclaimPolicy: reclaimPolicy ?? "Delete")
    }
}

extension Value {
    package var isClaim: Bool { kind == "PersistentVolumeClaim" && groupVersionKind.group.isEmpty }
    var isVolume: Bool { kind == "PersistentVolume" && groupVersionKind.group.isEmpty }
    var isNamespaceObject: Bool { kind == "Namespace" && groupVersionKind.group.isEmpty }
    /// What a CustomResourceDefinition defines; nil for every other object.
    package var definedKind: GroupKind? {
        guard isDefinition, let group = self[at: "spec", "group"]?.stringValue,
            let name = self[at: "spec", "names", "kind"]?.stringValue
        else { return nil }
        return GroupKind(group: group, kind: name)
    }
    var isStatefulSet: Bool { kind == "StatefulSet" && groupVersionKind.group == "apps" }

    /// What the claim asks for, or its capacity when that is all there is.
    var claimSize: String {
        self[at: "spec", "resources", "requests", "storage"]?.scalarText
            ?? self[at: "status", "capacity", "storage"]?.scalarText ?? "0"
    }
}
