/// `@ytt:data`: data values and the files of the library.
enum DataModule {
    static func make(_ loader: TemplateLoader, _ library: TemplateLibrary) -> StarlarkValue {
        let function = YttModules.function
        return StarlarkStruct.module([
            (
                "list",
                function("data.list") { (_, args, _) throws(TemplateError) in
                    guard args.count < 2 else { throw TemplateError("expected exactly zero or one arguments") }
                    var folder = library.directory
                    if let first = args.first { folder = library.resolve(try YttModules.string(first)) }
                    let prefix = folder.isEmpty ? "" : folder + "/"
                    let cut = library.directory.isEmpty ? 0 : library.directory.count + 1
                    let paths = loader.files.filter { library.root.isEmpty ? !$0.isPrivate : true }
                        .map(\.path).filter { $0.hasPrefix(prefix) }
                    return .list(
                        StarlarkList(paths.map { .string($0.hasPrefix(prefix) ? String($0.dropFirst(cut)) : $0) }))
                }
            ),
            (
                "read",
                function("data.read") { (_, args, _) throws(TemplateError) in
                    let path = try YttModules.string(try YttModules.one(args))
                    return .string(try loader.find(path, in: library).text)
                }
            ),
            ("values", loader.values),
        ])
    }
}
