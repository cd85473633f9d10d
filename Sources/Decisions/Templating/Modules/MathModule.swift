/// `@ytt:math`.
enum MathModule {
    static func make() -> StarlarkValue {
        StarlarkStruct.module([
            whole("ceil", .up), whole("floor", .down),
            one("fabs") { $0.magnitude }, one("sqrt") { $0.squareRoot() },
            one("round") { $0.rounded(.toNearestOrAwayFromZero) }, one("exp", MathFunctions.exp),
            two("copysign") { Double(signOf: $1, magnitudeOf: $0) },
            // ytt gives the function this name, which its messages show.
            two("mod", shownAs: "round") { $0.truncatingRemainder(dividingBy: $1) },
            two("pow", MathFunctions.pow), two("remainder") { $0.remainder(dividingBy: $1) },
            one("acos", MathFunctions.acos), one("asin", MathFunctions.asin), one("atan", MathFunctions.atan),
            two("atan2", MathFunctions.atan2), two("hypot", MathFunctions.hypot),
            one("cos", MathFunctions.cos), one("sin", MathFunctions.sin), one("tan", MathFunctions.tan),
            one("degrees") { 360 * $0 / (2 * .pi) }, one("radians") { 2 * .pi * $0 / 360 },
            one("acosh", MathFunctions.acosh), one("asinh", MathFunctions.asinh), one("atanh", MathFunctions.atanh),
            one("cosh", MathFunctions.cosh), one("sinh", MathFunctions.sinh), one("tanh", MathFunctions.tanh),
            ("log", .builtin(StarlarkBuiltin("log", namesErrors: false, logarithm))),
            one("gamma", MathFunctions.gamma), ("pi", .float(.pi)), ("e", .float(2.718281828459045)),
        ])
    }

    private static func number(_ value: StarlarkValue) throws(TemplateError) -> Double {
        if let number = StarlarkOperations.number(value) { return number }
        throw TemplateError("got \(value.typeName), want float or int")
    }

    private static func one(_ name: String, _ body: @escaping (Double) -> Double) -> (String, StarlarkValue) {
        let function = YttModules.function(name) { (_, args, kwargs) throws(TemplateError) in
            try StarlarkArguments.positional(name, args, kwargs, least: 1, most: 1)
            return .float(body(try number(args[0])))
        }
        return (name, function)
    }

    private static func two(
        _ name: String, shownAs shown: String? = nil, _ body: @escaping (Double, Double) -> Double
    ) -> (String, StarlarkValue) {
        let shown = shown ?? name
        let function = YttModules.function(shown) { (_, args, kwargs) throws(TemplateError) in
            try StarlarkArguments.positional(shown, args, kwargs, least: 2, most: 2)
            return .float(body(try number(args[0]), try number(args[1])))
        }
        return (name, function)
    }

    private static func whole(_ name: String, _ rule: FloatingPointRoundingRule) -> (String, StarlarkValue) {
        let function = YttModules.function(name) { (_, args, kwargs) throws(TemplateError) in
            try StarlarkArguments.positional(name, args, kwargs, least: 1, most: 1)
            if StarlarkOperations.integer(args[0]) != nil { return args[0] }
            let value = try number(args[0])
            guard let whole = BigInteger(value.rounded(rule)) else {
                throw TemplateError("cannot convert float \(value.isNaN ? "NaN" : "infinity") to integer")
            }
            return try StarlarkOperations.integer(whole)
        }
        return (name, function)
    }

    private static func logarithm(
        _ thread: StarlarkThread, _ args: [StarlarkValue], _ kwargs: StarlarkValue.Keywords
    ) throws(TemplateError) -> StarlarkValue {
        try StarlarkArguments.positional("log", args, kwargs, least: 1, most: 2)
        let value = try number(args[0])
        guard args.count > 1 else { return .float(MathFunctions.log(value)) }
        let base = try number(args[1])
        if base == 1 { throw TemplateError("division by zero") }
        return .float(MathFunctions.log(value) / MathFunctions.log(base))
    }
}
