/// Combines schema, data values files and plain values into `data.values`.
struct DataValues {
    /// A file with values or schema, and the library its paths are seen from.
    struct File {
        var source: TemplateSource
        var parsed: YAMLNode
        var library: TemplateLibrary
    }

    let loader: TemplateLoader
    let session: StarlarkSession

    static let valuesName = "data/values"
    static let schemaName = "data/values-schema"

    /// The files that hold data values or schema: they give no output.
    static func isForValues(_ documents: YAMLNode) -> Bool {
        documents.items.contains {
            TemplateAnnotation.has(valuesName, on: $0) || TemplateAnnotation.has(schemaName, on: $0)
        }
    }

    func combine(
        _ files: [File], overlays: [LibraryDocument], schema: SchemaType?
    ) throws(TemplateError) -> (document: YAMLNode, others: [LibraryDocument]) {
        do throws(TemplateError) {
            var documents: [YAMLNode] = []
            var others: [LibraryDocument] = []
            if let schema { documents.append(.document(schema.standard.deepCopy(), position: schema.position)) }
            for file in files {
                for document in try extract(file, Self.valuesName, "data values") {
                    let found = try LibraryDocument(document, kind: .values)
                    if found.isForAnother { others.append(found) } else { documents.append(document) }
                }
            }
            for overlay in overlays {
                if overlay.isForAnother { others.append(overlay) } else { documents.append(overlay.document) }
            }
            let most = session.limits.nodes
            if documents.reduce(0, { $0 + $1.count(upTo: most - min($0, most - 1)) }) >= most {
                throw session.limits.exceeded("nodes", most)
            }
            let result = try overlay(documents, schema: schema)
            return (result ?? .document(.node(YAMLNode(.map))), others)
        } catch {
            var names = files.map(\.source.path)
            if !overlays.isEmpty { names.append("additional data values") }
            throw error.prefixed("Overlaying data values (in following order: \(names.joined(separator: ", "))): ")
        }
    }

    /// Checks the rules that schema and values carry.
    func validate(_ document: YAMLNode) throws(TemplateError) {
        try NodeValidation.prepare(document, session: session)
        let report = try NodeValidation.run(document, session: session)
        if !report.isEmpty { throw TemplateError("Validating final data values:\n\(report)") }
    }

    func schema(
        _ files: [File], overlays: [LibraryDocument]
    ) throws(TemplateError) -> (type: SchemaType?, others: [LibraryDocument]) {
        do throws(TemplateError) {
            var documents: [YAMLNode] = []
            var others: [LibraryDocument] = []
            for file in files {
                for document in try extract(file, Self.schemaName, "schema") {
                    let found = try LibraryDocument(document, kind: .schema)
                    if found.isForAnother { others.append(found) } else { documents.append(document) }
                }
            }
            for overlay in overlays {
                if overlay.isForAnother { others.append(overlay) } else { documents.append(overlay.document) }
            }
            guard let combined = try overlay(documents, schema: nil) else { return (nil, others) }
            return (try SchemaBuilder(session: session).document(combined), others)
        } catch {
            var names = files.map(\.source.path)
            if !overlays.isEmpty { names.append("additional data value schema") }
            throw error.prefixed(
                "Overlaying data values schema (in following order: \(names.joined(separator: ", "))): ")
        }
    }

    /// Documents with the annotation, after evaluation; the file must not hold others.
    private func extract(
        _ file: File, _ annotation: String, _ word: String
    ) throws(TemplateError) -> [YAMLNode] {
        do throws(TemplateError) {
            let documents = try loader.evaluateYAML(file.source, in: file.library, parsed: file.parsed).documents
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

    static func plainDocuments(
        _ files: [TemplateFile], limits: RenderLimits
    ) throws(TemplateError) -> [LibraryDocument] {
        var result: [LibraryDocument] = []
        for file in files {
            let documents: YAMLNode
            do throws(TemplateError) {
                documents = try YAMLReader.read(file.text, name: file.path, limits: limits)
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
                annotate(document)
                result.append(try LibraryDocument(document, kind: .values))
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
