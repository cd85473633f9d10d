internal import ResourceModel

/// Renders templates as ytt 0.48.0 does.
package enum Ytt {
    /// `ytt -f … --data-values-file …`: the documents and the text it would print.
    package static func render(_ request: RenderRequest) throws(TemplateError) -> RenderResult {
        let session = StarlarkSession(limits: request.limits)
        let own = request.files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        let files = (own + request.overlays).map(TemplateSource.init)
        try checkSizes(request)
        let counter = TemplateCounter()
        func loader(_ values: StarlarkValue) -> TemplateLoader {
            TemplateLoader(
                session: session, files: files, values: values,
                ignoreUnknownComments: request.ignoreUnknownComments, counter: counter)
        }
        // Before there are values: find out which files hold them.
        let early = loader(.structure(StarlarkStruct([])))
        var parsed: [Int: YAMLNode] = [:]
        for (place, file) in files.enumerated() where file.isTemplate && file.kind == .yaml {
            parsed[place] = try early.readYAML(file)
        }
        let dataValues = DataValues(loader: early, session: session)
        var valueFiles: [(source: TemplateSource, parsed: YAMLNode)] = []
        var outputs: [(source: TemplateSource, parsed: YAMLNode)] = []
        for (place, file) in files.enumerated() {
            guard let documents = parsed[place] else { continue }
            if dataValues.isForValues(documents) {
                valueFiles.append((file, documents))
            } else {
                outputs.append((file, documents))
            }
        }
        let values = try dataValues.combine(valueFiles, plain: request.dataValuesFiles)
        try dataValues.validate(values)
        let late = loader(YAMLConversion.structured(values.value))
        var sets: [(path: String, documents: YAMLNode)] = []
        var nodes = 0
        for (file, documents) in outputs {
            let made = try late.evaluateYAML(file, parsed: documents).documents
            nodes += made.count(upTo: request.limits.nodes)
            if nodes >= request.limits.nodes { throw request.limits.exceeded("nodes", request.limits.nodes) }
            sets.append((file.path, made))
        }
        for file in files where file.isTemplate && file.kind == .text { try late.evaluateText(file) }
        return result(try overlaid(sets, session: session), session)
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

    /// Lays documents that match others over them, file by file; what is left is the output.
    private static func overlaid(
        _ sets: [(path: String, documents: YAMLNode)], session: StarlarkSession
    ) throws(TemplateError) -> [YAMLNode] {
        var targets: [YAMLNode] = []
        var overlays: [(path: String, document: YAMLNode)] = []
        for (path, set) in sets {
            var kept: [YAMLNode] = []
            for document in set.items {
                if document.annotations["overlay/match"] != nil {
                    overlays.append((path, document))
                } else if !document.isEmptyDocument {
                    kept.append(document)
                }
            }
            set.items = kept
            if !kept.isEmpty { targets.append(set) }
        }
        for (_, overlay) in overlays {
            do throws(TemplateError) {
                let operation = OverlayOperation(thread: .plain(session))
                try operation.apply(targets, documents: .collection(.documentSet, [overlay]))
            } catch {
                var names: [String] = []
                for name in overlays.map(\.path) where names.last != name { names.append(name) }
                throw error.prefixed("Overlaying (in following order: \(names.joined(separator: ", "))): ")
            }
        }
        for target in targets { OverlayOperation.removeAnnotations(target) }
        return targets.flatMap(\.items).filter { !$0.isEmptyDocument }
    }

    /// One template by itself with values given as YAML: what a template's own tests need.
    ///
    /// With `validating`, the rules on its nodes are checked afterwards.
    package static func evaluate(
        _ file: TemplateFile, values: String, validating: Bool = false, limits: RenderLimits = .init()
    ) throws(TemplateError) -> RenderResult {
        let session = StarlarkSession(limits: limits)
        let set = try YAMLReader.read(values, name: "values", limits: limits)
        let source = TemplateSource(file)
        let loader = TemplateLoader(
            session: session, files: [source],
            values: YAMLConversion.structured(set.items.first?.value ?? .null), ignoreUnknownComments: false,
            counter: TemplateCounter())
        if source.kind == .text {
            let text = try loader.evaluateTextResult(source).text
            return RenderResult(documents: [], text: text, positions: "", debugOutput: session.printed)
        }
        let documents = try loader.evaluateYAML(source).documents
        if documents.count(upTo: limits.nodes) >= limits.nodes { throw limits.exceeded("nodes", limits.nodes) }
        if validating {
            try NodeValidation.prepare(documents, session: session)
            let report = try NodeValidation.run(documents, session: session)
            if !report.isEmpty { throw TemplateError("\n\(report)") }
        }
        return result(documents.items.filter { !$0.isEmptyDocument }, session)
    }
}
