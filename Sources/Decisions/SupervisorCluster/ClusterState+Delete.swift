internal import FleetModel
internal import ResourceModel

/// DELETE of one object and of a collection.
extension ClusterState {
    /// `DeleteOptions` as far as they are honoured.
    struct DeleteOptions {
        var propagation: String?
        var graceSeconds: Int64?
        var uid: String?
        var resourceVersion: String?
        var isDryRun = false
    }

    mutating func delete(_ call: APICall) throws(APIStatus) -> APIResponse {
        let options = try deleteOptions(call)
        let present = try existing(call)
        try refuseByFaults(present, call.resource, isDelete: true)
        var question = WebhookQuestion(
            resource: call.resource, operation: "DELETE", old: present, isDryRun: options.isDryRun)
        _ = try askWebhooks(.validating, &question)
        let outcome = try delete(present, call.resource, options)
        switch outcome {
        case .remains(let object): return self.present(object, call)
        case .removed(let object):
            var details: [String: Value] = [
                "name": .string(call.name), "kind": .string(call.resource.plural), "uid": .string(object.uid),
            ]
            if !call.resource.group.isEmpty { details["group"] = .string(call.resource.group) }
            return .json([
                "kind": "Status", "apiVersion": "v1", "metadata": .object([:]), "status": "Success",
                "details": .object(details),
            ])
        }
    }

    mutating func deleteCollection(_ call: APICall) throws(APIStatus) -> APIResponse {
        guard call.resource.verbs.contains("deletecollection") else { throw .methodNotAllowed }
        let options = try deleteOptions(call)
        let selection = try selection(call)
        let found = store(of: call.resource).list(namespace: selection.namespace).filter(selection.matches)
        for object in found { _ = try delete(object, call.resource, options) }
        return .json([
            "kind": .string(call.resource.listKind), "apiVersion": .string(call.resource.apiVersion),
            "metadata": ["resourceVersion": .string(String(revision))], "items": .array(found),
        ])
    }

    private func deleteOptions(_ call: APICall) throws(APIStatus) -> DeleteOptions {
        var options = DeleteOptions(isDryRun: call.isDryRun)
        options.propagation = call.request.parameter("propagationPolicy")
        options.graceSeconds = call.request.parameter("gracePeriodSeconds").flatMap { Int64($0) }
        guard !call.request.body.isEmpty else { return options }
        let body = try RequestBody(call.request.body, contentType: call.contentType, kind: "DeleteOptions").value
        options.propagation = body["propagationPolicy"]?.stringValue ?? options.propagation
        if body["orphanDependents"]?.boolValue == true { options.propagation = "Orphan" }
        options.graceSeconds = body["gracePeriodSeconds"]?.intValue ?? options.graceSeconds
        options.uid = body[at: "preconditions", "uid"]?.stringValue
        options.resourceVersion = body[at: "preconditions", "resourceVersion"]?.stringValue
        if body["dryRun"]?.arrayValue?.contains("All") ?? false { options.isDryRun = true }
        if let policy = options.propagation, !["Orphan", "Background", "Foreground"].contains(policy) {
            throw .invalid(
                kind: "DeleteOptions", group: "meta.k8s.io", "",
                [
                    .invalid(
                        "propagationPolicy", "\"\(policy)\"",
                        "must be one of \"Foreground\", \"Background\", \"Orphan\" or nil")
                ])
        }
        return options
    }

    enum DeleteOutcome {
        /// Finalizers or grace keep the object; this is its new state.
        case remains(Value)
        case removed(Value)
    }

    /// Deletes as the API server's generic registry does: preconditions, grace, finalizers, then removal.
    mutating func delete(
        _ old: Value, _ resource: ResourceDefinition, _ options: DeleteOptions
    ) throws(APIStatus) -> DeleteOutcome {
        try checkPreconditions(old, resource, options)
        if resource.group.isEmpty, resource.plural == "namespaces" {
            return try deleteNamespace(old, resource, options)
        }
        if resource.group == "apiextensions.k8s.io" {
            let marked = markDeleted(crd: old)
            return .remains(options.isDryRun || marked == old ? marked : put(marked, resource))
        }
        var object = old
        var finalizers = object.metadata["finalizers"]?.arrayValue ?? []
        switch options.propagation {
        case "Orphan" where !finalizers.contains("orphan"): finalizers.append("orphan")
        case "Foreground" where !finalizers.contains("foregroundDeletion"): finalizers.append("foregroundDeletion")
        default: break
        }
        if !finalizers.isEmpty { object[at: "metadata", "finalizers"] = .array(finalizers) }
        let grace = graceSeconds(for: old, resource, options)
        if finalizers.isEmpty, grace == 0 {
            if !options.isDryRun { take(object, resource) }
            return .removed(object)
        }
        if old.isBeingDeleted {
            let before = old.metadata["deletionGracePeriodSeconds"]?.intValue ?? 0
            if grace < before {
                object[at: "metadata", "deletionGracePeriodSeconds"] = .int(grace)
                object[at: "metadata", "deletionTimestamp"] = .string(
                    now.advanced(byMilliseconds: grace * 1000).seconds)
            }
        } else {
            object[at: "metadata", "deletionTimestamp"] = .string(now.advanced(byMilliseconds: grace * 1000).seconds)
            object[at: "metadata", "deletionGracePeriodSeconds"] = .int(grace)
            if resource.hasGeneration || resource.isCustom {
                object[at: "metadata", "generation"] = .int((old.metadata["generation"]?.intValue ?? 0) + 1)
            }
        }
        if object == old { return .remains(old) }
        return .remains(options.isDryRun ? object : put(object, resource))
    }

    /// Seconds; ten years, so that the end of the grace is still a time.
    private static let longestGrace: Int64 = 315_360_000

    /// Only pods have grace; a pod that no node runs goes at once.
    private func graceSeconds(
        for object: Value, _ resource: ResourceDefinition, _ options: DeleteOptions
    ) -> Int64 {
        guard resource.group.isEmpty, resource.plural == "pods" else { return 0 }
        if (object[at: "spec", "nodeName"]?.stringValue ?? "").isEmpty { return 0 }
        if ["Failed", "Succeeded"].contains(object[at: "status", "phase"]?.stringValue ?? "") { return 0 }
        let wanted = options.graceSeconds ?? object[at: "spec", "terminationGracePeriodSeconds"]?.intValue ?? 30
        return min(max(0, wanted), Self.longestGrace)
    }

    private func checkPreconditions(
        _ object: Value, _ resource: ResourceDefinition, _ options: DeleteOptions
    ) throws(APIStatus) {
        func refusal(_ why: String) -> APIStatus {
            APIStatus(
                409, "Conflict",
                "Operation cannot be fulfilled on \(resource.kind) \"\(object.objectName)\": \(why)",
                details: ["name": .string(object.objectName), "kind": .string(resource.kind)])
        }
        if let uid = options.uid, uid != object.uid {
            throw refusal(
                "the UID in the precondition (\(uid)) does not match the UID in record (\(object.uid)). "
                    + "The object might have been deleted and then recreated")
        }
        if let version = options.resourceVersion, version != object.resourceVersion {
            throw refusal(
                "the ResourceVersion in the precondition (\(version)) does not match the ResourceVersion in record "
                    + "(\(object.resourceVersion)). The object might have been modified")
        }
    }

    private mutating func deleteNamespace(
        _ old: Value, _ resource: ResourceDefinition, _ options: DeleteOptions
    ) throws(APIStatus) -> DeleteOutcome {
        guard !["default", "kube-system", "kube-public"].contains(old.objectName) else {
            throw .forbidden(resource, old.objectName, "this namespace may not be deleted")
        }
        var object = old
        if !old.isBeingDeleted {
            object[at: "metadata", "deletionTimestamp"] = .string(now.seconds)
            object[at: "status", "phase"] = "Terminating"
        }
        if Self.hasNothingLeft(object, resource) {
            if !options.isDryRun { take(object, resource) }
            return .removed(object)
        }
        if object == old || options.isDryRun { return .remains(object) }
        return .remains(put(object, resource))
    }
}
