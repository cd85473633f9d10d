/// `@ytt:struct`.
enum StructModule {
    static func make() -> StarlarkValue {
        let function = YttModules.function
        return StarlarkStruct.module([
            (
                "make",
                function("struct.make") { (_, args, kwargs) throws(TemplateError) in
                    if !args.isEmpty { throw TemplateError("expected exactly zero arguments") }
                    return .structure(StarlarkStruct(kwargs))
                }
            ),
            (
                "make_and_bind",
                function("struct.make_and_bind") { (_, args, kwargs) throws(TemplateError) in
                    let object = try YttModules.one(args)
                    return .structure(
                        StarlarkStruct(
                            kwargs.map {
                                (name: $0.name, value: $0.value.isCallable ? bound($0.value, [object]) : $0.value)
                            })
                    )
                }
            ),
            (
                "bind",
                function("struct.bind") { (_, args, _) throws(TemplateError) in
                    guard let callee = args.first, callee.isCallable else {
                        throw TemplateError("expected function, but was \(args.first?.goType ?? "nothing")")
                    }
                    return bound(callee, Array(args.dropFirst()))
                }
            ),
            (
                "encode",
                function("struct.encode") { (_, args, _) throws(TemplateError) in
                    YAMLConversion.structured(try YAMLConversion.value(of: try YttModules.one(args)))
                }
            ),
            (
                "decode",
                function("struct.decode") { (_, args, _) throws(TemplateError) in
                    try YAMLConversion.plain(try YAMLConversion.value(of: try YttModules.one(args)))
                }
            ),
        ])
    }

    private static func bound(_ callee: StarlarkValue, _ first: [StarlarkValue]) -> StarlarkValue {
        .builtin(
            StarlarkBuiltin("struct.bind", namesErrors: false) { (thread, args, kwargs) throws(TemplateError) in
                try thread.call(callee, first + args, kwargs)
            })
    }
}
