package import FleetModel
package import ResourceModel

/// The agent's own check before it acts: no object that holds data is deleted or orphaned without consent by name
/// (contract C5), whatever brought the change about.
package enum DataGuard {
    /// Claims (and volumes) that the changes would delete or leave without an owner.
    ///
    /// Counted: deleted claims and volumes; every claim in a namespace that is deleted; claims of a StatefulSet with
    /// claim templates that goes or is replaced; claims whose owner reference names a deleted object. `live` is all
    /// the app's objects, controllers' ones included.
    package static func loss(_ changes: [ResourceChange], live: [Value], keepsClaims: Bool = false)
        -> [DataInventory.Claim]
    {
        let claims = live.filter(\.isClaim)
        var lost: [ObjectIdentity: DataInventory.Claim] = [:]
        func lose(_ claim: Value) { lost[claim.identity] = DataInventory.Claim(claim) }
        var deletedUIDs: Set<String> = []

        for change in changes {
            guard let existing = change.existing, endsObject(change) else { continue }
            if !existing.uid.isEmpty { deletedUIDs.insert(existing.uid) }
            if existing.isClaim { lose(existing) }
            if existing.isVolume {
                lost[existing.identity] = DataInventory.Claim(
                    name: existing.objectName, namespace: "",
                    size: existing[at: "spec", "capacity", "storage"]?.scalarText ?? "0",
                    storageClass: existing[at: "spec", "storageClassName"]?.stringValue ?? "", origin: "volume",
                    reclaimPolicy: existing[at: "spec", "persistentVolumeReclaimPolicy"]?.stringValue ?? "Retain")
            }
            if existing.isNamespaceObject {
                claims.filter { $0.objectNamespace == existing.objectName }.forEach(lose)
            }
            // An uninstall that keeps claims takes the StatefulSet away on purpose; only a retention policy that
            // deletes them with it is a loss then (their owner reference says so below as well).
            let deletesOwn =
                existing[at: "spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted"]?.stringValue == "Delete"
            if existing.isStatefulSet, !keepsClaims || deletesOwn {
                claims.filter { belongs($0, to: existing) }.forEach(lose)
            }
        }
        for claim in claims {
            let owners = (claim.metadata["ownerReferences"]?.arrayValue ?? []).compactMap { $0["uid"]?.stringValue }
            // The garbage collector takes an object when all its owners are gone.
            if !owners.isEmpty, owners.allSatisfy(deletedUIDs.contains) { lose(claim) }
        }
        return lost.sorted { $0.key < $1.key }.map(\.value)
    }

    /// The refusal in the user's words; nil when nothing is lost or the operator consented to it for this install.
    package static func check(
        changes: [ResourceChange], live: [Value], consent: DataConsent, key: InstallKey, keepsClaims: Bool = false
    ) -> FleetError? {
        let lost = loss(changes, live: live, keepsClaims: keepsClaims)
        guard !lost.isEmpty, !consent.allows(key), !Sabotage.isActive(.loseDataWithoutConsent) else { return nil }
        return refusal(lost, key: key)
    }

    package static func refusal(_ lost: [DataInventory.Claim], key: InstallKey) -> FleetError {
        DataLoss.refusal(lost, key: key, next: "--delete-data --confirm \(key)")
    }

    /// The change makes the object go away: a deletion, or a replacement by delete and create.
    static func endsObject(_ change: ResourceChange) -> Bool {
        switch (change.operation, change.strategy) {
        case (.delete, .orphan): change.existing?.isClaim == true || change.existing?.isStatefulSet == true
        case (.delete, _), (.update, .alwaysReplace): true
        // Only an Invalid answer makes it a replacement; it may, so it needs consent where data hangs on it.
        case (.update, .fallbackOnReplace): true
        case (.create, _), (.update, _), (.noop, _), (.exists, _): false
        }
    }

    /// Claims of a StatefulSet are named `<template>-<set>-<ordinal>`.
    static func belongs(_ claim: Value, to set: Value) -> Bool {
        guard claim.objectNamespace == set.objectNamespace else { return false }
        return (set[at: "spec", "volumeClaimTemplates"]?.arrayValue ?? []).contains { template in
            let prefix = "\(template.objectName)-\(set.objectName)-"
            return claim.objectName.hasPrefix(prefix) && Int(claim.objectName.dropFirst(prefix.count)) != nil
        }
    }
}
