internal import ResourceModel

/// What a CRD's schema demands of its objects: unknown fields, defaults, validation.
enum CustomResourceRules {
    /// Dotted paths of fields the schema does not know; they are removed, as the API server prunes.
    static func prune(_ object: inout Value, _ resource: ResourceDefinition) -> [String] {
        guard let custom = resource.custom, !custom.preservesUnknownFields, let schema = custom.schema,
            let fields = object.objectValue
        else { return [] }
        var unknown: [String] = []
        var kept = fields
        for key in fields.keys.sorted() where !["apiVersion", "kind", "metadata"].contains(key) {
            guard let property = schema[at: "properties", key] else {
                if schema["x-kubernetes-preserve-unknown-fields"]?.boolValue ?? false { continue }
                kept[key] = nil
                unknown.append(key)
                continue
            }
            var child = fields[key] ?? .null
            prune(&child, property, key, &unknown)
            kept[key] = child
        }
        object = .object(kept)
        return unknown
    }

    private static func prune(_ value: inout Value, _ schema: Value, _ path: String, _ unknown: inout [String]) {
        switch value {
        case .object(var fields):
            if schema["x-kubernetes-embedded-resource"]?.boolValue ?? false { return }
            let preserves = schema["x-kubernetes-preserve-unknown-fields"]?.boolValue ?? false
            let additional = schema["additionalProperties"]
            for key in fields.keys.sorted() {
                let property = schema[at: "properties", key] ?? (additional?.objectValue != nil ? additional : nil)
                if let property {
                    var child = fields[key] ?? .null
                    prune(&child, property, "\(path).\(key)", &unknown)
                    fields[key] = child
                } else if !preserves, additional?.boolValue != true {
                    fields[key] = nil
                    unknown.append("\(path).\(key)")
                }
            }
            value = .object(fields)
        case .array(var items):
            guard let schema = schema["items"] else { return }
            for index in items.indices { prune(&items[index], schema, "\(path)[\(index)]", &unknown) }
            value = .array(items)
        case .null, .bool, .int, .double, .string: break
        }
    }

    static func applyDefaults(_ object: inout Value, _ resource: ResourceDefinition) {
        guard let schema = resource.custom?.schema else { return }
        object = OpenAPISchema(schema).applyingDefaults(to: object)
    }

    /// The schema's own demands first; its rules are looked at only when types and required fields are right.
    static func violations(_ object: Value, old: Value? = nil, _ resource: ResourceDefinition) -> [FieldViolation] {
        guard let schema = resource.custom?.schema else { return [] }
        var checked = object
        for key in ["apiVersion", "kind", "metadata"] { checked[key] = nil }
        var found = OpenAPISchema(schema).validate(checked).map { violation in
            FieldViolation(
                FieldViolation.Kind(rawValue: violation.kind.rawValue) ?? .invalid, violation.path, violation.message)
        }
        repeats(in: checked, schema, "", &found)
        guard ValidationRules.exist(in: schema) else { return found }
        let blocking: Set<FieldViolation.Kind> = [.notSupported, .required, .tooLong, .tooMany, .typeInvalid]
        if found.contains(where: { blocking.contains($0.kind) }) {
            return found + [
                .invalid(
                    "<nil>", "null",
                    "some validation rules were not checked because the object was invalid; correct the existing "
                        + "errors to complete validation")
            ]
        }
        return found + ValidationRules.violations(object, old: old, schema)
    }

    /// What stands twice in a list that its schema calls a `set` or a `map` (apiextensions `listtype`).
    private static func repeats(in value: Value, _ schema: Value, _ path: String, _ found: inout [FieldViolation]) {
        switch value {
        case .object(let fields):
            let additional = schema["additionalProperties"]
            for (key, child) in fields.sorted(by: { $0.key < $1.key }) {
                guard let known = schema[at: "properties", key] ?? additional, known.objectValue != nil else {
                    continue
                }
                repeats(in: child, known, path.isEmpty ? key : "\(path).\(key)", &found)
            }
        case .array(let items):
            let type = schema["x-kubernetes-list-type"]?.stringValue
            let keys = (schema["x-kubernetes-list-map-keys"]?.arrayValue ?? []).compactMap(\.stringValue)
            var seen: Set<Value> = []
            for (index, item) in items.enumerated() {
                let here = "\(path)[\(index)]"
                var identity = item
                if type == "map" {
                    identity = .object(
                        keys.reduce(into: [:]) { kept, key in kept[key] = item[key] ?? defaultOf(key, schema) })
                }
                if type == "set" || type == "map", !seen.insert(identity).inserted {
                    found.append(
                        FieldViolation(.duplicate, here, "Duplicate value: \(GoText.value(identity))"))
                }
                if let element = schema["items"] { repeats(in: item, element, here, &found) }
            }
        case .null, .bool, .int, .double, .string: break
        }
    }

    private static func defaultOf(_ key: String, _ schema: Value) -> Value? {
        schema[at: "items", "properties", key]?["default"]
    }
}
