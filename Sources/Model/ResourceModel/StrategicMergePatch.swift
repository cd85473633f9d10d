/// Kubernetes' strategic merge patch for built-in kinds: lists merge by key, with the `$patch`,
/// `$deleteFromPrimitiveList`, `$setElementOrder` and `$retainKeys` directives kubectl writes.
package enum StrategicMergePatch {
    package static func apply(
        _ patch: Value, to target: Value, topology: FieldTopology = .builtin
    ) throws(PatchError) -> Value {
        guard case .object(let changes) = patch else { return patch }
        switch changes["$patch"]?.stringValue {
        case "delete": return .null
        case "replace": return .object(changes.filter { $0.key != "$patch" })
        case nil, "merge": break
        case .some(let other):
            throw PatchError(.malformed, "Unknown patch type found: \(other)")
        }
        var fields = target.objectValue ?? [:]
        if let retained = changes["$retainKeys"]?.arrayValue {
            let keys = Set(retained.compactMap(\.stringValue))
            fields = fields.filter { keys.contains($0.key) }
        }
        for (key, change) in changes where !key.hasPrefix("$") {
            if change.isNull {
                fields[key] = nil
                continue
            }
            let child = topology.child(key)
            switch change {
            case .object:
                if fields[key]?.objectValue == nil, change["$patch"] == nil {
                    fields[key] = try apply(change, to: .object([:]), topology: child)
                } else {
                    let merged = try apply(change, to: fields[key] ?? .object([:]), topology: child)
                    fields[key] = merged.isNull ? nil : merged
                }
            case .array(let items):
                fields[key] = .array(
                    try merge(
                        items, into: fields[key]?.arrayValue ?? [], topology: child,
                        order: changes["$setElementOrder/\(key)"]?.arrayValue))
            case .null, .bool, .int, .double, .string: fields[key] = change
            }
        }
        applyListDirectives(changes, topology, &fields)
        return .object(fields)
    }

    /// Directives whose list itself does not stand in the patch.
    private static func applyListDirectives(
        _ changes: [String: Value], _ topology: FieldTopology, _ fields: inout [String: Value]
    ) {
        for (directive, value) in changes {
            if directive.hasPrefix("$deleteFromPrimitiveList/") {
                let key = String(directive.dropFirst("$deleteFromPrimitiveList/".count))
                let removed = Set(value.arrayValue ?? [])
                if let items = fields[key]?.arrayValue {
                    let kept = items.filter { !removed.contains($0) }
                    fields[key] = kept.isEmpty ? nil : .array(kept)
                }
            } else if directive.hasPrefix("$setElementOrder/") {
                let key = String(directive.dropFirst("$setElementOrder/".count))
                if changes[key] == nil, let items = fields[key]?.arrayValue, let order = value.arrayValue {
                    fields[key] = .array(sorted(items, by: order, topology: topology.child(key)))
                }
            }
        }
    }

    private static func merge(
        _ changes: [Value], into items: [Value], topology: FieldTopology, order: [Value]?
    ) throws(PatchError) -> [Value] {
        switch topology.list {
        case .atomic: return changes
        case .set:
            var merged = items
            for change in changes where !merged.contains(change) { merged.append(change) }
            return order.map { sorted(merged, by: $0, topology: topology) } ?? merged
        case .map(let keys):
            let key = keys.first ?? "name"
            var merged = items
            if changes.contains(where: { $0["$patch"] == "replace" && $0.objectValue?.count == 1 }) {
                merged = []
            }
            for change in changes {
                guard change.objectValue != nil else {
                    throw PatchError(.malformed, "map: \(key) expects objects in the list")
                }
                if change["$patch"] == "replace", change.objectValue?.count == 1 { continue }
                guard let identity = change[key] else {
                    throw PatchError(
                        .malformed,
                        "map: \(JSONWriter.text(change)) does not contain declared merge key: \(key)")
                }
                let position = merged.firstIndex { $0[key] == identity }
                if change["$patch"] == "delete" {
                    merged.removeAll { $0[key] == identity }
                } else if let position {
                    merged[position] = try apply(change, to: merged[position], topology: topology.items)
                } else {
                    merged.append(try apply(change, to: .object([:]), topology: topology.items))
                }
            }
            return order.map { sorted(merged, by: $0, topology: topology) } ?? merged
        }
    }

    /// Listed items in the order given; an item the patch does not know stays behind its old neighbour.
    private static func sorted(_ items: [Value], by order: [Value], topology: FieldTopology) -> [Value] {
        func identity(_ item: Value) -> Value {
            if case .map(let keys) = topology.list, let key = keys.first { return item[key] ?? .null }
            return item
        }
        let wanted = order.map(identity)
        var listed: [Value] = []
        for key in wanted { if let item = items.first(where: { identity($0) == key }) { listed.append(item) } }
        var result = listed
        var previous: Value?
        for item in items {
            let key = identity(item)
            if !wanted.contains(key) {
                let position = previous.flatMap { before in result.firstIndex { identity($0) == before } }
                result.insert(item, at: position.map { $0 + 1 } ?? 0)
            }
            previous = key
        }
        return result
    }
}
