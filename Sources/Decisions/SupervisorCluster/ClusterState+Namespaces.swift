internal import FleetModel
internal import ResourceModel

/// The namespace controller: a namespace that is being deleted takes its contents with it.
extension ClusterState {
    mutating func finishNamespaces() {
        let resource = self.resource("Namespace")
        for namespace in objects(resource, namespace: nil) where namespace.isBeingDeleted {
            finish(namespace, resource)
        }
    }

    private mutating func finish(_ namespace: Value, _ resource: ResourceDefinition) {
        let name = namespace.objectName
        var remaining: [(resource: ResourceDefinition, count: Int)] = []
        var finalizers: [String: Int] = [:]
        // Events go first, as the real controller orders them.
        let groups = stores.keys.sorted { left, right in
            let leftRank = left == .core("events") ? 0 : 1
            let rightRank = right == .core("events") ? 0 : 1
            return leftRank == rightRank ? left < right : leftRank < rightRank
        }
        for group in groups {
            guard let definition = registry.resource(group), definition.isNamespaced else { continue }
            for object in stores[group]?.list(namespace: name) ?? [] where !object.isBeingDeleted {
                _ = try? delete(object, definition, DeleteOptions(propagation: "Background"))
            }
            let left = stores[group]?.list(namespace: name) ?? []
            if !left.isEmpty { remaining.append((definition, left.count)) }
            for object in left {
                for finalizer in object.metadata["finalizers"]?.arrayValue ?? [] {
                    finalizers[finalizer.stringValue ?? "", default: 0] += 1
                }
            }
        }
        guard let current = object(resource, namespace: "", name: name) else { return }
        if remaining.isEmpty {
            var changed = current
            let kept = (current[at: "spec", "finalizers"]?.arrayValue ?? []).filter { $0 != "kubernetes" }
            changed[at: "spec", "finalizers"] = kept.isEmpty ? nil : .array(kept)
            if Self.hasNothingLeft(changed, resource) {
                take(changed, resource)
            } else if changed != current {
                _ = put(changed, resource)
            }
            return
        }
        report(remaining, finalizers, on: current, resource)
    }

    private mutating func report(
        _ remaining: [(resource: ResourceDefinition, count: Int)], _ finalizers: [String: Int], on namespace: Value,
        _ resource: ResourceDefinition
    ) {
        let contents = remaining.sorted { $0.resource.qualifiedPlural < $1.resource.qualifiedPlural }.map {
            "\($0.resource.plural).\($0.resource.group) has \($0.count) resource instances"
        }
        let held = finalizers.sorted { $0.key < $1.key }.map { "\($0.key) in \($0.value) resource instances" }
        var conditions = [
            condition(
                "NamespaceDeletionDiscoveryFailure", false, "ResourcesDiscovered",
                "All resources successfully discovered"),
            condition(
                "NamespaceDeletionGroupVersionParsingFailure", false, "ParsedGroupVersions",
                "All legacy kube types successfully parsed"),
            condition(
                "NamespaceDeletionContentFailure", false, "ContentDeleted",
                "All content successfully deleted, may be waiting on finalization"),
            condition(
                "NamespaceContentRemaining", true, "SomeResourcesRemain",
                "Some resources are remaining: \(contents.joined(separator: ", "))"),
        ]
        conditions.append(
            held.isEmpty
                ? condition(
                    "NamespaceFinalizersRemaining", false, "ContentHasNoFinalizers",
                    "All content-preserving finalizers finished")
                : condition(
                    "NamespaceFinalizersRemaining", true, "SomeFinalizersRemain",
                    "Some content in the namespace has finalizers remaining: \(held.joined(separator: ", "))"))
        let known = namespace[at: "status", "conditions"]?.arrayValue ?? []
        let merged = conditions.map { wanted in
            guard let old = known.first(where: { $0["type"] == wanted["type"] }) else { return wanted }
            var updated = wanted
            if old["status"] == wanted["status"] { updated["lastTransitionTime"] = old["lastTransitionTime"] }
            return updated
        }
        guard merged != known else { return }
        var changed = namespace
        changed[at: "status", "conditions"] = .array(merged)
        put(changed, replacing: namespace, resource, by: Self.controllerManager)
    }

    private func condition(_ type: String, _ isTrue: Bool, _ reason: String, _ message: String) -> Value {
        [
            "type": .string(type), "status": isTrue ? "True" : "False", "lastTransitionTime": .string(now.seconds),
            "reason": .string(reason), "message": .string(message),
        ]
    }

    /// `PUT …/finalize`: the only way to change a namespace's own finalizers.
    mutating func finalizeNamespace(_ call: APICall, _ body: Value) throws(APIStatus) -> APIResponse {
        let old = try existing(call)
        var changed = old
        changed[at: "spec", "finalizers"] = body[at: "spec", "finalizers"]
        if changed.isBeingDeleted, Self.hasNothingLeft(changed, call.resource) {
            take(changed, call.resource)
            return .json(changed)
        }
        return .json(changed == old ? old : put(changed, call.resource))
    }
}
