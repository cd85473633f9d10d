/// Makes types of a schema document.
struct SchemaBuilder {
    let session: StarlarkSession

    func document(_ node: YAMLNode) throws(TemplateError) -> SchemaType {
        let (inner, standard) = try value(of: node)
        let type = SchemaType(.document(inner), position: node.position, standard: standard)
        type.validations = try validations(of: node)
        return type
    }

    private func map(_ node: YAMLNode) throws(TemplateError) -> SchemaType {
        var items: [SchemaType] = []
        for item in node.items {
            let (inner, standard) = try value(of: item)
            let type = SchemaType(.mapItem(item.key, inner), position: item.position, standard: standard)
            type.validations = try validations(of: item)
            items.append(type)
        }
        return SchemaType(.map(items), position: node.position)
    }

    private func array(_ node: YAMLNode) throws(TemplateError) -> SchemaType {
        guard node.items.count == 1 else {
            throw SchemaViolation.report(
                "Invalid schema - wrong number of items in array definition",
                [
                    SchemaViolation(
                        position: node.position, expected: "exactly 1 array item, of the desired type",
                        found: "\(node.items.count) array items",
                        hints: [
                            "in schema, the one item of the array implies the type of its elements.",
                            "in schema, the default value for an array is always an empty list.",
                            "default values can be overridden via a data values overlay.",
                        ])
                ])
        }
        let item = node.items[0]
        if let annotation = item.annotations["schema/default"] {
            throw SchemaViolation.report(
                "Invalid schema - @schema/default not supported on array item",
                [
                    SchemaViolation(
                        position: item.position, annotations: [annotation.position],
                        hints: [
                            "do you mean to set a default value for the array?",
                            "set an array's default by annotating its parent.",
                        ])
                ])
        }
        let (inner, standard) = try value(of: item)
        let type = SchemaType(.arrayItem(inner), position: item.position, standard: standard)
        type.validations = try validations(of: item)
        return SchemaType(
            .array(type), position: node.position, standard: .node(YAMLNode(.array, position: node.position)))
    }

    /// The type of what a node holds, and its value when none is given.
    private func value(of node: YAMLNode) throws(TemplateError) -> (SchemaType, YAMLValue) {
        let type = try self.type(of: node)
        try checkDocumentation(node, type)
        var standard = type.standardValue
        if case .any = type.kind { standard = type.standard }
        if let annotation = node.annotations["schema/default"] {
            standard = try given(annotation, type, node)
        }
        type.standard = standard
        return (type, standard)
    }

    private func type(of node: YAMLNode) throws(TemplateError) -> SchemaType {
        let isAny = try self.isAny(node)
        let nullable = node.annotations["schema/nullable"]
        if isAny {
            if let child = node.value.node { try refuseAnnotations(below: child) }
            return SchemaType(
                .any, position: node.position, standard: nullable == nil ? node.value.deepCopy() : .null)
        }
        guard let inferred = try infer(node.value, node.position) else {
            throw SchemaViolation.report(
                "Invalid schema - null value not allowed here",
                [
                    SchemaViolation(
                        position: node.position, expected: "non-null value", found: "null value",
                        hints: [
                            "in YAML, omitting a value implies null.",
                            "to set the default value to null, annotate with @schema/nullable.",
                            "to allow any value, annotate with @schema/type any=True.",
                        ])
                ])
        }
        return nullable == nil ? inferred : SchemaType(.nullable(inferred), position: node.position)
    }

    private func infer(_ value: YAMLValue, _ position: Position) throws(TemplateError) -> SchemaType? {
        switch value {
        case .null: return nil
        case .string: return SchemaType(.scalar(.string), position: position, standard: value)
        case .float: return SchemaType(.scalar(.float), position: position, standard: value)
        case .int, .uint: return SchemaType(.scalar(.integer), position: position, standard: value)
        case .bool: return SchemaType(.scalar(.boolean), position: position, standard: value)
        case .node(let node): return node.kind == .map ? try map(node) : try array(node)
        }
    }

    private func isAny(_ node: YAMLNode) throws(TemplateError) -> Bool {
        guard let annotation = node.annotations["schema/type"] else { return false }
        var result = false
        func wrong(_ description: String, _ expected: String, _ found: String, _ hint: String) -> TemplateError {
            SchemaViolation.report(
                "Invalid schema",
                [
                    SchemaViolation(
                        description: description, position: node.position, annotations: [annotation.position],
                        expected: expected, found: "\(found) (by \(annotation.position.compact))", hints: [hint])
                ])
        }
        if annotation.kwargs.isEmpty {
            throw wrong(
                "expected @schema/type annotation to have keyword argument and value",
                "valid keyword argument and value", "missing keyword argument and value",
                "Supported key-value pairs are 'any=True', 'any=False'")
        }
        for (name, value) in annotation.kwargs {
            let unknown = "unknown @schema/type annotation keyword argument"
            guard name == "any" else { throw wrong(unknown, "A valid kwarg", name, "Supported kwargs are 'any'") }
            guard case .bool(let flag) = value else {
                throw wrong(unknown, "starlark.Bool", value.goType, "Supported kwargs are 'any'")
            }
            result = flag
        }
        return result
    }

    private func refuseAnnotations(below node: YAMLNode) throws(TemplateError) {
        let found = ["schema/nullable", "schema/type", "schema/default"].filter { node.annotations[$0] != nil }
        if !found.isEmpty {
            throw SchemaViolation.report(
                "Invalid schema",
                [
                    SchemaViolation(
                        description: "Schema was specified within an \"any type\" fragment", position: node.position,
                        annotations: found.compactMap { node.annotations[$0]?.position },
                        expected: "no '@schema/...' on nodes within a node annotated '@schema/type any=True'",
                        found: "@\(found.joined(separator: ", @")) annotation(s)",
                        hints: [
                            "an \"any type\" fragment has no constraints; "
                                + "nested schema annotations conflict and are disallowed"
                        ])
                ])
        }
        if let child = node.value.node { try refuseAnnotations(below: child) }
        for item in node.items { try refuseAnnotations(below: item) }
    }

    /// `schema/default`: a value of the right type.
    private func given(
        _ annotation: NodeAnnotation, _ type: SchemaType, _ node: YAMLNode
    ) throws(TemplateError) -> YAMLValue {
        guard annotation.kwargs.isEmpty, annotation.args.count == 1 else {
            let found =
                !annotation.kwargs.isEmpty
                ? "keyword argument" : annotation.args.isEmpty ? "missing value" : "\(annotation.args.count) values"
            let hints = [
                "this annotation only accepts one argument: the default value.",
                "value must be in Starlark format, e.g.: {'key': 'value'}, True.",
            ]
            throw SchemaViolation.report(
                "Invalid schema",
                [
                    SchemaViolation(
                        description: "syntax error in @schema/default annotation", position: node.position,
                        annotations: [annotation.position], expected: "\(type.name) (by \(type.position.compact))",
                        found: "\(found) in @schema/default (by \(annotation.position.compact))",
                        hints: annotation.kwargs.isEmpty ? [] : hints)
                ])
        }
        let value = try YAMLConversion.value(of: annotation.args[0]).deepCopy()
        var violations = check(value, type)
        if violations.isEmpty { return value }
        for index in violations.indices {
            violations[index].annotations = [annotation.position]
            violations[index].found += " (at \(annotation.position.compact))"
            guard !violations[index].position.isKnown else { continue }
            // What an annotation gives stands nowhere but at its node.
            violations[index].position = node.position
            violations[index].calculated = ""
        }
        throw SchemaViolation.report("Invalid schema - @schema/default is wrong type", violations)
    }

    func check(_ value: YAMLValue, _ type: SchemaType) -> [SchemaViolation] {
        guard let tree = value.node else {
            return type.checkOne(.mapItem(.null, value, position: type.position))
        }
        let violations = type.assign(to: tree)
        return violations.isEmpty ? SchemaType.check(tree) : violations
    }

    private func validations(of node: YAMLNode) throws(TemplateError) -> [NodeValidation] {
        guard let annotation = node.annotations["schema/validation"] else { return [] }
        do throws(TemplateError) {
            return [try NodeValidation(annotation, session: session)]
        } catch {
            throw error.prefixed("Invalid @schema/validation annotation - ")
        }
    }
}
