package import FleetModel
package import ResourceModel

/// Merging, assigning and comparing package values.
///
/// Maps merge key by key, everything else is replaced, and null means "not set": the package's default applies.
package enum ValuesMerge {
    /// One path that differs between two values trees; nil means not set there.
    package struct Change: Hashable, Sendable, CustomStringConvertible {
        package var path: ValuePath
        package var old: Value?
        package var new: Value?
        package var description: String {
            func text(_ value: Value?) -> String { value.map { $0.scalarText ?? JSONWriter.text($0) } ?? "(not set)" }
            return "\(path): \(text(old)) → \(text(new))"
        }
    }

    /// Later documents win.
    package static func merged(_ documents: [Value]) -> Value {
        documents.reduce(.object([:])) { merge($0, $1) }
    }

    private static func merge(_ base: Value, _ other: Value) -> Value {
        guard case .object(var fields) = base, case .object(let added) = other else {
            // A document that is empty changes nothing.
            return other.isNull ? base : withoutNulls(other)
        }
        for (key, value) in added {
            if value.isNull {
                fields[key] = Optional<Value>.none
            } else if let old = fields[key], old.objectValue != nil {
                fields[key] = merge(old, value)
            } else {
                fields[key] = withoutNulls(value)
            }
        }
        return .object(fields)
    }

    /// The tree without map keys that are null; items of lists are left as they are.
    package static func withoutNulls(_ value: Value) -> Value {
        guard case .object(let fields) = value else { return value }
        return .object(fields.filter { !$0.value.isNull }.mapValues(withoutNulls))
    }

    /// Applies `a.b=c`. The text after `=` is read as YAML, unless `schema` (the package's openAPIv3) says the place
    /// is a string; `a.b=null` unsets it.
    package static func setting(
        _ assignment: String, in values: Value, schema: Value? = nil
    ) throws(FleetError) -> Value {
        guard let equals = assignment.firstIndex(of: "=") else {
            throw FleetError(
                .invalidArgument, "'\(assignment)' is not an assignment", reason: "it has no '='",
                next: "--set path.to.key=value")
        }
        let path = try ValuePath(String(assignment[..<equals]))
        let text = String(assignment[assignment.index(after: equals)...])
        var value = Value.string(text)
        if declaredType(schema, path) != "string" || text == "null" {
            do { value = try YAMLDocuments.readOne(text) } catch {
                throw FleetError(
                    .invalidArgument, "the value of '\(path)' cannot be read", reason: error.description,
                    next: "quote it: --set '\(path)=\"…\"'")
            }
        }
        return try setting(path, to: value.isNull ? Optional.none : value, in: values)
    }

    /// Sets (nil: unsets) one place, making maps and list items on the way; a list grows by one item at a time.
    package static func setting(
        _ path: ValuePath, to value: Value?, in values: Value
    ) throws(FleetError) -> Value {
        try set(path.steps[...], value, values.isNull ? .object([:]) : values, path)
    }

    private static func set(
        _ steps: ArraySlice<FieldPath.Step>, _ value: Value?, _ current: Value, _ path: ValuePath
    ) throws(FleetError) -> Value {
        guard let step = steps.first else { return value ?? .null }
        let rest = steps.dropFirst()
        func refuse(_ why: String) -> FleetError {
            FleetError(.invalidArgument, "cannot set '\(path)'", reason: why)
        }
        switch step {
        case .key(let key):
            guard case .object(var fields) = current.isNull ? .object([:]) : current else {
                throw refuse("'\(key)' would be inside a \(current.typeName)")
            }
            if rest.isEmpty {
                fields[key] = value
            } else if value != nil || fields[key] != nil {
                fields[key] = try set(rest, value, fields[key] ?? .null, path)
            }
            return .object(fields)
        case .index(let index):
            guard case .array(var items) = current.isNull ? .array([]) : current else {
                throw refuse("[\(index)] would be inside a \(current.typeName)")
            }
            guard index <= items.count else { throw refuse("the list has \(items.count) items") }
            if rest.isEmpty, value == nil {
                if index < items.count { items.remove(at: index) }
                return .array(items)
            }
            let item = try set(rest, value, index < items.count ? items[index] : .null, path)
            if index < items.count { items[index] = item } else { items.append(item) }
            return .array(items)
        case .allIndexes: throw refuse("[*] is not one place")
        }
    }

    private static func declaredType(_ schema: Value?, _ path: ValuePath) -> String? {
        var current = schema
        for step in path.steps {
            switch step {
            case .key(let key): current = current?["properties"]?[key]
            case .index, .allIndexes: current = current?["items"]
            }
        }
        return current?["type"]?.stringValue
    }

    /// The differing places, in path order; lists are compared as wholes.
    package static func changes(from old: Value, to new: Value) -> [Change] {
        changes(tree(old), tree(new), [])
    }

    private static func tree(_ value: Value) -> Value { value.isNull ? .object([:]) : withoutNulls(value) }

    private static func changes(_ old: Value?, _ new: Value?, _ steps: [FieldPath.Step]) -> [Change] {
        if old == new { return [] }
        let left = old?.objectValue ?? [:]
        let right = new?.objectValue ?? [:]
        let areMaps = (old == nil || old?.objectValue != nil) && (new == nil || new?.objectValue != nil)
        guard areMaps, !(left.isEmpty && right.isEmpty) else {
            return [Change(path: ValuePath(steps), old: old, new: new)]
        }
        return Set(left.keys).union(right.keys).sorted().flatMap {
            changes(left[$0], right[$0], steps + [.key($0)])
        }
    }
}
