/// `@ytt:library`: libraries in `_ytt_lib`, evaluated with values of their own.
enum LibraryModule {
    /// Libraries within libraries that are evaluated at once.
    private static let deepest = 16

    /// A library as its user has it; every change makes a new one.
    private struct Instance {
        let loader: TemplateLoader
        let folder: LibraryFolder
        let reference: LibraryReference
        var options: TemplateOptions
        var values: [LibraryDocument]
        var schemas: [LibraryDocument]
    }

    static func make(_ loader: TemplateLoader, _ library: TemplateLibrary) -> StarlarkValue {
        StarlarkStruct.module([
            (
                "get",
                YttModules.function("library.get") { (_, args, kwargs) throws(TemplateError) in
                    try get(loader, library, try YttModules.string(try YttModules.one(args)), kwargs)
                }
            )
        ])
    }

    private static func get(
        _ loader: TemplateLoader, _ library: TemplateLibrary, _ path: String, _ kwargs: StarlarkValue.Keywords
    ) throws(TemplateError) -> StarlarkValue {
        var options = loader.options
        var alias = ""
        for (name, value) in kwargs {
            switch name {
            case "alias": alias = try YttModules.string(value)
            case "ignore_unknown_comments": options.ignoreUnknownComments = try YttModules.bool(value)
            case "implicit_map_key_overrides": options.implicitMapKeyOverrides = try YttModules.bool(value)
            case "strict": options.isStrict = try YttModules.bool(value)
            default: throw TemplateError("Unexpected kwarg '\(name)'")
            }
        }
        if path.hasPrefix("@") {
            throw TemplateError("Expected library '\(path)' to be specified without '@'")
        }
        return value(
            Instance(
                loader: loader, folder: try library.current.privateLibrary(path),
                reference: LibraryReference(path: path, alias: alias), options: options,
                values: loader.libraryValues, schemas: loader.librarySchemas))
    }

    private static func value(_ library: Instance) -> StarlarkValue {
        func described(
            _ name: String, _ words: String, _ body: @escaping StarlarkBuiltin.Body
        ) -> (name: String, value: StarlarkValue) {
            let description = "\(words) library '\(library.reference.text)': "
            let function = YttModules.function("library.\(name)") { (thread, args, kwargs) throws(TemplateError) in
                do throws(TemplateError) {
                    return try body(thread, args, kwargs)
                } catch {
                    throw error.prefixed(description)
                }
            }
            return (name, function)
        }
        func none(_ args: [StarlarkValue]) throws(TemplateError) {
            if !args.isEmpty { throw TemplateError("expected no arguments") }
        }
        return StarlarkStruct.module([
            (
                "with_data_values",
                YttModules.function("library.with_data_values") { (_, args, _) throws(TemplateError) in
                    var copy = library
                    copy.values.append(try document(args, .values))
                    return value(copy)
                }
            ),
            (
                "with_data_values_schema",
                YttModules.function("library.with_data_values_schema") { (_, args, _) throws(TemplateError) in
                    var copy = library
                    copy.schemas.append(try document(args, .schema))
                    return value(copy)
                }
            ),
            described("eval", "Evaluating") { (_, args, _) throws(TemplateError) in
                try none(args)
                let sets = try evaluate(library).sets
                return .fragment(.node(.collection(.documentSet, sets.flatMap(\.documents.items))))
            },
            described("export", "Exporting from") { (_, args, kwargs) throws(TemplateError) in
                try export(library, args, kwargs)
            },
            described("data_values", "Exporting from") { (_, args, _) throws(TemplateError) in
                try none(args)
                return try YAMLConversion.dataValues(try prepare(library).values.value)
            },
        ])
    }

    private static func document(
        _ args: [StarlarkValue], _ kind: LibraryDocument.Kind
    ) throws(TemplateError) -> LibraryDocument {
        let value = try YAMLConversion.value(of: try YttModules.one(args))
        return try LibraryDocument(.document(value.deepCopy()), kind: kind)
    }

    private static func export(
        _ library: Instance, _ args: [StarlarkValue], _ kwargs: StarlarkValue.Keywords
    ) throws(TemplateError) -> StarlarkValue {
        let symbol = try YttModules.string(try YttModules.one(args))
        var path = ""
        for (name, value) in kwargs {
            guard name == "path" else { throw TemplateError("Unexpected keyword argument '\(name)'") }
            path = try YttModules.string(value)
        }
        if symbol.hasPrefix("_") {
            throw TemplateError("Symbols starting with '_' are private, and cannot be exported")
        }
        let found = try evaluate(library).exports.filter {
            (path.isEmpty || path == $0.path) && $0.module.exported(symbol) != nil
        }
        guard let first = found.first, let value = first.module.exported(symbol) else {
            throw TemplateError("Expected to find exported symbol '\(symbol)', but did not")
        }
        if found.count > 1 {
            throw TemplateError(
                "Expected to find exactly one exported symbol '\(symbol)', but found multiple across files: "
                    + found.map(\.path).joined(separator: ", "))
        }
        return value
    }

    private static func evaluate(_ library: Instance) throws(TemplateError) -> LibraryExecution.Result {
        let session = library.loader.session
        if session.libraries >= deepest { throw session.limits.exceeded("libraryDepth", deepest) }
        session.libraries += 1
        defer { session.libraries -= 1 }
        try session.enter(20)
        defer { session.leave(20) }
        let prepared = try prepare(library)
        return try prepared.execution.evaluate(
            values: prepared.values, libraryValues: prepared.otherValues, librarySchemas: prepared.otherSchemas)
    }

    private struct Prepared {
        var execution: LibraryExecution
        var values: YAMLNode
        var otherValues: [LibraryDocument]
        var otherSchemas: [LibraryDocument]
    }

    /// The library's schema and values, from its own files and what its users gave.
    private static func prepare(_ library: Instance) throws(TemplateError) -> Prepared {
        let loader = library.loader
        let execution = try LibraryExecution(
            session: loader.session, files: loader.files, folder: library.folder, options: library.options,
            counter: loader.counter)
        let schemas = library.schemas.compactMap { $0.used(by: library.reference) }
        let schema = try execution.schema(schemas.filter { !$0.isForAnother })
        let given = library.values.compactMap { $0.used(by: library.reference) }
        let own = given.filter { !$0.isForAnother }
        let values = try execution.values(
            own.filter { !$0.isAfterModule } + own.filter(\.isAfterModule), schema: schema.type)
        return Prepared(
            execution: execution, values: values.document,
            otherValues: values.others + given.filter(\.isForAnother),
            otherSchemas: schema.others + schemas.filter(\.isForAnother))
    }
}
