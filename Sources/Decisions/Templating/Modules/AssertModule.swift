/// `@ytt:assert`, and the assertions that validations use.
enum AssertModule {
    static func make() -> StarlarkValue {
        let function = YttModules.function
        return StarlarkStruct.module([
            ("equals", function("assert.equals") { (_, args, _) throws(TemplateError) in try equals(args) }),
            (
                "fail",
                function("assert.fail") { (_, args, _) throws(TemplateError) in
                    throw TemplateError("fail: " + (try YttModules.string(try YttModules.one(args))))
                }
            ),
            (
                "try_to",
                function("assert.try_to") { (thread, args, _) throws(TemplateError) in try tryTo(thread, args) }
            ),
            (
                "not_null",
                function("assert.not_null") { (thread, args, _) throws(TemplateError) in
                    if args.count > 1 { throw TemplateError("got \(args.count) arguments, want at most 1") }
                    let check = try notNull(thread.session)
                    return args.isEmpty ? assertion(check) : try thread.call(check, args)
                }
            ),
            (
                "one_not_null",
                function("assert.one_not_null") { (_, args, _) throws(TemplateError) in
                    if args.count > 1 { throw TemplateError("got \(args.count) arguments, want 1") }
                    guard let keys = args.first else { return assertion(oneNotNull(nil)) }
                    if case .bool(let flag) = keys {
                        if flag { return assertion(oneNotNull(nil)) }
                        throw TemplateError("one_not_null() cannot be False")
                    }
                    guard case .string = keys else {
                        guard let list = StarlarkOperations.elements(keys) else {
                            throw TemplateError("expected a sequence of keys, but was a '\(keys.typeName)'")
                        }
                        return assertion(oneNotNull(list))
                    }
                    throw TemplateError("expected a sequence of keys, but was a 'string'")
                }
            ),
            ("min", checked("min") { (session, value) throws(TemplateError) in try minimum(session, value) }),
            ("max", checked("max") { (session, value) throws(TemplateError) in try maximum(session, value) }),
            ("min_len", checked("min_len") { (session, value) throws(TemplateError) in try minLength(session, value) }),
            ("max_len", checked("max_len") { (session, value) throws(TemplateError) in try maxLength(session, value) }),
            (
                "one_of",
                function("assert.one_of") { (thread, args, _) throws(TemplateError) in
                    if args.isEmpty { throw TemplateError("got 0 arguments, want at least 1") }
                    let allowed = args.count == 1 ? args[0] : .tuple(args)
                    return assertion(try oneOf(thread.session, allowed))
                }
            ),
        ])
    }

    private static func checked(
        _ name: String, _ make: @escaping (StarlarkSession, StarlarkValue) throws(TemplateError) -> StarlarkValue
    ) -> StarlarkValue {
        YttModules.function("assert.\(name)") { (thread, args, _) throws(TemplateError) in
            guard args.count == 1 else { throw TemplateError("got \(args.count) arguments, want 1") }
            return assertion(try make(thread.session, args[0]))
        }
    }

    private static func assertion(_ check: StarlarkValue) -> StarlarkValue {
        .structure(StarlarkStruct([("check", check)], typeName: "@ytt:assert.assertion"))
    }

    private static func equals(_ args: [StarlarkValue]) throws(TemplateError) -> StarlarkValue {
        guard args.count == 2 else { throw TemplateError("got \(args.count) arguments, want 2") }
        for value in args where value.isCallable {
            throw TemplateError("expected argument not to be a function, but was \(value.goType)")
        }
        let expected = YAMLPrinter.print(try YAMLConversion.value(of: args[0]))
        let actual = YAMLPrinter.print(try YAMLConversion.value(of: args[1]))
        if expected == actual { return .none }
        throw TemplateError(
            "Not equal:\n(expected type: \(args[0].typeName))\n\(expected)\n\n"
                + "(was type: \(args[1].typeName))\n\(actual)"
        )
    }

    private static func tryTo(_ thread: StarlarkThread, _ args: [StarlarkValue]) throws(TemplateError) -> StarlarkValue
    {
        let function = try YttModules.one(args)
        guard function.isCallable else {
            throw TemplateError("expected argument to be a function, but was \(function.goType)")
        }
        do throws(TemplateError) {
            return .tuple([try thread.call(function, []), .none])
        } catch {
            if error.message.contains("rendering stopped") { throw error }
            return .tuple([.none, .string(error.message)])
        }
    }

    // MARK: the checks

    /// A function of one expression, so that its own errors are those of Starlark.
    private static func lambda(
        _ name: String, _ source: String, _ names: [String: StarlarkValue], _ session: StarlarkSession
    ) throws(TemplateError) -> StarlarkValue {
        let program = try StarlarkParser.parse("check = \(source)\n", file: "assert.\(name)")
        let module = StarlarkModule(file: "assert.\(name)")
        let slots = try StarlarkResolver.resolve(
            program, module: module, predeclared: names, universe: session.universe)
        session.keep(module)
        try StarlarkThread.plain(session).run(program, module: module, slots: slots)
        return module.globals[0] ?? .none
    }

    private static let plain = "yaml.decode(yaml.encode(value))"

    static func minimum(_ session: StarlarkSession, _ value: StarlarkValue) throws(TemplateError) -> StarlarkValue {
        try lambda(
            "min", "lambda value: \(plain) >= yaml.decode(yaml.encode(bound)) or fail(\"value < {}\".format(bound))",
            ["bound": value, "yaml": EncodingModules.yaml()], session)
    }

    static func maximum(_ session: StarlarkSession, _ value: StarlarkValue) throws(TemplateError) -> StarlarkValue {
        try lambda(
            "max", "lambda value: \(plain) <= yaml.decode(yaml.encode(bound)) or fail(\"value > {}\".format(bound))",
            ["bound": value, "yaml": EncodingModules.yaml()], session)
    }

    static func minLength(_ session: StarlarkSession, _ value: StarlarkValue) throws(TemplateError) -> StarlarkValue {
        try lambda(
            "min_len", "lambda sequence: len(sequence) >= bound or fail(\"length = {}\".format(len(sequence)))",
            ["bound": value], session)
    }

    static func maxLength(_ session: StarlarkSession, _ value: StarlarkValue) throws(TemplateError) -> StarlarkValue {
        try lambda(
            "max_len", "lambda sequence: len(sequence) <= bound or fail(\"length = {}\".format(len(sequence)))",
            ["bound": value], session)
    }

    static func notNull(_ session: StarlarkSession) throws(TemplateError) -> StarlarkValue {
        try lambda(
            "not_null", "lambda value: value != None or fail(\"value is null\")", [:], session)
    }

    static func oneOf(_ session: StarlarkSession, _ value: StarlarkValue) throws(TemplateError) -> StarlarkValue {
        guard StarlarkOperations.elements(value) != nil else {
            throw TemplateError("expected a sequence, but was a '\(value.typeName)'")
        }
        return try lambda(
            "one_of",
            "lambda val: yaml.decode(yaml.encode(val)) in yaml.decode(yaml.encode(bound)) "
                + "or fail(\"not one of allowed values\")",
            ["bound": value, "yaml": EncodingModules.yaml()], session)
    }

    static func oneNotNull(_ keys: [StarlarkValue]?) -> StarlarkValue {
        YttModules.function("check") { (_, args, _) throws(TemplateError) in
            guard args.count == 1 else { throw TemplateError("got \(args.count) arguments, want 1") }
            guard let pairs = StarlarkOperations.pairs(args[0]) else {
                throw TemplateError("value must be a map or dict, but was '\(args[0].typeName)'")
            }
            if pairs.isEmpty { throw TemplateError("value is empty") }
            var found: [StarlarkValue] = []
            for key in keys ?? pairs.map(\.key) {
                for pair in pairs where try StarlarkOperations.equal(pair.key, key) {
                    if case .none = pair.value { continue }
                    found.append(key)
                }
            }
            if found.isEmpty {
                throw TemplateError(
                    keys.map { "all values are null: \(StarlarkValue.list(StarlarkList($0)).representation)" }
                        ?? "all values are null")
            }
            if found.count > 1 {
                throw TemplateError("\(StarlarkValue.list(StarlarkList(found)).representation) are not null")
            }
            return .bool(true)
        }
    }
}
