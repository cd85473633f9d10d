/// A structural OpenAPI v3 schema: one piece of code checks package values and custom resources.
///
/// Texts are those of the API server (`kube-openapi` validation), so that a simulated Supervisor answers the same and a
/// refused value reads like a Kubernetes refusal.
package struct OpenAPISchema: Hashable, Sendable {
    package let document: Value

    /// How null is treated where the schema does not say `nullable`.
    package enum NullRule: Sendable {
        /// Custom resources: null is a type error (the server prunes null for non-nullable fields with defaults).
        case strict
        /// Package values: null passes as unset (real packages and their schemas disagree; ytt's verdict is final).
        case unset
    }

    package static let maximumViolations = 100

    package init(_ document: Value) { self.document = document }

    /// Everything that breaks the schema, in order of path; at most `maximumViolations`.
    package func validate(_ value: Value, path: String = "", nullRule: NullRule = .strict) -> [SchemaViolation] {
        var checker = SchemaChecker(nullRule: nullRule)
        checker.check(value, document, path: path)
        return checker.violations
    }

    /// Dotted paths of keys the schema does not know, in order (a warning for package values).
    package func unknownKeys(in value: Value) -> [String] {
        var found: [String] = []
        Self.collectUnknown(value, document, path: "", into: &found)
        return found
    }

    /// The value with the schema's defaults where keys are missing, nested defaults included.
    package func applyingDefaults(to value: Value) -> Value { Self.defaulted(value, document) }

    /// The defaults alone.
    package var defaults: Value { Self.defaulted(document["default"] ?? .object([:]), document) }

    /// The value without fields the schema does not specify, as the server prunes custom resources.
    package func pruning(_ value: Value) -> Value { Self.pruned(value, document, isRoot: true) }

    /// True when the schema declares this top-level property.
    package func declares(_ property: String) -> Bool { document["properties"]?[property] != nil }

    /// The schema under a dotted path of properties; nil when there is none.
    package func subschema(at path: [String]) -> Value? {
        var current = document
        for key in path {
            guard let next = current["properties"]?[key] else { return nil }
            current = next
        }
        return current
    }

    private static func collectUnknown(_ value: Value, _ schema: Value, path: String, into found: inout [String]) {
        switch value {
        case .object(let fields):
            let properties = schema["properties"]?.objectValue
            let open = properties == nil || isOpen(schema)
            for (key, child) in fields.sorted(by: { $0.key < $1.key }) {
                let childPath = path.isEmpty ? key : "\(path).\(key)"
                if let known = properties?[key] {
                    collectUnknown(child, known, path: childPath, into: &found)
                } else if !open {
                    found.append(childPath)
                }
            }
        case .array(let items):
            guard let element = schema["items"] else { return }
            for (index, item) in items.enumerated() {
                collectUnknown(item, element, path: "\(path)[\(index)]", into: &found)
            }
        default: break
        }
    }

    private static func isOpen(_ schema: Value) -> Bool {
        if schema["x-kubernetes-preserve-unknown-fields"] == true { return true }
        switch schema["additionalProperties"] {
        case nil, .bool(false): return false
        default: return true
        }
    }

    private static func defaulted(_ value: Value, _ schema: Value) -> Value {
        switch value {
        case .object(var fields):
            for (key, property) in schema["properties"]?.objectValue ?? [:] {
                if let present = fields[key], !(present.isNull && property["nullable"] != true) {
                    fields[key] = defaulted(present, property)
                } else if let preset = property["default"] {
                    fields[key] = defaulted(preset, property)
                }
            }
            if let rest = schema["additionalProperties"], case .object = rest {
                for (key, child) in fields where schema["properties"]?[key] == nil {
                    fields[key] = defaulted(child, rest)
                }
            }
            return .object(fields)
        case .array(let items):
            guard let element = schema["items"] else { return value }
            return .array(items.map { defaulted($0, element) })
        default: return value
        }
    }

    private static func pruned(_ value: Value, _ schema: Value, isRoot: Bool = false) -> Value {
        switch value {
        case .object(let fields):
            let properties = schema["properties"]?.objectValue ?? [:]
            let keepsAll = schema["x-kubernetes-preserve-unknown-fields"] == true
            let embedded = isRoot || schema["x-kubernetes-embedded-resource"] == true
            var kept: [String: Value] = [:]
            for (key, child) in fields {
                if let property = properties[key] {
                    kept[key] = pruned(child, property)
                } else if embedded, ["apiVersion", "kind", "metadata"].contains(key) {
                    kept[key] = child
                } else if let rest = schema["additionalProperties"], rest != false {
                    kept[key] = rest == true ? child : pruned(child, rest)
                } else if keepsAll {
                    kept[key] = child
                }
            }
            return .object(kept)
        case .array(let items):
            guard let element = schema["items"] else { return value }
            return .array(items.map { pruned($0, element) })
        default: return value
        }
    }
}
