package import FleetModel

/// Merging, assigning and comparing package values: the one place where it is done.
///
/// Maps merge key by key, everything else is replaced. Null means "not set": the key goes, and the package's default
/// holds, as in Helm; ytt would take it for a value that most schemas refuse. An assignment makes the maps on its way,
/// but does not step into what is no map: that is a slip of the path, not a wish to drop a value.
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

    /// Applies `a.b=c`. The text after `=` is read as YAML, but a number, true or false stays text where `schema` (the
    /// package's openAPIv3) says string; `a.b=null` unsets, `a.b=` is the empty text.
    package static func setting(
        _ pair: String, in values: Value, schema: Value? = nil
    ) throws(FleetError) -> Value {
        let assignment = try Assignment(pair)
        func refuse(_ why: String) -> FleetError {
            FleetError(
                .invalidArgument, "--set \(assignment.key) cannot be set", reason: why,
                next: "--set persistence.persistentVolumeClaim.registry.size=60Gi")
        }
        var value = Value.string(assignment.text)
        do throws(YAMLError) {
            if !assignment.text.isEmpty { value = try YAMLDocuments.readOne(assignment.text) }
        } catch {
            throw refuse("the right side is not YAML: \(error)")
        }
        do throws(FleetError) {
            let path = try ValuePath(assignment.key)
            switch value {
            case .bool, .int, .double:
                if declaredType(schema, path) == "string" { value = .string(assignment.text) }
            case .null, .string, .array, .object: break
            }
            return try setting(path, to: value.isNull ? Optional.none : withoutNulls(value), in: values)
        } catch {
            throw refuse(error.reason)
        }
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
