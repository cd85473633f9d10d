/// `@ytt:regexp`.
enum RegexpModule {
    /// States that one call may look at.
    private static let mostStates = 4_000_000

    static func make() -> StarlarkValue {
        StarlarkStruct.module([
            (
                "match",
                YttModules.function("regexp.match") { (_, args, _) throws(TemplateError) in
                    guard args.count == 2 else { throw TemplateError("expected exactly two arguments") }
                    let expression = try RegularExpression(try YttModules.string(args[0]))
                    let target = Array(try YttModules.string(args[1]).unicodeScalars)
                    var budget = mostStates
                    return .bool(try expression.match(target, budget: &budget) != nil)
                }
            ),
            (
                "replace",
                YttModules.function("regexp.replace") { (thread, args, _) throws(TemplateError) in
                    guard args.count == 3 else { throw TemplateError("expected exactly 3 arguments") }
                    let expression = try RegularExpression(try YttModules.string(args[0]))
                    return .string(
                        try replace(expression, try YttModules.string(args[1]), with: args[2], thread: thread))
                }
            ),
        ])
    }

    private static func replace(
        _ expression: RegularExpression, _ source: String, with replacement: StarlarkValue, thread: StarlarkThread
    ) throws(TemplateError) -> String {
        let text = Array(source.unicodeScalars)
        var result = String.UnicodeScalarView()
        var position = 0
        var copied = 0
        var budget = mostStates
        while position <= text.count,
            let saves = try expression.match(text, from: position, budget: &budget)
        {
            try thread.step()
            result.append(contentsOf: text[copied..<saves[0]])
            let matched = String(String.UnicodeScalarView(text[saves[0]..<saves[1]]))
            if case .string(let template) = replacement {
                result.append(contentsOf: expand(template, saves, text, expression).unicodeScalars)
            } else if replacement.isCallable {
                let made = try thread.call(replacement, [.string(matched)])
                result.append(contentsOf: try YttModules.string(made).unicodeScalars)
            } else {
                throw TemplateError("expected a string or function, but was \(replacement.typeName)")
            }
            try thread.checkSize(result.count)
            copied = saves[1]
            if saves[1] > saves[0] {
                position = saves[1]
            } else {
                if saves[1] < text.count { result.append(text[saves[1]]) }
                copied = min(saves[1] + 1, text.count)
                position = saves[1] + 1
            }
        }
        result.append(contentsOf: text[min(copied, text.count)...])
        return String(result)
    }

    /// `$1`, `${1}`, `$name` and `$$`, as Go expands them.
    private static func expand(
        _ template: String, _ saves: [Int], _ text: [Unicode.Scalar], _ expression: RegularExpression
    ) -> String {
        var result = String.UnicodeScalarView()
        var rest = Array(template.unicodeScalars)[...]
        while let scalar = rest.popFirst() {
            guard scalar == "$", let next = rest.first else {
                result.append(scalar)
                continue
            }
            if next == "$" {
                result.append(rest.removeFirst())
                continue
            }
            var name = String.UnicodeScalarView()
            let braced = next == "{"
            var ahead = braced ? rest.dropFirst() : rest
            while let letter = ahead.first,
                letter == "_" || letter.properties.isAlphabetic || ("0"..."9").contains(letter)
            {
                name.append(letter)
                ahead = ahead.dropFirst()
            }
            if name.isEmpty || (braced && ahead.first != "}") {
                result.append(scalar)
                continue
            }
            rest = braced ? ahead.dropFirst() : ahead
            let key = String(name)
            let group = Int(key) ?? expression.names.first { $0.value == key }?.key
            if let group, group <= expression.groupCount, saves[group * 2] >= 0 {
                result.append(contentsOf: text[saves[group * 2]..<saves[group * 2 + 1]])
            }
        }
        return String(result)
    }
}
