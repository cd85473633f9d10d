internal import FleetModel
internal import ResourceModel

/// CustomResourceDefinitions: status, serving, and the end of their objects.
extension ClusterState {
    /// Called with every stored CRD; makes the registry follow it.
    mutating func serve(crd new: Value?, replacing old: Value?) {
        guard let crd = new else {
            if let old { registry.removeResources(ofCRD: old.objectName) }
            return
        }
        let names = crd[at: "status", "acceptedNames"] ?? crd[at: "spec", "names"] ?? .object([:])
        registry.removeResources(ofCRD: crd.objectName)
        guard Self.isEstablished(crd) else { return }
        for version in crd[at: "spec", "versions"]?.arrayValue ?? []
        where version["served"]?.boolValue ?? false {
            let definition = Self.definition(crd, version, names)
            registry.insert(definition)
            // Its watch cache begins now: a watch from before is too old.
            if stores[definition.groupResource] == nil {
                stores[definition.groupResource] = ObjectStore(restored: [:], revision: revision)
            }
        }
    }

    private static func isEstablished(_ crd: Value) -> Bool {
        (crd[at: "status", "conditions"]?.arrayValue ?? []).contains {
            $0["type"] == "Established" && $0["status"] == "True"
        }
    }

    private static func definition(_ crd: Value, _ version: Value, _ names: Value) -> ResourceDefinition {
        let schema = version[at: "schema", "openAPIV3Schema"]
        var definition = ResourceDefinition(
            group: crd[at: "spec", "group"]?.stringValue ?? "", version: version["name"]?.stringValue ?? "",
            kind: names["kind"]?.stringValue ?? "", plural: names["plural"]?.stringValue ?? "",
            singular: names["singular"]?.stringValue ?? (names["kind"]?.stringValue ?? "").lowercased(),
            isNamespaced: crd[at: "spec", "scope"]?.stringValue != "Cluster")
        definition.shortNames = (names["shortNames"]?.arrayValue ?? []).compactMap(\.stringValue)
        definition.categories = (names["categories"]?.arrayValue ?? []).compactMap(\.stringValue)
        definition.hasStatus = version[at: "subresources", "status"] != nil
        definition.hasScale = version[at: "subresources", "scale"] != nil
        definition.hasGeneration = true
        definition.custom = ResourceDefinition.CustomResource(
            crdName: crd.objectName, schema: schema,
            preservesUnknownFields: crd[at: "spec", "preserveUnknownFields"]?.boolValue ?? false,
            printerColumns: version["additionalPrinterColumns"]?.arrayValue ?? [],
            isStorage: version["storage"]?.boolValue ?? false, scale: version[at: "subresources", "scale"])
        if version["deprecated"]?.boolValue ?? false {
            let usual = "\(definition.apiVersion) \(definition.kind) is deprecated"
            definition.custom?.deprecation = version["deprecationWarning"]?.stringValue ?? usual
        }
        return definition
    }

    /// What the API server itself says of a new CRD, before its controllers have looked at it.
    func initialStatus(ofCRD crd: Value) -> Value {
        let stored = (crd[at: "spec", "versions"]?.arrayValue ?? []).first { $0["storage"]?.boolValue ?? false }
        return [
            "conditions": nil, "acceptedNames": ["plural": "", "kind": ""],
            "storedVersions": .array(stored?["name"].map { [$0] } ?? []),
        ]
    }

    /// The CRD controllers' part of a CRD: accepted names, stored versions, conditions.
    private func controlledStatus(of crd: Value) -> Value {
        let spec = crd[at: "spec", "names"] ?? .object([:])
        var accepted = crd[at: "status", "acceptedNames"] ?? .object([:])
        let conflict = nameConflict(of: crd)
        if conflict == nil { accepted = spec }
        let stored = (crd[at: "spec", "versions"]?.arrayValue ?? []).first { $0["storage"]?.boolValue ?? false }
        var versions = crd[at: "status", "storedVersions"]?.arrayValue ?? []
        if let name = stored?["name"], !versions.contains(name) { versions.append(name) }
        let known = crd[at: "status", "conditions"]?.arrayValue ?? []
        func condition(_ type: String, _ isTrue: Bool, _ reason: String, _ message: String) -> Value {
            let status: Value = isTrue ? "True" : "False"
            let old = known.first { $0["type"]?.stringValue == type }
            if let old, old["status"] == status, old["reason"]?.stringValue == reason { return old }
            return [
                "type": .string(type), "status": status, "lastTransitionTime": .string(now.seconds),
                "reason": .string(reason), "message": .string(message),
            ]
        }
        // Once established, a CRD stays so, whatever becomes of its names (establishing controller).
        let isServed = conflict == nil || Self.isEstablished(crd)
        return [
            "acceptedNames": accepted, "storedVersions": .array(versions),
            "conditions": [
                conflict.map { condition("NamesAccepted", false, $0.reason, $0.message) }
                    ?? condition("NamesAccepted", true, "NoConflicts", "no conflicts found"),
                isServed
                    ? condition(
                        "Established", true, "InitialNamesAccepted", "the initial names have been accepted")
                    : condition("Established", false, "NotAccepted", "not all names are accepted"),
            ],
        ]
    }

    /// A name another CRD of the group already has (the naming controller's rule).
    private func nameConflict(of crd: Value) -> (reason: String, message: String)? {
        let resource = self.resource("CustomResourceDefinition", group: "apiextensions.k8s.io")
        let others = objects(resource, namespace: nil).filter {
            $0[at: "spec", "group"] == crd[at: "spec", "group"] && $0.objectName != crd.objectName
        }
        func taken(_ key: String) -> Set<String> {
            var names: Set<String> = []
            for other in others {
                let accepted = other[at: "status", "acceptedNames"]
                for key in key == "kind" || key == "listKind" ? ["kind", "listKind"] : ["plural", "singular"] {
                    if let name = accepted?[key]?.stringValue { names.insert(name) }
                }
                guard key != "kind", key != "listKind" else { continue }
                for name in accepted?["shortNames"]?.arrayValue ?? [] { names.insert(name.stringValue ?? "") }
            }
            return names
        }
        let wanted = crd[at: "spec", "names"]
        let keys = [
            ("plural", "PluralConflict"), ("singular", "SingularConflict"), ("kind", "KindConflict"),
            ("listKind", "ListKindConflict"),
        ]
        for (key, reason) in keys {
            if let name = wanted?[key]?.stringValue, taken(key).contains(name) {
                return (reason, "\"\(name)\" is already in use")
            }
        }
        let short = (wanted?["shortNames"]?.arrayValue ?? []).compactMap(\.stringValue)
        let used = short.filter(taken("plural").contains)
        return used.isEmpty ? nil : ("ShortNamesConflict", used.map { "\"\($0)\" is already in use" }.joined())
    }

    /// The CRD controllers: names and Established a moment after the CRD came; a CRD that is being deleted waits for
    /// its objects (finalizer customresourcecleanup).
    mutating func finishCustomResources() {
        let resource = self.resource("CustomResourceDefinition", group: "apiextensions.k8s.io")
        let mark = store(of: resource).lastRevision
        let isWaiting = objects(resource, namespace: nil).contains(where: \.isBeingDeleted)
        guard mark != definitionsMark || isWaiting || !newDefinitions.isEmpty else { return }
        definitionsMark = mark
        for crd in objects(resource, namespace: nil) {
            if crd.isBeingDeleted {
                newDefinitions[crd.objectName] = nil
                finish(crd: crd, resource)
                continue
            }
            if let due = newDefinitions[crd.objectName], due > now {
                wake(at: due)
                continue
            }
            newDefinitions[crd.objectName] = nil
            establish(crd, resource)
        }
    }

    mutating func establish(_ crd: Value, _ resource: ResourceDefinition) {
        let status = controlledStatus(of: crd)
        guard crd["status"] != status else { return }
        var changed = crd
        changed["status"] = status
        put(changed, replacing: crd, resource, by: "kube-apiserver")
    }

    /// The first DELETE of a CRD marks it and adds the finalizer its objects are cleaned up by.
    func markDeleted(crd old: Value) -> Value {
        guard !old.isBeingDeleted else { return old }
        var object = old
        object[at: "metadata", "deletionTimestamp"] = .string(now.seconds)
        object[at: "status", "conditions"] = .array(
            (object[at: "status", "conditions"]?.arrayValue ?? []) + [
                [
                    "type": "Terminating", "status": "True", "lastTransitionTime": .string(now.seconds),
                    "reason": "InstanceDeletionPending",
                    "message":
                        "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
                ]
            ])
        Defaults.addFinalizer(&object, "customresourcecleanup.apiextensions.k8s.io")
        return object
    }

    private mutating func finish(crd: Value, _ resource: ResourceDefinition) {
        let finalizer: Value = "customresourcecleanup.apiextensions.k8s.io"
        var finalizers = crd.metadata["finalizers"]?.arrayValue ?? []
        guard finalizers.contains(finalizer) else { return }
        let group = GroupResource(
            group: crd[at: "spec", "group"]?.stringValue ?? "",
            plural: crd[at: "spec", "names", "plural"]?.stringValue ?? "")
        if let definition = registry.resource(group) {
            for object in stores[group]?.list(namespace: nil) ?? [] where !object.isBeingDeleted {
                _ = try? delete(object, definition, DeleteOptions(propagation: "Background"))
            }
        }
        guard stores[group]?.count ?? 0 == 0 else { return }
        finalizers.removeAll { $0 == finalizer }
        var changed = crd
        changed[at: "metadata", "finalizers"] = finalizers.isEmpty ? nil : .array(finalizers)
        if Self.hasNothingLeft(changed, resource) { take(changed, resource) } else { _ = put(changed, resource) }
    }
}
