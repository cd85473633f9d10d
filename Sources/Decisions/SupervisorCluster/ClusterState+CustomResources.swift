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
        for version in crd[at: "spec", "versions"]?.arrayValue ?? []
        where version["served"]?.boolValue ?? false {
            registry.insert(Self.definition(crd, version, names))
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
        return definition
    }

    /// The CRD controller's part of a CRD: accepted names, stored versions, conditions.
    func establishedStatus(of crd: Value) -> Value {
        var names = crd[at: "spec", "names"] ?? .object([:])
        if names["singular"] == nil, let kind = names["kind"]?.stringValue {
            names["singular"] = .string(kind.lowercased())
        }
        let stored = (crd[at: "spec", "versions"]?.arrayValue ?? []).first { $0["storage"]?.boolValue ?? false }
        var versions = crd[at: "status", "storedVersions"]?.arrayValue ?? []
        if let name = stored?["name"], !versions.contains(name) { versions.append(name) }
        let known = crd[at: "status", "conditions"]?.arrayValue ?? []
        func condition(_ type: String, _ reason: String, _ message: String) -> Value {
            known.first { $0["type"]?.stringValue == type }
                ?? [
                    "type": .string(type), "status": "True", "lastTransitionTime": .string(now.seconds),
                    "reason": .string(reason), "message": .string(message),
                ]
        }
        return [
            "acceptedNames": names, "storedVersions": .array(versions),
            "conditions": [
                condition("NamesAccepted", "NoConflicts", "no conflicts found"),
                condition("Established", "InitialNamesAccepted", "the initial names have been accepted"),
            ],
        ]
    }

    /// A CRD that is being deleted waits for its objects (finalizer customresourcecleanup).
    mutating func finishCustomResources() {
        let resource = self.resource("CustomResourceDefinition", group: "apiextensions.k8s.io")
        let mark = store(of: resource).lastRevision
        let isWaiting = objects(resource, namespace: nil).contains(where: \.isBeingDeleted)
        guard mark != definitionsMark || isWaiting else { return }
        definitionsMark = mark
        for crd in objects(resource, namespace: nil) {
            if crd.isBeingDeleted {
                finish(crd: crd, resource)
                continue
            }
            let status = establishedStatus(of: crd)
            if crd["status"] != status {
                var changed = crd
                changed["status"] = status
                _ = put(changed, resource)
            }
        }
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
