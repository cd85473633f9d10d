/// Combines schema, data values files and plain values into `data.values`.
struct DataValues {
    let loader: TemplateLoader
    let session: StarlarkSession

    private static let values = "data/values"
    private static let schema = "data/values-schema"

    /// The files that hold data values or schema: they give no output.
    func isForValues(_ documents: YAMLNode) -> Bool {
        documents.items.contains {
            TemplateAnnotation.has(Self.values, on: $0) || TemplateAnnotation.has(Self.schema, on: $0)
        }
    }

    func combine(
        _ files: [(source: TemplateSource, parsed: YAMLNode)], plain: [TemplateFile]
    ) throws(TemplateError) -> YAMLNode {
        let schema = try combineSchema(files)
        let valueFiles = files.filter { file in
            file.parsed.items.contains { TemplateAnnotation.has(Self.values, on: $0) }
        }
        let extra = try plainDocuments(plain)
        do throws(TemplateError) {
            var documents: [YAMLNode] = []
            if let schema { documents.append(.document(schema.standard.deepCopy(), position: schema.position)) }
            for file in valueFiles { documents += try extract(file, Self.values, "data values") }
            let most = session.limits.nodes
            if documents.reduce(0, { $0 + $1.count(upTo: most - min($0, most - 1)) }) >= most {
                throw session.limits.exceeded("nodes", most)
            }
            let result = try overlay(documents + extra, schema: schema)
            return result ?? .document(.node(YAMLNode(.map)))
        } catch {
            var names = valueFiles.map(\.source.path)
            if !extra.isEmpty { names.append("additional data values") }
            throw error.prefixed("Overlaying data values (in following order: \(names.joined(separator: ", "))): ")
        }
    }

    /// Checks the rules that schema and values carry.
    func validate(_ document: YAMLNode) throws(TemplateError) {
        try NodeValidation.prepare(document, session: session)
        let report = try NodeValidation.run(document, session: session)
        if !report.isEmpty { throw TemplateError("Validating final data values:\n\(report)") }
    }

    private func combineSchema(
        _ files: [(source: TemplateSource, parsed: YAMLNode)]
    ) throws(TemplateError) -> SchemaType? {
        let files = files.filter { file in file.parsed.items.contains { TemplateAnnotation.has(Self.schema, on: $0) } }
        if files.isEmpty { return nil }
        do throws(TemplateError) {
            var documents: [YAMLNode] = []
            for file in files { documents += try extract(file, Self.schema, "schema") }
            guard let combined = try overlay(documents, schema: nil) else { return nil }
            return try SchemaBuilder(session: session).document(combined)
        } catch {
            let names = files.map(\.source.path).joined(separator: ", ")
            throw error.prefixed("Overlaying data values schema (in following order: \(names)): ")
        }
    }

    /// Documents with the annotation, after evaluation; the file must not hold others.
    private func extract(
        _ file: (source: TemplateSource, parsed: YAMLNode), _ annotation: String, _ word: String
    ) throws(TemplateError) -> [YAMLNode] {
        do throws(TemplateError) {
            let documents = try loader.evaluateYAML(file.source, parsed: file.parsed).documents
            var result: [YAMLNode] = []
            for document in documents.items {
                if TemplateAnnotation.has(annotation, on: document) {
                    result.append(document)
                } else if !document.isEmptyDocument {
                    throw TemplateError(
                        "Expected \(word) file '\(file.source.path)' to only have \(word) documents")
                }
            }
            return result
        } catch {
            throw error.prefixed("Templating file '\(file.source.path)': ")
        }
    }

    private func overlay(_ documents: [YAMLNode], schema: SchemaType?) throws(TemplateError) -> YAMLNode? {
        var result: YAMLNode?
        for document in documents {
            if let current = result {
                let operation = OverlayOperation(thread: .plain(session), exact: true)
                let left = YAMLNode.collection(.documentSet, [current])
                try operation.apply(.node(left), .node(.collection(.documentSet, [document])))
                result = left.items.first
            } else {
                result = document
            }
            guard let schema, let current = result else { continue }
            var violations = schema.assign(to: current)
            if violations.isEmpty { violations = SchemaType.check(current) }
            if !violations.isEmpty {
                throw SchemaViolation.report("One or more data values were invalid", violations)
            }
        }
        return result
    }

    // MARK: plain values

    private func plainDocuments(_ files: [TemplateFile]) throws(TemplateError) -> [YAMLNode] {
        var result: [YAMLNode] = []
        for file in files {
            let documents: YAMLNode
            do throws(TemplateError) {
                documents = try YAMLReader.read(file.text, name: file.path, limits: session.limits)
            } catch {
                throw error.prefixed(
                    "Extracting data value from file: Unmarshaling YAML data values file '\(file.path)': ")
            }
            for document in documents.items where !document.value.isNull {
                if TemplateAnnotation.hasTemplating(document) {
                    throw TemplateError(
                        "Extracting data value from file: Checking data values file '\(file.path)': Expected to be "
                            + "plain YAML, having no annotations (hint: remove comments starting with `#@`)")
                }
                Self.annotate(document)
                result.append(document)
            }
        }
        return result
    }

    /// Maps are merged, everything else replaced; new keys are welcome (a schema may still refuse them).
    private static func annotate(_ node: YAMLNode) {
        node.annotations = [:]
        if node.holdsValue {
            node.annotations["overlay/match"] = NodeAnnotation(
                args: [], kwargs: [("missing_ok", .bool(true))], position: node.position)
            if let child = node.value.node, child.kind == .map {
                annotate(child)
            } else {
                node.annotations["overlay/replace"] = NodeAnnotation(
                    args: [], kwargs: [("or_add", .bool(true))], position: node.position)
            }
        }
        for item in node.items { annotate(item) }
    }
}
