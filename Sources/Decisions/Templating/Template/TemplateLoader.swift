/// Reads and evaluates the files of one rendering.
final class TemplateLoader {
    let session: StarlarkSession
    let files: [TemplateSource]
    /// `data.values`.
    let values: StarlarkValue
    let ignoreUnknownComments: Bool
    private var templates: [String: CompiledTemplate] = [:]
    private var modules: [String: StarlarkModule] = [:]
    private var loading: [String] = []
    private var counter: TemplateCounter

    init(
        session: StarlarkSession, files: [TemplateSource], values: StarlarkValue, ignoreUnknownComments: Bool,
        counter: TemplateCounter
    ) {
        self.session = session
        self.files = files
        self.values = values
        self.ignoreUnknownComments = ignoreUnknownComments
        self.counter = counter
    }

    // MARK: finding

    func find(_ path: String, in library: TemplateLibrary) throws(TemplateError) -> TemplateSource {
        let wanted = library.resolve(path)
        guard let file = files.first(where: { $0.path == wanted }) else {
            let shown = path.hasPrefix("/") ? String(path.dropFirst()) : path
            throw TemplateError(
                "Expected to find file '\(shown)' (hint: only files included via -f flag are available)")
        }
        return file
    }

    private func load(
        _ name: String, from library: TemplateLibrary, _ evaluation: TemplateEvaluation
    ) throws(TemplateError) -> StarlarkLoaded {
        var library = library
        var path = name
        if name.hasPrefix("@") {
            let parts = name.dropFirst().split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                throw TemplateError(
                    "Expected library path to be in format '@name:path' "
                        + "e.g. '@github.com/vmware-tanzu/test:test.star' or '@ytt:base64'")
            }
            if parts[0] == "ytt" {
                return try YttModules.find(String(parts[1]), for: evaluation, loader: self, library: library)
            }
            let folder = library.resolve("_ytt_lib/\(parts[0])")
            guard files.contains(where: { $0.path.hasPrefix(folder + "/") }) else {
                throw TemplateError("Could not find private library (directory '_ytt_lib' missing?)")
            }
            library = TemplateLibrary(directory: folder, root: folder)
            path = String(parts[1])
        }
        let file = try find(path, in: library)
        guard file.isLibrary else {
            throw TemplateError(
                "Expected file '\(file.path)' to be a library file, but was not (hint: library filename must end with "
                    + "'.lib.yml' or '.star'; use data.read(...) for loading non-templated file contents)")
        }
        let module = try self.module(file, root: library.root)
        return StarlarkLoaded(find: module.exported, names: module.globalNames)
    }

    /// A library file's names; a file is evaluated once, its values cannot change between loads.
    private func module(_ file: TemplateSource, root: String) throws(TemplateError) -> StarlarkModule {
        if let module = modules[file.path] { return module }
        if loading.contains(file.path) { throw TemplateError("cycle in load graph") }
        loading.append(file.path)
        defer { loading.removeLast() }
        let module: StarlarkModule
        switch file.kind {
        case .yaml: module = try evaluateYAML(file, root: root).module ?? StarlarkModule(file: file.path)
        case .text: module = try evaluateText(file, root: root)
        case .starlark: module = try evaluateStarlark(file, root: root)
        case .unknown: throw TemplateError("File '\(file.path)' type is not a known")
        }
        modules[file.path] = module
        return module
    }

    // MARK: evaluating

    func readYAML(_ file: TemplateSource) throws(TemplateError) -> YAMLNode {
        do throws(TemplateError) {
            return try YAMLReader.read(file.text, name: file.path, limits: session.limits)
        } catch {
            throw error.prefixed("Unmarshaling YAML template '\(file.path)': ")
        }
    }

    /// The documents a YAML file makes; no module when there was nothing to evaluate.
    func evaluateYAML(
        _ file: TemplateSource, root: String = "", parsed: YAMLNode? = nil
    ) throws(TemplateError) -> (documents: YAMLNode, module: StarlarkModule?) {
        let documents: YAMLNode
        if let parsed { documents = parsed } else { documents = try readYAML(file) }
        guard TemplateAnnotation.hasTemplating(documents) else { return (documents, nil) }
        let template: CompiledTemplate
        do throws(TemplateError) {
            template = try YAMLTemplateCompiler.compile(
                documents,
                source: documents.items.first?.position.source ?? SourceFile(name: file.path, text: file.text),
                number: counter.next(), ignoreUnknown: ignoreUnknownComments)
        } catch {
            throw error.prefixed("Compiling YAML template '\(file.path)': ")
        }
        let (evaluation, module) = try run(template, file: file, root: root)
        return (evaluation.root?.rootNode ?? YAMLNode(.documentSet), module)
    }

    @discardableResult
    func evaluateText(_ file: TemplateSource, root: String = "") throws(TemplateError) -> StarlarkModule {
        try evaluateTextResult(file, root: root).module
    }

    func evaluateTextResult(
        _ file: TemplateSource, root: String = ""
    ) throws(TemplateError) -> (text: String, module: StarlarkModule) {
        let template: CompiledTemplate
        do throws(TemplateError) {
            template = try TextTemplateCompiler.compile(
                file.text, source: SourceFile(name: file.path, text: file.text), number: counter.next())
        } catch {
            throw error.prefixed("Parsing text template '\(file.path)': ")
        }
        do throws(TemplateError) {
            let (evaluation, module) = try run(template, file: file, root: root)
            return (evaluation.root?.rootText ?? "", module)
        } catch {
            throw error.prefixed("Evaluating text template: ")
        }
    }

    private func evaluateStarlark(_ file: TemplateSource, root: String) throws(TemplateError) -> StarlarkModule {
        let template = CompiledTemplate.starlark(
            file.text, file: SourceFile(name: file.path, text: file.text), number: counter.next())
        do throws(TemplateError) {
            return try run(template, file: file, root: root).module
        } catch {
            throw error.prefixed("Evaluating starlark template: ")
        }
    }

    private func run(
        _ template: CompiledTemplate, file: TemplateSource, root: String
    ) throws(TemplateError) -> (evaluation: TemplateEvaluation, module: StarlarkModule) {
        templates[file.path] = template
        let evaluation = TemplateEvaluation(template)
        let module = StarlarkModule(file: file.path)
        module.evaluation = evaluation
        let library = TemplateLibrary(directory: TemplateLibrary.directory(of: file.path), root: root)
        do throws(TemplateError) {
            let program = try StarlarkParser.parse(template.program, file: file.path)
            let slots = try StarlarkResolver.resolve(
                program, module: module, predeclared: evaluation.instructions(), universe: session.universe)
            let thread = StarlarkThread(session: session) { [unowned self] (name) throws(TemplateError) in
                try load(name, from: library, evaluation)
            }
            try thread.run(program, module: module, slots: slots)
        } catch {
            throw error.isEvaluation ? TemplateReport.describe(error, templates: templates) : error
        }
        return (evaluation, module)
    }
}
