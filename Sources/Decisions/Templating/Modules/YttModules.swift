/// The modules that `load("@ytt:…")` finds.
enum YttModules {
    static func find(
        _ name: String, for evaluation: TemplateEvaluation, loader: TemplateLoader, library: TemplateLibrary
    ) throws(TemplateError) -> StarlarkLoaded {
        let value: StarlarkValue
        switch name {
        case "assert": value = AssertModule.make()
        case "base64": value = EncodingModules.base64()
        case "data": value = DataModule.make(loader, library)
        case "ip": value = IPModule.make()
        case "json": value = EncodingModules.json()
        case "library": value = LibraryModule.make(loader, library)
        case "math": value = MathModule.make()
        case "md5", "sha256": value = EncodingModules.digest(name)
        case "overlay": value = OverlayModule.make()
        case "regexp": value = RegexpModule.make()
        case "struct": value = StructModule.make()
        case "template": value = replacing(evaluation)
        case "toml": value = EncodingModules.toml()
        case "url": value = URLModule.make()
        case "version": value = VersionModule.make()
        case "yaml": value = EncodingModules.yaml()
        default:
            throw TemplateError("builtin ytt library does not have module '\(name)'")
        }
        return StarlarkLoaded(find: { $0 == name ? value : nil }, names: [name])
    }

    private static func replacing(_ evaluation: TemplateEvaluation) -> StarlarkValue {
        StarlarkStruct.module([
            (
                "replace",
                function("template.replace") { (_, args, _) throws(TemplateError) in
                    guard args.count == 1 else { throw TemplateError("expected exactly one argument") }
                    return try evaluation.replace(with: args[0])
                }
            )
        ])
    }

    static func function(_ name: String, _ body: @escaping StarlarkBuiltin.Body) -> StarlarkValue {
        .builtin(StarlarkBuiltin(name, body))
    }

    static func one(_ args: [StarlarkValue]) throws(TemplateError) -> StarlarkValue {
        guard args.count == 1 else { throw TemplateError("expected exactly one argument") }
        return args[0]
    }

    static func string(_ value: StarlarkValue) throws(TemplateError) -> String {
        if case .string(let text) = value { return text }
        throw TemplateError("expected starlark.String, but was \(value.goType)")
    }

    static func bool(_ value: StarlarkValue) throws(TemplateError) -> Bool {
        if case .bool(let flag) = value { return flag }
        throw TemplateError("expected starlark.Bool, but was \(value.goType)")
    }

    static func int(_ value: StarlarkValue) throws(TemplateError) -> Int {
        if case .int(let number) = value { return number }
        if case .big = value { throw TemplateError("expected int64 value") }
        throw TemplateError("expected starlark.Int")
    }

    /// Only the keywords that a function knows.
    static func check(_ kwargs: StarlarkValue.Keywords, _ known: [String]) throws(TemplateError) {
        for (name, _) in kwargs where !known.contains(name) {
            throw TemplateError("unexpected keyword argument: \(name)")
        }
    }
}
