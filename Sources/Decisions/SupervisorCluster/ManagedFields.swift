internal import FleetModel
internal import ResourceModel

/// `metadata.managedFields`: who last wrote which field.
package enum ManagedFields {
    /// Fields nobody manages (k8s.io/apimachinery `stripMeta` and the reset fields of the status subresource).
    private static let unmanaged: Set<String> = [
        "name", "namespace", "uid", "resourceVersion", "creationTimestamp", "generation", "selfLink",
        "managedFields", "deletionTimestamp", "deletionGracePeriodSeconds", "generateName",
    ]

    struct Entry {
        var manager: String
        var operation: String
        var subresource: String
        var apiVersion: String
        var time: String?
        var fields: FieldSet

        init(manager: String, operation: String, subresource: String?, apiVersion: String, fields: FieldSet) {
            self.manager = manager
            self.operation = operation
            self.subresource = subresource ?? ""
            self.apiVersion = apiVersion
            self.fields = fields
        }

        init(_ value: Value) {
            manager = value["manager"]?.stringValue ?? ""
            operation = value["operation"]?.stringValue ?? "Update"
            subresource = value["subresource"]?.stringValue ?? ""
            apiVersion = value["apiVersion"]?.stringValue ?? ""
            time = value["time"]?.stringValue
            fields = FieldSet(fieldsV1: value["fieldsV1"] ?? .object([:]))
        }

        func isSame(_ other: Entry) -> Bool {
            manager == other.manager && operation == other.operation && subresource == other.subresource
        }

        var value: Value {
            var fields: [String: Value] = [
                "manager": .string(manager), "operation": .string(operation), "apiVersion": .string(apiVersion),
                "fieldsType": "FieldsV1", "fieldsV1": self.fields.fieldsV1,
            ]
            if let time { fields["time"] = .string(time) }
            if !subresource.isEmpty { fields["subresource"] = .string(subresource) }
            return .object(fields)
        }
    }

    static func entries(_ object: Value?) -> [Entry] {
        (object?.metadata["managedFields"]?.arrayValue ?? []).map(Entry.init)
    }

    /// Nil when there is nothing to say, so that the key disappears.
    static func value(_ entries: [Entry]) -> Value? {
        let kept = entries.filter { !$0.fields.isEmpty }
        return kept.isEmpty ? nil : .array(kept.map(\.value))
    }

    /// An object without what nobody manages.
    static func managedPart(of object: Value, includesStatus: Bool) -> Value {
        var part = object
        part["apiVersion"] = nil
        part["kind"] = nil
        if !includesStatus { part["status"] = nil }
        if var metadata = part["metadata"]?.objectValue {
            for key in unmanaged { metadata[key] = nil }
            part["metadata"] = metadata.isEmpty ? nil : .object(metadata)
        }
        return part
    }

    /// What an update leaves behind: the changed fields go to the writer, removed fields to nobody.
    static func afterUpdate(
        from old: Value?, to new: Value, manager: String, subresource: String?, resource: ResourceDefinition,
        at now: Timestamp
    ) -> Value? {
        let includesStatus = subresource == "status"
        let before = old.map { managedPart(of: $0, includesStatus: true) }
        let after = managedPart(of: new, includesStatus: true)
        // A writer may hand over entries itself: kubectl does, when it moves from client-side to server-side apply.
        let handed = new.metadata["managedFields"]?.arrayValue ?? []
        let isHanded = !handed.isEmpty && new.metadata["managedFields"] != old?.metadata["managedFields"]
        if let old, before == after {
            return isHanded ? value(handed.map(Entry.init)) : old.metadata["managedFields"]
        }
        let topology = resource.topology
        var base = before ?? shell(of: after, resource)
        if before != nil, after["metadata"] != nil, base["metadata"] == nil { base["metadata"] = .object([:]) }
        if before != nil, !resource.isCustom, after["status"] != nil, base["status"] == nil {
            base["status"] = .object([:])
        }
        let visible = old == nil ? managedPart(of: new, includesStatus: includesStatus) : after
        let changed = FieldSet.changes(from: base, to: visible, topology: topology)
        var entries = isHanded ? handed.map(Entry.init) : Self.entries(old)
        let writer = Entry(
            manager: manager, operation: "Update", subresource: subresource, apiVersion: resource.apiVersion,
            fields: changed)
        for index in entries.indices where !entries[index].isSame(writer) {
            entries[index].fields = entries[index].fields.subtracting(changed).present(in: after, topology: topology)
        }
        if let index = entries.firstIndex(where: { $0.isSame(writer) }) {
            let joined = entries[index].fields.present(in: after, topology: topology).union(changed)
            if joined != entries[index].fields || !changed.isEmpty { entries[index].time = now.seconds }
            entries[index].fields = joined
        } else if !changed.isEmpty {
            var entry = writer
            entry.time = now.seconds
            entries.append(entry)
        }
        return value(entries)
    }

    /// Structs that are always there in Go, and therefore not themselves owned; a custom resource has none.
    private static func shell(of object: Value, _ resource: ResourceDefinition) -> Value {
        var shell: Value = .object([:])
        if object["metadata"] != nil { shell["metadata"] = .object([:]) }
        if resource.isCustom { return shell }
        for path in structures {
            guard let value = object[path] else { continue }
            if value.objectValue != nil { shell[path] = .object([:]) }
            if value.arrayValue != nil { shell[path] = .null }
        }
        return shell
    }

    /// Outer ones first; lists are those without `omitempty`.
    private static let structures: [[String]] = [
        ["spec"], ["status"], ["rules"], ["roleRef"], ["involvedObject"], ["source"], ["endpoints"], ["ports"],
        ["spec", "template"], ["spec", "template", "metadata"], ["spec", "template", "spec"],
        ["spec", "template", "spec", "containers"], ["spec", "containers"], ["spec", "strategy"],
        ["spec", "updateStrategy"], ["spec", "resources"], ["spec", "names"], ["spec", "podSelector"],
        ["spec", "scaleTargetRef"], ["spec", "jobTemplate"], ["spec", "jobTemplate", "metadata"],
        ["spec", "jobTemplate", "spec"], ["spec", "jobTemplate", "spec", "template"],
        ["spec", "jobTemplate", "spec", "template", "metadata"], ["spec", "jobTemplate", "spec", "template", "spec"],
        ["spec", "jobTemplate", "spec", "template", "spec", "containers"], ["spec", "limits"],
        ["status", "acceptedNames"], ["status", "conditions"], ["status", "loadBalancer"],
    ]
}
