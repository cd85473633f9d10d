/// `@ytt:overlay`: laying trees over trees, and the usual matchers.
enum OverlayModule {
    static func make() -> StarlarkValue {
        let function = YttModules.function
        return StarlarkStruct.module([
            ("apply", function("overlay.apply") { (thread, args, _) throws(TemplateError) in try apply(thread, args) }),
            (
                "index",
                function("overlay.index") { (_, args, _) throws(TemplateError) in
                    let wanted = try YttModules.int(try YttModules.one(args))
                    return matcher("overlay.index_matcher") { (_, args) throws(TemplateError) in
                        try YttModules.int(args[0]) == wanted
                    }
                }
            ),
            ("all", matcher("overlay.all") { (_, _) throws(TemplateError) in true }),
            (
                "map_key",
                function("overlay.map_key") { (_, args, _) throws(TemplateError) in
                    let key = try YttModules.string(try YttModules.one(args))
                    return matcher("overlay.map_key_matcher") { (_, args) throws(TemplateError) in
                        do throws(TemplateError) {
                            return try OverlayComparison.sameByKey(
                                key, try YAMLConversion.value(of: args[1]), try YAMLConversion.value(of: args[2]))
                        } catch {
                            throw TemplateError(String(error.message.dropFirst("overlay.map_key_matcher: ".count)))
                        }
                    }
                }
            ),
            (
                "subset",
                function("overlay.subset") { (_, args, _) throws(TemplateError) in
                    let expected = try YttModules.one(args)
                    return matcher("overlay.subset_matcher") { (_, args) throws(TemplateError) in
                        OverlayComparison.difference(
                            try YAMLConversion.value(of: args[1]), try YAMLConversion.value(of: expected)) == nil
                    }
                }
            ),
            ("and_op", combined("and_op", least: 1) { $0.allSatisfy { $0 } }),
            ("or_op", combined("or_op", least: 1) { $0.contains(true) }),
            (
                "not_op",
                function("overlay.not_op") { (_, args, _) throws(TemplateError) in
                    let inner = try YttModules.one(args)
                    return matcher("overlay.or_op") { (thread, args) throws(TemplateError) in
                        !(try YttModules.bool(try thread.call(inner, args)))
                    }
                }
            ),
        ])
    }

    private static func matcher(
        _ name: String, _ holds: @escaping (StarlarkThread, [StarlarkValue]) throws(TemplateError) -> Bool
    ) -> StarlarkValue {
        YttModules.function(name) { (thread, args, _) throws(TemplateError) in
            guard args.count == 3 else { throw TemplateError("expected exactly 3 arguments") }
            return .bool(try holds(thread, args))
        }
    }

    /// `and_op` and `or_op` stop at the first result that decides.
    private static func combined(
        _ name: String, least: Int, _ combine: @escaping ([Bool]) -> Bool
    ) -> StarlarkValue {
        YttModules.function("overlay.\(name)") { (_, inner, _) throws(TemplateError) in
            if inner.count < least { throw TemplateError("expected at least one argument") }
            let decisive = name == "or_op"
            return matcher("overlay.\(name)") { (thread, args) throws(TemplateError) in
                for function in inner where try YttModules.bool(try thread.call(function, args)) == decisive {
                    return decisive
                }
                return !decisive
            }
        }
    }

    private static func apply(_ thread: StarlarkThread, _ args: [StarlarkValue]) throws(TemplateError) -> StarlarkValue
    {
        guard let first = args.first else { throw TemplateError("expected exactly at least argument") }
        let left = try YAMLConversion.value(of: first)
        for argument in args.dropFirst() {
            let right = try YAMLConversion.value(of: argument)
            try OverlayOperation(thread: thread).apply(left, right)
        }
        return YAMLConversion.starlark(left)
    }
}
