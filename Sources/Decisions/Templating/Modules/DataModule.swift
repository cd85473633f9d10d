/// `@ytt:data`: data values and the files of the library.
enum DataModule {
    static func make(_ loader: TemplateLoader, _ library: TemplateLibrary) -> StarlarkValue {
        let function = YttModules.function
        return StarlarkStruct.module([
            (
                "list",
                function("data.list") { (_, args, _) throws(TemplateError) in
                    guard args.count < 2 else { throw TemplateError("expected exactly zero or one arguments") }
                    let path = try args.first.map(YttModules.string) ?? ""
                    return .list(StarlarkList(try library.paths(below: path).map { .string($0) }))
                }
            ),
            (
                "read",
                function("data.read") { (_, args, _) throws(TemplateError) in
                    let path = try YttModules.string(try YttModules.one(args))
                    return .string(loader.files[try library.file(path).place].text)
                }
            ),
            ("values", loader.values),
        ])
    }
}
