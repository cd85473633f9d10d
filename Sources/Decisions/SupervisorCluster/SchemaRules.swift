internal import ResourceModel

/// What the schema of a CRD must be: structural, with types that exist (apiextensions-apiserver `structural`).
enum SchemaRules {
    private static let types = ["array", "boolean", "integer", "number", "object", "string"]

    static func violations(in versions: [Value]) -> [FieldViolation] {
        let schemas = versions.map { $0[at: "schema", "openAPIV3Schema"] }
        var found: [FieldViolation] = []
        // One schema for all versions is kept, and named, in one place.
        let isShared = Set(schemas).count == 1
        for (index, schema) in schemas.enumerated() {
            guard let schema, !isShared || index == 0 else { continue }
            let path = isShared ? "spec.validation.openAPIV3Schema" : "spec.versions[\(index)].schema.openAPIV3Schema"
            let type = schema["type"]?.stringValue ?? ""
            if type.isEmpty {
                found.append(.required("\(path).type", "must not be empty at the root"))
            } else if type != "object" {
                found.append(.invalid("\(path).type", "\"\(type)\"", "must be object at the root"))
            }
            check(schema, path, "", &found)
        }
        return found
    }

    private static func check(_ schema: Value, _ path: String, _ place: String, _ found: inout [FieldViolation]) {
        let type = schema["type"]?.stringValue ?? ""
        func flag(_ name: String) -> Bool { schema["x-kubernetes-\(name)"]?.boolValue ?? false }
        if !type.isEmpty, !types.contains(type) {
            found.append(.unsupported("\(path).type", type, types))
        }
        if type.isEmpty, !place.isEmpty, !flag("int-or-string"), !flag("preserve-unknown-fields") {
            found.append(.required("\(path).type", "must not be empty for specified \(place)"))
        }
        if type == "array", schema["items"] == nil {
            found.append(.required("\(path).items", "must be specified"))
        }
        if schema["properties"] != nil, let additional = schema["additionalProperties"], additional != false {
            found.append(
                .forbidden("\(path).additionalProperties", "additionalProperties and properties are mutual exclusive"))
        }
        for (key, child) in (schema["properties"]?.objectValue ?? [:]).sorted(by: { $0.key < $1.key }) {
            check(child, "\(path).properties[\(key)]", "object fields", &found)
        }
        if let additional = schema["additionalProperties"], additional.objectValue != nil {
            check(additional, "\(path).additionalProperties", "object fields", &found)
        }
        if let items = schema["items"], items.objectValue != nil {
            check(items, "\(path).items", "array items", &found)
        }
    }
}
