internal import FleetModel
internal import ResourceModel

/// Counting and conditions (sync.go calculateStatus, progress.go syncRolloutStatus).
extension DeploymentRollout {
    mutating func pause(_ store: inout some ControllerStore) {
        if let set = newSet ?? replicaSets.last, oldSets.allSatisfy({ Self.specCount($0) == 0 || $0 == set }),
            Self.specCount(set) != wanted
        {
            var changed = set
            changed[at: "spec", "replicas"] = .int(Int64(wanted))
            if let stored = try? store.update(changed),
                let index = replicaSets.firstIndex(where: { $0.objectName == stored.objectName })
            {
                replicaSets[index] = stored
            }
        }
        let progressing = deployment.condition("Progressing")?.textAt("reason")
        if progressing != "DeploymentPaused" {
            pendingCondition = ("Unknown", "DeploymentPaused", "Deployment is paused")
        }
    }

    mutating func resume() {
        if deployment.condition("Progressing")?.textAt("reason") == "DeploymentPaused" {
            pendingCondition = ("Unknown", "DeploymentResumed", "Deployment is resumed")
        }
    }

    @discardableResult
    mutating func writeStatus(_ store: inout some ControllerStore) -> Value {
        var status = counted()
        var conditions = StatusConditions(deployment.itemsAt("status", "conditions"))
        if let pending = pendingCondition {
            set(&conditions, "Progressing", pending.status, pending.reason, pending.message)
        }
        let available = status.intAt("availableReplicas") ?? 0
        if available >= wanted - fence.unavailable {
            set(
                &conditions, "Available", "True", "MinimumReplicasAvailable",
                "Deployment has minimum availability.")
        } else {
            set(
                &conditions, "Available", "False", "MinimumReplicasUnavailable",
                "Deployment does not have minimum availability.")
        }
        if !isPaused, pendingCondition?.reason != "ReplicaSetCreateError" { progress(status, &conditions) }
        let failure = replicaSets.compactMap { $0.condition("ReplicaFailure") }.first
        if let failure {
            set(
                &conditions, "ReplicaFailure", failure.textAt("status"), failure.textAt("reason"),
                failure.textAt("message"))
        } else {
            conditions.remove("ReplicaFailure")
        }
        status["conditions"] = conditions.value
        deployment = store.putStatus(status, of: deployment)
        return status
    }

    private func counted() -> Value {
        var status: Value = ["observedGeneration": .int(Int64(deployment.generation))]
        func sum(_ field: String) -> Int { replicaSets.reduce(0) { $0 + ($1.intAt("status", field) ?? 0) } }
        let available = sum("availableReplicas")
        let specified = replicaSets.reduce(0) { $0 + Self.specCount($1) }
        status["replicas"] = Value.count(sum("replicas"))
        status["updatedReplicas"] = Value.count(newSet?.intAt("status", "replicas") ?? 0)
        status["readyReplicas"] = Value.count(sum("readyReplicas"))
        status["availableReplicas"] = Value.count(available)
        status["unavailableReplicas"] = Value.count(max(0, specified - available))
        status["collisionCount"] = deployment[at: "status", "collisionCount"]
        return status
    }

    private func set(
        _ conditions: inout StatusConditions, _ type: String, _ status: String, _ reason: String, _ message: String
    ) {
        // Same status and reason: nothing is written, whatever the message (SetDeploymentCondition).
        if let old = conditions[type], old.textAt("status") == status, old.textAt("reason") == reason { return }
        conditions.set(
            type, status, reason: reason, message: message, at: now,
            extra: ["lastUpdateTime": .string(now.seconds)])
        conditions.moveToEnd(type)
    }

    private func progress(_ status: Value, _ conditions: inout StatusConditions) {
        guard deployment.intAt("spec", "progressDeadlineSeconds") != nil else {
            conditions.remove("Progressing")
            return
        }
        let present = conditions["Progressing"]
        let replicas = status.intAt("replicas") ?? 0
        let updated = status.intAt("updatedReplicas") ?? 0
        if replicas == updated, present?.textAt("reason") == "NewReplicaSetAvailable" { return }
        let subject = newSet.map { "ReplicaSet \"\($0.objectName)\"" } ?? "Deployment \"\(deployment.objectName)\""
        if Self.isComplete(deployment, status) {
            set(
                &conditions, "Progressing", "True", "NewReplicaSetAvailable",
                "\(subject) has successfully progressed.")
        } else if hasProgressed(status) {
            // Every progress renews lastUpdateTime, from which the deadline is counted.
            let since = present?.textAt("status") == "True" ? present?["lastTransitionTime"] : nil
            conditions.remove("Progressing")
            set(&conditions, "Progressing", "True", "ReplicaSetUpdated", "\(subject) is progressing.")
            if let since { conditions.keepTransition("Progressing", since) }
        } else if let present, present.textAt("reason") != "NewReplicaSetAvailable", let due = deadline(of: present),
            due < now
        {
            set(
                &conditions, "Progressing", "False", "ProgressDeadlineExceeded",
                "\(subject) has timed out progressing.")
        }
    }

    private func hasProgressed(_ status: Value) -> Bool {
        func now(_ field: String) -> Int { status.intAt(field) ?? 0 }
        func before(_ field: String) -> Int { deployment.intAt("status", field) ?? 0 }
        return now("updatedReplicas") > before("updatedReplicas")
            || now("replicas") - now("updatedReplicas") < before("replicas") - before("updatedReplicas")
            || now("readyReplicas") > before("readyReplicas")
            || now("availableReplicas") > before("availableReplicas")
    }

    static func isComplete(_ deployment: Value, _ status: Value) -> Bool {
        let wanted = deployment.intAt("spec", "replicas") ?? 1
        return (status.intAt("updatedReplicas") ?? 0) == wanted && (status.intAt("replicas") ?? 0) == wanted
            && (status.intAt("availableReplicas") ?? 0) == wanted
            && (status.intAt("observedGeneration") ?? 0) >= deployment.generation
    }

    private func deadline(of condition: Value) -> Timestamp? {
        guard let seconds = deployment.intAt("spec", "progressDeadlineSeconds"),
            let since = Timestamp(rfc3339: condition.textAt("lastUpdateTime"))
        else { return nil }
        return since.advanced(byMilliseconds: Int64(seconds) * 1000)
    }

    /// When the progress deadline has to be looked at; nil when it does not run.
    func deadline(_ status: Value) -> Timestamp? {
        guard !Self.isComplete(deployment, status), let progressing = deployment.condition("Progressing"),
            !["NewReplicaSetAvailable", "ProgressDeadlineExceeded"].contains(progressing.textAt("reason"))
        else { return nil }
        return deadline(of: progressing).map { max($0, now).advanced(byMilliseconds: 1) }
    }
}
