/// The evaluation of one library: the files given, or a folder below `_ytt_lib`.
struct LibraryExecution {
    /// What evaluating gives: documents file by file, and the names of library files.
    struct Result {
        var sets: [(path: String, documents: YAMLNode)] = []
        var exports: [(path: String, module: StarlarkModule)] = []
    }

    let session: StarlarkSession
    let files: [TemplateSource]
    let folder: LibraryFolder
    let options: TemplateOptions
    let counter: TemplateCounter
    private let accessible: [Int]
    private let parsed: [Int: YAMLNode]

    /// Reads the library's YAML files.
    init(
        session: StarlarkSession, files: [TemplateSource], folder: LibraryFolder, options: TemplateOptions,
        counter: TemplateCounter
    ) throws(TemplateError) {
        self.session = session
        self.files = files
        self.folder = folder
        self.options = options
        self.counter = counter
        accessible = folder.accessibleFiles
        let reader = TemplateLoader(
            session: session, files: files, folder: folder, values: .none, options: options, counter: counter)
        var parsed: [Int: YAMLNode] = [:]
        // In the order of the files, so that of several broken ones the first is named.
        for place in accessible.sorted() where files[place].isTemplate && files[place].kind == .yaml {
            // What is parsed again with every use of a library counts.
            if !folder.path.isEmpty { try session.charge(bytes: files[place].text.utf8.count << 8) }
            parsed[place] = try reader.readYAML(files[place])
        }
        self.parsed = parsed
    }

    private func loader(
        _ values: StarlarkValue, _ libraryValues: [LibraryDocument] = [], _ librarySchemas: [LibraryDocument] = []
    ) -> TemplateLoader {
        TemplateLoader(
            session: session, files: files, folder: folder, values: values, options: options, counter: counter,
            libraryValues: libraryValues, librarySchemas: librarySchemas)
    }

    private func library(of place: Int) throws(TemplateError) -> TemplateLibrary {
        let path = TemplateLoader.folder(of: folder.relativePath(place))
        return TemplateLibrary(current: path.isEmpty ? folder : try folder.library(path), root: folder)
    }

    private func marked(_ annotation: String) throws(TemplateError) -> [DataValues.File] {
        for place in accessible.sorted() {
            if let documents = parsed[place] { try refuse(annotation, below: documents) }
        }
        var found: [DataValues.File] = []
        for place in accessible.sorted() {
            guard let documents = parsed[place],
                documents.items.contains(where: { TemplateAnnotation.has(annotation, on: $0) })
            else { continue }
            found.append(DataValues.File(source: files[place], parsed: documents, library: try library(of: place)))
        }
        return found
    }

    /// The annotation makes sense on documents only.
    private func refuse(_ annotation: String, below node: YAMLNode) throws(TemplateError) {
        if node.kind != .document, !node.comments.isEmpty, TemplateAnnotation.has(annotation, on: node) {
            throw TemplateError(
                "Found @\(annotation) on \(node.displayName) (\(node.position.compact)); only documents (---) can be "
                    + "annotated with @\(annotation)", file: node.position.file, line: node.position.line)
        }
        if let child = node.value.node { try refuse(annotation, below: child) }
        for item in node.items { try refuse(annotation, below: item) }
    }

    private var dataValues: DataValues {
        DataValues(loader: loader(.structure(StarlarkStruct([]))), session: session)
    }

    /// The library's schema, with the documents that are for libraries of its own.
    func schema(_ overlays: [LibraryDocument]) throws(TemplateError) -> (type: SchemaType?, others: [LibraryDocument]) {
        try dataValues.schema(try marked(DataValues.schemaName), overlays: overlays)
    }

    /// The library's values, checked, with the documents that are for libraries of its own.
    func values(
        _ overlays: [LibraryDocument], schema: SchemaType?
    ) throws(TemplateError) -> (document: YAMLNode, others: [LibraryDocument]) {
        let found = try dataValues.combine(try marked(DataValues.valuesName), overlays: overlays, schema: schema)
        try dataValues.validate(found.document)
        return found
    }

    /// Evaluates everything, then lays the overlays over it.
    func evaluate(
        values: YAMLNode, libraryValues: [LibraryDocument], librarySchemas: [LibraryDocument]
    ) throws(TemplateError) -> Result {
        let loader = loader(try YAMLConversion.dataValues(values.value), libraryValues, librarySchemas)
        var made: [Int: YAMLNode] = [:]
        var result = Result()
        var nodes = 0
        for place in accessible {
            let file = files[place]
            if file.isForOutput {
                switch file.kind {
                case .yaml:
                    if let documents = parsed[place], DataValues.isForValues(documents) { continue }
                    let library = try library(of: place)
                    let documents = try loader.evaluateYAML(file, in: library, parsed: parsed[place]).documents
                    nodes += documents.count(upTo: session.limits.nodes)
                    if nodes >= session.limits.nodes { throw session.limits.exceeded("nodes", session.limits.nodes) }
                    made[place] = documents
                case .text: try loader.evaluateText(file, in: try library(of: place))
                case .starlark, .unknown: throw TemplateError("Unknown file type")
                }
            } else if file.isLibrary, file.kind != .unknown {
                let module = try loader.module(place, in: try library(of: place))
                result.exports.append((folder.relativePath(place), module))
            }
        }
        try LibraryDocument.refuseUnused(libraryValues, librarySchemas)
        result.sets = try OverlayPostProcessing.apply(
            made.sorted { $0.key < $1.key }.map { (files[$0.key].path, $0.value) }, session: session)
        return result
    }
}
