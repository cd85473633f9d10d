internal import FleetModel
internal import ResourceModel

/// Server-side apply: who owns what, conflicts, and what disappears with a field that is no longer applied.
enum ServerSideApply {
    struct Result {
        var object: Value
        var managedFields: Value?
    }

    static func merge(
        _ applied: Value, over live: Value?, manager: String, subresource: String?, force: Bool,
        resource: ResourceDefinition, at now: Timestamp
    ) throws(APIStatus) -> Result {
        let topology = resource.topology
        let isStatus = subresource == "status"
        var configuration = ManagedFields.managedPart(of: applied, includesStatus: isStatus || !resource.hasStatus)
        if isStatus { configuration["spec"] = nil }
        var fields = FieldSet.naming(configuration, topology: topology)
        if configuration.objectValue?.isEmpty ?? true { fields = FieldSet() }
        var writer = ManagedFields.Entry(
            manager: manager, operation: "Apply", subresource: subresource, apiVersion: resource.apiVersion,
            fields: fields)
        guard let live else {
            writer.time = now.seconds
            return Result(object: applied, managedFields: ManagedFields.value([writer]))
        }
        var entries = ManagedFields.entries(live)
        let previous = entries.first { $0.isSame(writer) }
        var merged = ApplyMerge.merge(configuration, over: live, topology: topology)
        let livePart = ManagedFields.managedPart(of: live, includesStatus: true)
        let changed = FieldSet.changes(
            from: livePart, to: ManagedFields.managedPart(of: merged, includesStatus: true), topology: topology)
        try refuseConflicts(changed, entries.filter { !$0.isSame(writer) }, force: force)
        for index in entries.indices where !entries[index].isSame(writer) {
            entries[index].fields = entries[index].fields.subtracting(changed)
        }
        if let previous {
            var dropped = previous.fields.subtracting(fields)
            for entry in entries where !entry.isSame(writer) { dropped = dropped.subtracting(entry.fields) }
            dropped = droppable(dropped, keeping: fields, entries.filter { !$0.isSame(writer) })
            merged = dropped.removed(from: merged, topology: topology)
        }
        merged["apiVersion"] = live["apiVersion"]
        merged["kind"] = live["kind"]
        let isUnchanged = merged == live
        if let index = entries.firstIndex(where: { $0.isSame(writer) }) {
            writer.time = isUnchanged && entries[index].fields == fields ? entries[index].time : now.seconds
            entries[index] = writer
        } else {
            // An apply that changes nothing notes its manager without a time.
            writer.time = isUnchanged ? nil : now.seconds
            entries.insert(writer, at: 0)
        }
        let present = ManagedFields.managedPart(of: merged, includesStatus: true)
        for index in entries.indices where !entries[index].isSame(writer) {
            entries[index].fields = entries[index].fields.present(in: present, topology: topology)
        }
        return Result(object: merged, managedFields: ManagedFields.value(entries))
    }

    /// An item of a list stays while somebody else still owns something of it.
    private static func droppable(
        _ dropped: FieldSet, keeping fields: FieldSet, _ others: [ManagedFields.Entry]
    ) -> FieldSet {
        var all = fields
        for entry in others { all = all.union(entry.fields) }
        return pruned(dropped, all)
    }

    private static func pruned(_ dropped: FieldSet, _ owned: FieldSet) -> FieldSet {
        var result = dropped
        if !owned.isEmpty, !owned.children.isEmpty { result.isMember = false }
        for (key, child) in dropped.children {
            if let other = owned.children[key] {
                let rest = pruned(child, other)
                result.children[key] = rest.isEmpty ? nil : rest
            }
        }
        return result
    }

    private static func refuseConflicts(
        _ changed: FieldSet, _ others: [ManagedFields.Entry], force: Bool
    ) throws(APIStatus) {
        if force { return }
        var causes: [Value] = []
        var lines: [String] = []
        var count = 0
        for entry in others.sorted(by: { $0.manager < $1.manager }) {
            let paths = entry.fields.intersection(changed).paths
            guard !paths.isEmpty else { continue }
            count += paths.count
            var who = "\"\(entry.manager)\""
            if !entry.subresource.isEmpty { who += " with subresource \"\(entry.subresource)\"" }
            if entry.operation == "Update" {
                who += " using \(entry.apiVersion)"
                if let time = entry.time { who += " at \(time)" }
            }
            for path in paths {
                causes.append([
                    "reason": "FieldManagerConflict", "message": .string("conflict with \(who)"),
                    "field": .string(path),
                ])
            }
            lines.append("conflicts with \(who):\n" + paths.map { "- \($0)" }.joined(separator: "\n"))
        }
        guard count > 0 else { return }
        let message: String
        if count == 1, let cause = causes.first {
            let who = cause["message"]?.stringValue ?? ""
            message = "Apply failed with 1 conflict: \(who): \(cause["field"]?.stringValue ?? "")"
        } else {
            message = "Apply failed with \(count) conflicts: \(lines.joined(separator: "\n"))"
        }
        throw APIStatus(409, "Conflict", message, details: ["causes": .array(causes)])
    }
}
