/// Field sets of values: what an applied configuration names, what a write changed.
extension FieldSet {
    /// The path element of an item of a keyed list or a set; nil when the item lacks its keys.
    package static func element(of item: Value, in kind: FieldTopology.ListKind) -> String? {
        switch kind {
        case .atomic: return nil
        case .set: return "v:" + JSONWriter.text(item)
        case .map(let keys):
            var identity: [String: Value] = [:]
            for key in keys {
                if let value = item[key] {
                    identity[key] = value
                } else if key == "protocol" {
                    // The only key with a default among the built-in kinds.
                    identity[key] = "TCP"
                } else {
                    return nil
                }
            }
            return "k:" + JSONWriter.text(.object(identity))
        }
    }

    /// Everything `value` names: leaves, and each item of a keyed list itself.
    package static func naming(_ value: Value, topology: FieldTopology) -> FieldSet {
        switch value {
        case .null, .bool, .int, .double, .string: return FieldSet(isMember: true)
        case .object(let fields):
            if fields.isEmpty || topology.isAtomicMap { return FieldSet(isMember: true) }
            var set = FieldSet()
            for (key, child) in fields {
                let below = topology.child(key)
                if child.isNull, below.isEmptyTime { continue }
                set.children["f:" + key] = naming(child, topology: below)
            }
            return set
        case .array(let items):
            guard topology.list != .atomic, !items.isEmpty else { return FieldSet(isMember: true) }
            var set = FieldSet()
            for item in items {
                guard let element = element(of: item, in: topology.list) else { return FieldSet(isMember: true) }
                var child = FieldSet(isMember: true)
                if case .map = topology.list {
                    child = naming(item, topology: topology.items)
                    child.isMember = true
                }
                set.children[element] = child
            }
            return set
        }
    }

    /// Fields that `after` has and `before` has not, or has otherwise; a new mapping counts itself and all below it.
    package static func changes(from before: Value?, to after: Value, topology: FieldTopology) -> FieldSet {
        // Go writes the empty time of a template as null; nobody owns that.
        if after.isNull, topology.isEmptyTime { return FieldSet() }
        guard let before, !before.isNull || after.isNull else {
            var set = naming(after, topology: topology)
            set.markMappings(after, topology: topology)
            // Written as null before: the list was there, its items were not.
            if before != nil, !set.children.isEmpty { set.isMember = false }
            return set
        }
        if before == after { return FieldSet() }
        switch (before, after) {
        case (.object(let old), .object(let new)) where !topology.isAtomicMap:
            var set = FieldSet()
            for (key, value) in new {
                let child = changes(from: old[key], to: value, topology: topology.child(key))
                if !child.isEmpty { set.children["f:" + key] = child }
            }
            return set
        case (.array(let old), .array(let new)) where topology.list != .atomic:
            let known = indexed(old, topology)
            guard let current = indexed(new, topology), let known else { return FieldSet(isMember: true) }
            var set = FieldSet()
            for (element, value) in current {
                let child =
                    topology.list == .set && known[element] != nil
                    ? FieldSet() : changes(from: known[element], to: value, topology: topology.items)
                if !child.isEmpty { set.children[element] = child }
                if known[element] == nil { set.children[element, default: FieldSet()].isMember = true }
            }
            return set
        default: return FieldSet(isMember: true)
        }
    }

    /// A whole new mapping or keyed list is itself owned (`"."`), as the API server's tracker records it.
    private mutating func markMappings(_ value: Value, topology: FieldTopology) {
        switch value {
        case .object(let fields):
            guard !topology.isAtomicMap else { return }
            isMember = true
            for (key, child) in fields {
                children["f:" + key]?.markMappings(child, topology: topology.child(key))
            }
        case .array(let items):
            guard topology.list != .atomic else { return }
            isMember = isMember || !topology.isAlwaysThere
            for item in items {
                guard let element = Self.element(of: item, in: topology.list) else { continue }
                children[element]?.markMappings(item, topology: topology.items)
            }
        case .null, .bool, .int, .double, .string: return
        }
    }

    /// Items by their path element; nil when one lacks its keys or stands twice.
    package static func indexed(_ items: [Value], _ topology: FieldTopology) -> [String: Value]? {
        var found: [String: Value] = [:]
        for item in items {
            guard let element = element(of: item, in: topology.list), found[element] == nil else { return nil }
            found[element] = item
        }
        return found
    }

    /// Members of this set that `value` no longer has are left out.
    package func present(in value: Value, topology: FieldTopology) -> FieldSet {
        var result = FieldSet(isMember: isMember)
        switch value {
        case .object(let fields):
            for (key, child) in children {
                let name = String(key.dropFirst(2))
                guard let field = fields[name] else { continue }
                let rest = child.present(in: field, topology: topology.child(name))
                if !rest.isEmpty { result.children[key] = rest }
            }
        case .array(let items):
            let known = Self.indexed(items, topology) ?? [:]
            for (key, child) in children {
                guard let item = known[key] else { continue }
                let rest = child.present(in: item, topology: topology.items)
                if !rest.isEmpty { result.children[key] = rest }
            }
        case .null, .bool, .int, .double, .string: break
        }
        return result
    }

    /// `value` without the members of this set.
    package func removed(from value: Value, topology: FieldTopology) -> Value {
        switch value {
        case .object(var fields):
            for (key, child) in children {
                let name = String(key.dropFirst(2))
                guard let field = fields[name] else { continue }
                if child.isMember, child.children.isEmpty || field.objectValue == nil && field.arrayValue == nil {
                    fields[name] = nil
                    continue
                }
                let rest = child.removed(from: field, topology: topology.child(name))
                let isEmptied = rest.objectValue?.isEmpty ?? rest.arrayValue?.isEmpty ?? false
                fields[name] = isEmptied ? nil : rest
            }
            return .object(fields)
        case .array(let items):
            var kept: [Value] = []
            for item in items {
                guard let element = Self.element(of: item, in: topology.list), let child = children[element] else {
                    kept.append(item)
                    continue
                }
                if child.isMember { continue }
                kept.append(child.removed(from: item, topology: topology.items))
            }
            return .array(kept)
        case .null, .bool, .int, .double, .string: return value
        }
    }
}
