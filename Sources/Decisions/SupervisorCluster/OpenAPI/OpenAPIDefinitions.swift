internal import ResourceModel

/// Schemas of the served kinds as OpenAPI definitions, for v2 and v3.
struct OpenAPIDefinitions {
    enum Version {
        case v2
        case v3

        var reference: String {
            switch self {
            case .v2: "#/definitions/"
            case .v3: "#/components/schemas/"
            }
        }
    }

    let version: Version
    private(set) var schemas: [String: Value] = [:]

    init(_ version: Version, _ resources: [ResourceDefinition]) {
        self.version = version
        for resource in resources where resource.custom == nil { add(resource) }
        for resource in resources where resource.custom != nil { addCustom(resource) }
    }

    static func identity(_ resource: ResourceDefinition) -> Value {
        ["group": .string(resource.group), "version": .string(resource.version), "kind": .string(resource.kind)]
    }

    private mutating func add(_ resource: ResourceDefinition) {
        var schema = structure(resource.kind)
        schema["x-kubernetes-group-version-kind"] = .array([Self.identity(resource)])
        let name = OpenAPINames.name(of: resource)
        schemas[name] = schema
        addMissing(below: resource.kind)
    }

    private mutating func addMissing(below kind: String) {
        var open = (KindFields.rows[kind] ?? [:]).values.compactMap(\.structureName)
        while let next = open.popLast() {
            let name = OpenAPINames.name(of: next)
            guard schemas[name] == nil else { continue }
            schemas[name] = structure(next)
            open += (KindFields.rows[next] ?? [:]).values.compactMap(\.structureName)
        }
    }

    private func structure(_ name: String) -> Value {
        var properties: [String: Value] = [:]
        for (field, type) in KindFields.rows[name] ?? [:] { properties[field] = property(field, type, of: name) }
        var schema: Value = ["type": "object"]
        if let text = OpenAPIDescriptions.kind(name) { schema["description"] = .string(text) }
        if !properties.isEmpty { schema["properties"] = .object(properties) }
        return schema
    }

    private func property(_ field: String, _ type: KindFields.FieldType, of owner: String) -> Value {
        var schema = schema(of: type)
        if let text = OpenAPIDescriptions.field(field, of: owner) { schema["description"] = .string(text) }
        guard case .list = type else { return schema }
        if case .map(let keys) = Self.topology(field, of: owner), let key = keys.first {
            schema["x-kubernetes-patch-merge-key"] = .string(key)
            schema["x-kubernetes-patch-strategy"] = field == "volumes" ? "merge,retainKeys" : "merge"
        } else if case .set = Self.topology(field, of: owner) {
            schema["x-kubernetes-patch-strategy"] = "merge"
        }
        return schema
    }

    /// How a list merges; what stands above it decides in some cases.
    private static func topology(_ field: String, of owner: String) -> FieldTopology.ListKind {
        let above: FieldTopology
        switch owner {
        case "Container", "EphemeralContainer": above = FieldTopology.builtin.child("containers")
        case "ServiceSpec": above = FieldTopology.builtin.child("spec")
        case "ServiceAccount": above = .builtin
        default: above = FieldTopology.builtin.child("other")
        }
        return above.child(field).list
    }

    private func schema(of type: KindFields.FieldType) -> Value {
        switch type {
        case .text: ["type": "string"]
        case .int32: ["type": "integer", "format": "int32"]
        case .int64: ["type": "integer", "format": "int64"]
        case .bool: ["type": "boolean"]
        case .anything: [:]
        case .textOrNumber: ["type": "string", "format": "int-or-string"]
        case .list(let element): ["type": "array", "items": schema(of: element)]
        case .map(let element): ["type": "object", "additionalProperties": schema(of: element)]
        case .structure(let name): reference(to: OpenAPINames.name(of: name))
        }
    }

    private func reference(to name: String) -> Value {
        guard version == .v3 else { return ["$ref": .string(version.reference + name)] }
        return ["allOf": [["$ref": .string(version.reference + name)]], "default": [:]]
    }

    // MARK: Custom resources

    private mutating func addCustom(_ resource: ResourceDefinition) {
        var schema = resource.custom?.schema ?? ["type": "object"]
        let isOpen =
            resource.custom?.preservesUnknownFields ?? false
            || schema["x-kubernetes-preserve-unknown-fields"]?.boolValue ?? false
        if version == .v2 { schema = isOpen ? ["type": "object"] : Self.plain(schema) }
        if version == .v3 || !isOpen {
            for name in ["apiVersion", "kind", "metadata"] {
                var field: Value =
                    name == "metadata" ? reference(to: OpenAPINames.name(of: "ObjectMeta")) : ["type": "string"]
                field["description"] = OpenAPIDescriptions.field(name, of: "").map(Value.string)
                schema[at: "properties", name] = field
            }
        }
        schema["x-kubernetes-group-version-kind"] = .array([Self.identity(resource)])
        schemas[OpenAPINames.name(of: resource)] = schema
        for name in ["ObjectMeta", "OwnerReference"] where schemas[OpenAPINames.name(of: name)] == nil {
            schemas[OpenAPINames.name(of: name)] = structure(name)
        }
    }

    /// What OpenAPI v2 can say of a v3 schema; the rest is left open, as the API server does.
    private static func plain(_ schema: Value) -> Value {
        if schema["x-kubernetes-preserve-unknown-fields"]?.boolValue ?? false { return [:] }
        if schema["x-kubernetes-int-or-string"]?.boolValue ?? false { return [:] }
        if schema["nullable"]?.boolValue ?? false { return [:] }
        var plain: [String: Value] = [:]
        for key in ["type", "format", "description", "required"] { plain[key] = schema[key] }
        if let properties = schema["properties"]?.objectValue {
            plain["properties"] = .object(properties.mapValues(Self.plain))
        }
        if let items = schema["items"], items.objectValue != nil { plain["items"] = Self.plain(items) }
        if let additional = schema["additionalProperties"], additional.objectValue != nil {
            plain["additionalProperties"] = Self.plain(additional)
        }
        return .object(plain)
    }
}
