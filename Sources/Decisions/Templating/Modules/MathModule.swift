/// `@ytt:math`, without what needs a mathematics library.
enum MathModule {
    static func make() -> StarlarkValue {
        func one(_ name: String, _ body: @escaping (Double) -> Double) -> (String, StarlarkValue) {
            (
                name,
                YttModules.function("math.\(name)") { (_, args, _) throws(TemplateError) in
                    guard let number = StarlarkOperations.number(try YttModules.one(args)) else {
                        throw TemplateError("for parameter x: got \(args[0].typeName), want float or int")
                    }
                    return .float(body(number))
                }
            )
        }
        func whole(_ name: String, _ rule: FloatingPointRoundingRule) -> (String, StarlarkValue) {
            (
                name,
                YttModules.function("math.\(name)") { (_, args, _) throws(TemplateError) in
                    let value = try YttModules.one(args)
                    if case .int = value { return value }
                    guard let number = StarlarkOperations.number(value), let whole = Int(exactly: number.rounded(rule))
                    else { throw TemplateError("for parameter x: got \(value.typeName), want float or int") }
                    return .int(whole)
                }
            )
        }
        func two(_ name: String, _ body: @escaping (Double, Double) throws(TemplateError) -> Double)
            -> (String, StarlarkValue)
        {
            (
                name,
                YttModules.function("math.\(name)") { (_, args, _) throws(TemplateError) in
                    guard args.count == 2, let first = StarlarkOperations.number(args[0]),
                        let second = StarlarkOperations.number(args[1])
                    else { throw TemplateError("want two numbers") }
                    return .float(try body(first, second))
                }
            )
        }
        return StarlarkStruct.module([
            whole("ceil", .up), whole("floor", .down),
            one("fabs") { $0.magnitude }, one("sqrt") { $0.squareRoot() },
            one("round") { $0.rounded(.toNearestOrAwayFromZero) },
            one("degrees") { $0 * 180 / .pi }, one("radians") { $0 * .pi / 180 },
            two("copysign") { Double(signOf: $1, magnitudeOf: $0) },
            two("mod") { $0.truncatingRemainder(dividingBy: $1) },
            two("remainder") { $0.remainder(dividingBy: $1) },
            two("pow") { (base, exponent) throws(TemplateError) in
                guard let count = Int(exactly: exponent), abs(count) < 4096 else {
                    throw TemplateError("only whole exponents are supported by this renderer")
                }
                var result = 1.0
                for _ in 0..<abs(count) { result *= base }
                return count < 0 ? 1 / result : result
            },
            ("pi", .float(.pi)), ("e", .float(2.718281828459045)),
        ])
    }
}
