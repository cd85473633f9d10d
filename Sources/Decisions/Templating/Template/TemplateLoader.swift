/// Reads and evaluates the files of one rendering.
final class TemplateLoader {
    /// Files that load each other.
    private static let deepest = 50

    let session: StarlarkSession
    let files: [TemplateSource]
    let folder: LibraryFolder
    /// `data.values`.
    let values: StarlarkValue
    let options: TemplateOptions
    let counter: TemplateCounter
    /// What the files hold for libraries of their own.
    let libraryValues: [LibraryDocument]
    let librarySchemas: [LibraryDocument]
    private var templates: [String: CompiledTemplate] = [:]
    private var modules: [Int: StarlarkModule] = [:]
    private var loading: [Int] = []

    init(
        session: StarlarkSession, files: [TemplateSource], folder: LibraryFolder, values: StarlarkValue,
        options: TemplateOptions, counter: TemplateCounter, libraryValues: [LibraryDocument] = [],
        librarySchemas: [LibraryDocument] = []
    ) {
        self.session = session
        self.files = files
        self.folder = folder
        self.values = values
        self.options = options
        self.counter = counter
        self.libraryValues = libraryValues
        self.librarySchemas = librarySchemas
    }

    /// The folder part of a path.
    static func folder(of path: String) -> String {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[..<$0]) } ?? ""
    }

    // MARK: finding

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
            let found = try library.current.privateLibrary(String(parts[0]))
            library = TemplateLibrary(current: found, root: found)
            path = String(parts[1])
        }
        let (place, folder) = try library.file(path)
        guard files[place].isLibrary else {
            throw TemplateError(
                "Expected file '\(files[place].path)' to be a library file, but was not (hint: library filename must "
                    + "end with '.lib.yml' or '.star'; use data.read(...) for loading non-templated file contents)")
        }
        let module = try self.module(place, in: TemplateLibrary(current: folder, root: library.root))
        return StarlarkLoaded(find: module.exported, names: module.globalNames)
    }

    /// A library file's names; a file is evaluated once, its values cannot change between loads.
    func module(_ place: Int, in library: TemplateLibrary) throws(TemplateError) -> StarlarkModule {
        if let module = modules[place] { return module }
        let file = files[place]
        if loading.contains(place) { throw TemplateError("cycle in load graph") }
        if loading.count >= Self.deepest { throw session.limits.exceeded("loadDepth", Self.deepest) }
        loading.append(place)
        defer { loading.removeLast() }
        // What evaluating a file takes of the machine's stack, in nested expressions.
        try session.enter(12)
        defer { session.leave(12) }
        let module: StarlarkModule
        switch file.kind {
        case .yaml: module = try evaluateYAML(file, in: library).module ?? StarlarkModule(file: file.path)
        case .text: module = try evaluateText(file, in: library)
        case .starlark: module = try evaluateStarlark(file, in: library)
        case .unknown: throw TemplateError("File '\(file.path)' type is not a known")
        }
        modules[place] = module
        return module
    }

    // MARK: evaluating

    func readYAML(_ file: TemplateSource) throws(TemplateError) -> YAMLNode {
        do throws(TemplateError) {
            return try YAMLReader.read(
                file.text, name: file.path, isStrict: options.isStrict, limits: session.limits)
        } catch {
            throw error.prefixed("Unmarshaling YAML template '\(file.path)': ")
        }
    }

    /// The documents a YAML file makes; no module when there was nothing to evaluate.
    func evaluateYAML(
        _ file: TemplateSource, in library: TemplateLibrary, parsed: YAMLNode? = nil
    ) throws(TemplateError) -> (documents: YAMLNode, module: StarlarkModule?) {
        let documents: YAMLNode
        if let parsed { documents = parsed } else { documents = try readYAML(file) }
        guard file.isTemplate || file.isLibrary, TemplateAnnotation.hasTemplating(documents) else {
            documents.overrideKeys()
            return (documents, nil)
        }
        let template: CompiledTemplate
        do throws(TemplateError) {
            template = try YAMLTemplateCompiler.compile(
                documents,
                source: documents.items.first?.position.source ?? SourceFile(name: file.path, text: file.text),
                number: counter.next(), options: options)
        } catch {
            throw error.prefixed("Compiling YAML template '\(file.path)': ")
        }
        let (evaluation, module) = try run(template, file: file, in: library)
        return (evaluation.root?.rootNode ?? YAMLNode(.documentSet), module)
    }

    @discardableResult
    func evaluateText(_ file: TemplateSource, in library: TemplateLibrary) throws(TemplateError) -> StarlarkModule {
        if !file.isTemplate, !file.isLibrary { return StarlarkModule(file: file.path) }
        return try evaluateTextResult(file, in: library).module
    }

    func evaluateTextResult(
        _ file: TemplateSource, in library: TemplateLibrary
    ) throws(TemplateError) -> (text: String, module: StarlarkModule) {
        let template: CompiledTemplate
        do throws(TemplateError) {
            template = try TextTemplateCompiler.compile(
                file.text, source: SourceFile(name: file.path, text: file.text), number: counter.next())
        } catch {
            throw error.prefixed("Parsing text template '\(file.path)': ")
        }
        do throws(TemplateError) {
            let (evaluation, module) = try run(template, file: file, in: library)
            return (evaluation.root?.rootText ?? "", module)
        } catch {
            throw error.prefixed("Evaluating text template: ")
        }
    }

    private func evaluateStarlark(_ file: TemplateSource, in library: TemplateLibrary) throws(TemplateError)
        -> StarlarkModule
    {
        let template = CompiledTemplate.starlark(
            file.text, file: SourceFile(name: file.path, text: file.text), number: counter.next())
        do throws(TemplateError) {
            return try run(template, file: file, in: library).module
        } catch {
            throw error.prefixed("Evaluating starlark template: ")
        }
    }

    private func run(
        _ template: CompiledTemplate, file: TemplateSource, in library: TemplateLibrary
    ) throws(TemplateError) -> (evaluation: TemplateEvaluation, module: StarlarkModule) {
        templates[file.path] = template
        let evaluation = TemplateEvaluation(template)
        let module = StarlarkModule(file: file.path)
        module.evaluation = evaluation
        session.keep(module)
        do throws(TemplateError) {
            let program = try StarlarkParser.parse(template.program, file: file.path)
            let slots = try StarlarkResolver.resolve(
                program, module: module, predeclared: evaluation.instructions(), universe: session.universe)
            let thread = StarlarkThread(session: session) { [unowned self] (name) throws(TemplateError) in
                try load(name, from: library, evaluation)
            }
            try thread.run(program, module: module, slots: slots)
            for value in module.globals { value?.freeze() }
        } catch {
            throw error.isEvaluation ? TemplateReport.describe(error, templates: templates) : error
        }
        return (evaluation, module)
    }
}
