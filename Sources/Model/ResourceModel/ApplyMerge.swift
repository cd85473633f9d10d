/// Lays an applied configuration over a live object as server-side apply does: mappings merge, keyed lists merge by
/// key, sets are joined, everything else is replaced.
package enum ApplyMerge {
    package static func merge(_ applied: Value, over live: Value, topology: FieldTopology) -> Value {
        switch (applied, live) {
        case (.object(let changes), .object(var fields)):
            if topology.isAtomicMap { return applied }
            for (key, change) in changes {
                if change.isNull {
                    fields[key] = nil
                } else {
                    fields[key] = fields[key].map { merge(change, over: $0, topology: topology.child(key)) } ?? change
                }
            }
            return .object(fields)
        case (.array(let changes), .array(let items)):
            guard topology.list != .atomic, let wanted = FieldSet.indexed(changes, topology),
                FieldSet.indexed(items, topology) != nil
            else { return applied }
            var result: [Value] = []
            for item in items {
                let element = FieldSet.element(of: item, in: topology.list) ?? ""
                result.append(wanted[element].map { merge($0, over: item, topology: topology.items) } ?? item)
            }
            let known = Set(items.compactMap { FieldSet.element(of: $0, in: topology.list) })
            for change in changes {
                if let element = FieldSet.element(of: change, in: topology.list), !known.contains(element) {
                    result.append(change)
                }
            }
            return .array(result)
        default: return applied
        }
    }
}
