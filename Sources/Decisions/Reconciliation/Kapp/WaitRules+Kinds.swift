internal import ResourceModel

/// The rules of Kubernetes' own kinds.
extension WaitRules {
    private func unobserved(_ live: Value) -> WaitState? {
        let generation = live.metadata["generation"]?.intValue ?? 0
        guard generation != live[at: "status", "observedGeneration"]?.intValue ?? 0 else { return nil }
        return .ongoing("Waiting for generation \(generation) to be observed")
    }

    /// A count as a 32-bit number, as Kubernetes keeps them: no sum of two can overflow.
    private func count(_ live: Value, _ path: String..., missing: Int64 = 0) -> Int64 {
        Int64(Int32(clamping: live[path]?.intValue ?? missing))
    }

    private func condition(_ live: Value, _ type: String) -> (status: String, reason: String, message: String)? {
        for condition in live[at: "status", "conditions"]?.arrayValue ?? []
        where condition["type"]?.stringValue == type {
            return (
                condition["status"]?.stringValue ?? "", condition["reason"]?.stringValue ?? "",
                condition["message"]?.stringValue ?? ""
            )
        }
        return nil
    }

    func conditions(_ live: Value, _ types: [String]) -> WaitState {
        for type in types {
            guard let found = condition(live, type) else { return .ongoing("Condition \(type) is not set") }
            guard found.status == "True" else {
                return .ongoing("Condition \(type) is not True (\(found.status))")
            }
        }
        return .done
    }

    func deployment(_ live: Value, _ associated: [Value]) -> WaitState {
        if let state = unobserved(live) { return state }
        if let progress = condition(live, "Progressing"), progress.status == "False" {
            return .failed("Deployment is not progressing: \(progress.reason) (message: \(progress.message))")
        }
        if let failure = condition(live, "ReplicaFailure"), failure.status == "True" {
            return .ongoing(
                "Deployment has encountered replica failure: \(failure.reason) (message: \(failure.message))")
        }
        let wanted = count(live, "spec", "replicas", missing: 1)
        if let minimum = live.objectAnnotations[KappKey.minimumReplicasAvailable], !associated.isEmpty {
            return minimumAvailable(live, minimum, wanted, associated)
        }
        let unavailable = count(live, "status", "unavailableReplicas")
        if unavailable > 0 { return .ongoing("Waiting for \(unavailable) unavailable replicas") }
        let ready = count(live, "status", "readyReplicas")
        if ready < wanted { return .ongoing("Waiting for \(wanted - ready)/\(wanted) replicas to be ready") }
        return .done
    }

    private func minimumAvailable(
        _ live: Value, _ text: String, _ wanted: Int64, _ associated: [Value]
    ) -> WaitState {
        let isPercent = text.hasSuffix("%")
        guard var minimum = Int64(isPercent ? String(text.dropLast()) : text),
            (-1_000_000...1_000_000).contains(minimum)
        else {
            return .failed("Error: Failed to parse \(KappKey.minimumReplicasAvailable): \(text)")
        }
        if isPercent { minimum = wanted * minimum / 100 }
        minimum = min(minimum, wanted)
        if wanted > 0 { minimum = max(1, minimum) }
        let revision = live.objectAnnotations[KappKey.deploymentRevision] ?? ""
        guard
            let current = associated.first(where: {
                $0.kind == "ReplicaSet" && $0.objectAnnotations[KappKey.deploymentRevision] == revision
            })
        else {
            return .failed(
                "Error: Failed to find latest replicaset: Expected to find replica set (rev \(revision)) in associated "
                    + "resources but did not")
        }
        let available = count(current, "status", "availableReplicas")
        return available < minimum ? .ongoing("Waiting for at least \(minimum - available) available replicas") : .done
    }

    func statefulSet(_ live: Value) -> WaitState {
        if let state = unobserved(live) { return state }
        let wanted = count(live, "spec", "replicas", missing: 1)
        var toUpdate = wanted
        var clarification = ""
        let partition = count(live, "spec", "updateStrategy", "rollingUpdate", "partition")
        if partition > 0 {
            toUpdate = wanted - partition
            clarification = " (updating only \(toUpdate) of \(wanted) total)"
        }
        let notUpdated = toUpdate - count(live, "status", "updatedReplicas")
        if notUpdated > 0 { return .ongoing("Waiting for \(notUpdated) replicas to be updated\(clarification)") }
        let notReady = wanted - count(live, "status", "readyReplicas")
        if notReady > 0 { return .ongoing("Waiting for \(notReady) replicas to be ready") }
        let surplus = count(live, "status", "replicas") - wanted
        if surplus > 0 { return .ongoing("Waiting for \(surplus) replicas to be deleted") }
        return .done
    }

    func daemonSet(_ live: Value) -> WaitState {
        if let state = unobserved(live) { return state }
        let wanted = count(live, "status", "desiredNumberScheduled")
        let notUpdated = wanted - count(live, "status", "updatedNumberScheduled")
        if notUpdated > 0 { return .ongoing("Waiting for \(notUpdated) updated pods to be scheduled") }
        let unavailable = count(live, "status", "numberUnavailable")
        if unavailable > 0 { return .ongoing("Waiting for \(unavailable) unavailable pods") }
        return .done
    }

    func replicaSet(_ live: Value) -> WaitState {
        if let state = unobserved(live) { return state }
        let wanted = count(live, "spec", "replicas", missing: 1)
        let available = count(live, "status", "availableReplicas")
        return available < wanted ? .ongoing("Waiting for \(wanted - available) available replicas") : .done
    }

    func pod(_ live: Value) -> WaitState {
        switch live[at: "status", "phase"]?.stringValue {
        case "Pending":
            let detail = pendingReason(live)
            return .ongoing(detail.isEmpty ? "Pending" : "Pending: \(detail)")
        case "Running": return conditions(live, ["Initialized", "Ready", "PodScheduled"])
        case "Succeeded": return .done
        case "Failed": return .failed("Phase is failed")
        case "Unknown": return .failed("Phase is unknown")
        default: return .ongoing("Undetermined phase")
        }
    }

    private func pendingReason(_ live: Value) -> String {
        func detailed(_ reason: String, _ message: String) -> String {
            message.isEmpty ? reason : "\(reason) (message: \(message))"
        }
        for list in ["initContainerStatuses", "containerStatuses"] {
            for status in live[at: "status", list]?.arrayValue ?? [] {
                if let waiting = status[at: "state", "waiting"] {
                    return detailed(
                        waiting["reason"]?.stringValue ?? "", waiting["message"]?.stringValue ?? "")
                }
            }
        }
        if let scheduled = condition(live, "PodScheduled"), scheduled.reason == "Unschedulable" {
            return detailed(scheduled.reason, scheduled.message)
        }
        return ""
    }

    func service(_ live: Value) -> WaitState {
        let type = live[at: "spec", "type"]?.stringValue ?? "ClusterIP"
        if type == "ExternalName" {
            return WaitState(isDone: true, isSuccessful: true, message: "External service")
        }
        if (live[at: "spec", "clusterIP"]?.stringValue ?? "").isEmpty { return .ongoing("ClusterIP is empty") }
        if type == "LoadBalancer", live[at: "status", "loadBalancer", "ingress"]?.arrayValue?.isEmpty ?? true {
            return .ongoing("Load balancer ingress is empty")
        }
        return .done
    }

    func job(_ live: Value) -> WaitState {
        if condition(live, "Complete")?.status == "True" {
            return WaitState(isDone: true, isSuccessful: true, message: "Completed")
        }
        if let failed = condition(live, "Failed"), failed.status == "True" {
            return .failed("Failed with reason \(failed.reason): \(failed.message)")
        }
        let (active, failed, succeeded) = (
            count(live, "status", "active"), count(live, "status", "failed"), count(live, "status", "succeeded")
        )
        return .ongoing("Waiting to complete (\(active) active, \(failed) failed, \(succeeded) succeeded)")
    }

    /// App, PackageInstall and PackageRepository.
    func carvel(_ live: Value) -> WaitState {
        if let state = unobserved(live) { return state }
        let useful = live[at: "status", "usefulErrorMessage"]?.stringValue ?? ""
        if condition(live, "Reconciling")?.status == "True" { return .ongoing("Reconciling") }
        for (type, words) in [("ReconcileFailed", "Reconcile failed"), ("DeleteFailed", "Delete failed")] {
            if let failed = condition(live, type), failed.status == "True" {
                let message = useful.isEmpty ? failed.message : useful
                return .failed("\(words): \(failed.reason) (message: \(message))")
            }
        }
        return .done
    }
}
