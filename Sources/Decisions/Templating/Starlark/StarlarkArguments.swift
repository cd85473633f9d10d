/// Unpacks the arguments of functions written in Swift, with the messages of Starlark's own.
enum StarlarkArguments {
    /// Named parameters; those that end in `?` may be left out.
    static func named(
        _ function: String, _ args: [StarlarkValue], _ kwargs: StarlarkValue.Keywords, _ names: [String]
    ) throws(TemplateError) -> [StarlarkValue?] {
        let required = names.prefix { !$0.hasSuffix("?") }.count
        let plain = names.map { $0.hasSuffix("?") ? String($0.dropLast()) : $0 }
        if args.count > names.count {
            throw TemplateError("\(function): got \(args.count) arguments, want at most \(names.count)")
        }
        var result: [StarlarkValue?] = Array(repeating: nil, count: names.count)
        for (place, value) in args.enumerated() { result[place] = value }
        for (name, value) in kwargs {
            guard let place = plain.firstIndex(of: name) else {
                throw TemplateError("\(function): unexpected keyword argument \(name)")
            }
            if result[place] != nil {
                throw TemplateError("\(function): got multiple values for keyword argument \(name)")
            }
            result[place] = value
        }
        for place in 0..<required where result[place] == nil {
            throw TemplateError("\(function): missing argument for \(plain[place])")
        }
        return result
    }

    /// Positional parameters only: at least `least`, at most `most`.
    static func positional(
        _ function: String, _ args: [StarlarkValue], _ kwargs: StarlarkValue.Keywords, least: Int, most: Int
    ) throws(TemplateError) {
        let prefix = function.isEmpty ? "" : function + ": "
        if !kwargs.isEmpty { throw TemplateError("\(prefix)unexpected keyword arguments") }
        let got = "\(prefix)got \(args.count) arguments, want "
        if args.count < least { throw TemplateError(got + (least == most ? "" : "at least ") + String(least)) }
        if args.count > most { throw TemplateError(got + (least == most ? "" : "at most ") + String(most)) }
    }

    static func string(_ function: String, _ value: StarlarkValue) throws(TemplateError) -> String {
        if case .string(let text) = value { return text }
        throw TemplateError("\(function): for parameter 1: got \(value.typeName), want string")
    }

    static func int(_ function: String, _ value: StarlarkValue, _ parameter: Int = 1) throws(TemplateError) -> Int {
        if case .int(let number) = value { return number }
        if case .big = value { throw TemplateError("\(function): for parameter \(parameter): value out of range") }
        throw TemplateError("\(function): for parameter \(parameter): got \(value.typeName), want int")
    }
}
