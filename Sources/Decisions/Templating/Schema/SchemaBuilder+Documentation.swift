extension SchemaBuilder {
    private static func wrong(
        _ name: String, _ node: YAMLNode, _ annotation: NodeAnnotation, expected: String, found: String,
        hints: [String] = []
    ) -> TemplateError {
        SchemaViolation.report(
            "Invalid schema",
            [
                SchemaViolation(
                    description: "syntax error in @\(name) annotation", position: node.position,
                    annotations: [annotation.position], expected: expected, found: found, hints: hints)
            ])
    }

    /// Titles, descriptions and examples say nothing about values, but examples must be of the type.
    func checkDocumentation(_ node: YAMLNode, _ type: SchemaType) throws(TemplateError) {
        for name in ["schema/desc", "schema/title", "schema/deprecated"] {
            guard let annotation = node.annotations[name] else { continue }
            if name == "schema/deprecated", node.kind == .document {
                throw SchemaViolation.report(
                    "Invalid schema",
                    [
                        SchemaViolation(
                            description: "@schema/deprecated not supported on a document", position: node.position,
                            annotations: [annotation.position],
                            hints: [
                                "do you mean to deprecate the entire schema document?",
                                "use schema/deprecated on individual keys.",
                            ])
                    ])
            }
            if annotation.kwargs.isEmpty, annotation.args.count == 1, annotation.args[0].string != nil { continue }
            let found =
                !annotation.kwargs.isEmpty
                ? "keyword argument"
                : annotation.args.isEmpty
                    ? "missing value"
                    : annotation.args.count > 1 ? "\(annotation.args.count) values" : "Non-string value"
            throw Self.wrong(
                name, node, annotation, expected: "string",
                found: "\(found) in @\(name) (by \(annotation.position.compact))",
                hints: annotation.kwargs.isEmpty ? [] : ["this annotation only accepts one argument: a string."])
        }
        if let examples = node.annotations["schema/examples"] { try check(examples, node, type) }
    }

    private func check(_ examples: NodeAnnotation, _ node: YAMLNode, _ type: SchemaType) throws(TemplateError) {
        let name = "schema/examples"
        let at = examples.position.compact
        func wrong(_ found: String) -> TemplateError {
            Self.wrong(
                name, node, examples,
                expected: "2-tuple containing description (string) and example value (of expected type)", found: found)
        }
        if !examples.kwargs.isEmpty { throw wrong("keyword argument in @\(name) (by \(at))") }
        if examples.args.isEmpty { throw wrong("missing value in @\(name) (by \(at))") }
        for example in examples.args {
            guard case .tuple(let pair) = example else {
                throw wrong("\(example.typeName) for @\(name) (at \(at))")
            }
            guard pair.count == 2 else {
                throw wrong("\(pair.isEmpty ? "empty tuple" : "\(pair.count)-tuple argument") in @\(name) (by \(at))")
            }
            guard pair[0].string != nil else { throw wrong("\(pair[0].typeName) value for @\(name) (at \(at))") }
            let value = try YAMLConversion.value(of: pair[1]).deepCopy()
            var violations = self.check(value, type)
            if violations.isEmpty { continue }
            for index in violations.indices {
                violations[index].annotations = [examples.position]
                violations[index].found += " (by \(at))"
                guard !violations[index].position.isKnown else { continue }
                // What an annotation gives stands nowhere but at its node.
                violations[index].position = node.position
                violations[index].calculated = ""
            }
            throw SchemaViolation.report("Invalid schema - @schema/examples has wrong type", violations)
        }
    }
}
