internal import ResourceModel

/// Renders templates as ytt 0.48.0 does.
package enum Ytt {
    /// `ytt -f … --data-values-file …`: the documents and the text it would print.
    package static func render(_ request: RenderRequest) throws(TemplateError) -> RenderResult {
        try checkSizes(request)
        let session = StarlarkSession(limits: request.limits)
        defer { session.end() }
        let own = request.files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        let files = try FileMarks.apply(
            request.fileMarks, to: (own + request.overlays).map(TemplateSource.init))
        let overlays = try DataValues.plainDocuments(request.dataValuesFiles, limits: request.limits)
        let execution = try LibraryExecution(
            session: session, files: files, folder: try LibraryFolder.tree(files),
            options: TemplateOptions(ignoreUnknownComments: request.ignoreUnknownComments), counter: TemplateCounter())
        let schema = try execution.schema([])
        let values = try execution.values(overlays, schema: schema.type)
        let made = try execution.evaluate(
            values: values.document, libraryValues: values.others, librarySchemas: schema.others)
        let documents = made.sets.flatMap(\.documents.items).filter { !$0.isEmptyDocument }
        return result(documents, session)
    }

    private static func result(_ documents: [YAMLNode], _ session: StarlarkSession) -> RenderResult {
        RenderResult(
            documents: documents.map(\.value.plainValue), text: YAMLPrinter.print(documents: documents),
            positions: PositionPrinter.print(documents), debugOutput: session.printed)
    }

    private static func checkSizes(_ request: RenderRequest) throws(TemplateError) {
        let all = request.files + request.overlays + request.dataValuesFiles
        let limits = request.limits
        if all.count > limits.files { throw limits.exceeded("files", limits.files) }
        if all.reduce(0, { $0 + $1.text.utf8.count }) > limits.totalBytes {
            throw limits.exceeded("totalBytes", limits.totalBytes)
        }
    }

    /// One template by itself with values given as YAML: what a template's own tests need.
    ///
    /// With `validating`, the rules on its nodes are checked afterwards.
    package static func evaluate(
        _ file: TemplateFile, values: String, validating: Bool = false, limits: RenderLimits = .init()
    ) throws(TemplateError) -> RenderResult {
        let session = StarlarkSession(limits: limits)
        defer { session.end() }
        let set = try YAMLReader.read(values, name: "values", limits: limits)
        let source = TemplateSource(file)
        let folder = try LibraryFolder.tree([source])
        let library = TemplateLibrary(current: folder, root: folder)
        let loader = TemplateLoader(
            session: session, files: [source], folder: folder,
            values: YAMLConversion.structured(set.items.first?.value ?? .null), options: TemplateOptions(),
            counter: TemplateCounter())
        if source.kind == .text {
            let text = try loader.evaluateTextResult(source, in: library).text
            return RenderResult(documents: [], text: text, positions: "", debugOutput: session.printed)
        }
        let documents = try loader.evaluateYAML(source, in: library).documents
        if documents.count(upTo: limits.nodes) >= limits.nodes { throw limits.exceeded("nodes", limits.nodes) }
        if validating {
            try NodeValidation.prepare(documents, session: session)
            let report = try NodeValidation.run(documents, session: session)
            if !report.isEmpty { throw TemplateError("\n\(report)") }
        }
        return result(documents.items.filter { !$0.isEmptyDocument }, session)
    }
}
