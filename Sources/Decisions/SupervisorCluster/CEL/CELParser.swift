internal import ResourceModel

/// Reads an expression; what it does not know it refuses, so that no rule is taken for held.
struct CELParser {
    private static let deepest = 64
    private static let macros: Set<String> = [
        "all", "exists", "exists_one", "filter", "map", "optMap", "optFlatMap",
    ]

    private let words: [CELLexer.Word]
    private var position = 0
    private var names: [String]
    private var depth = 0
    private let knowsOptionals: Bool

    /// `names` are the variables it may use; servers know optional values since 1.29.
    static func parse(
        _ source: String, names: [String], knowsOptionals: Bool = true
    ) throws(CELError) -> CELExpression {
        guard source.utf8.count <= 16_384 else { throw .unsupported("a rule of \(source.utf8.count) bytes") }
        var parser = CELParser(
            words: try CELLexer.words(source), names: names,
            knowsOptionals: knowsOptionals)
        let expression = try parser.conditional()
        guard parser.current.token == .end else { throw parser.unexpected() }
        return expression
    }

    private init(words: [CELLexer.Word], names: [String], knowsOptionals: Bool) {
        self.knowsOptionals = knowsOptionals
        self.words = words
        self.names = names
    }

    private var current: CELLexer.Word { words[min(position, words.count - 1)] }

    private func unexpected() -> CELError {
        let text =
            switch current.token {
            case .end: "<EOF>"
            case .name(let name): name
            case .symbol(let symbol): symbol
            case .literal(let value): value.scalarText ?? "null"
            }
        return .syntax("mismatched input '\(text)'", column: current.column)
    }

    private mutating func accept(_ symbols: String...) -> String? {
        guard case .symbol(let found) = current.token, symbols.contains(found) else { return nil }
        position += 1
        return found
    }

    private mutating func expect(_ symbol: String) throws(CELError) {
        if accept(symbol) == nil { throw unexpected() }
    }

    private mutating func conditional() throws(CELError) -> CELExpression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else { throw .unsupported("nesting deeper than \(Self.deepest)") }
        let test = try either()
        guard accept("?") != nil else { return test }
        let yes = try either()
        try expect(":")
        return .conditional(test, yes, try conditional())
    }

    private mutating func either() throws(CELError) -> CELExpression {
        var left = try both()
        while let symbol = accept("||") { left = .binary(symbol, left, try both()) }
        return left
    }

    private mutating func both() throws(CELError) -> CELExpression {
        var left = try relation()
        while let symbol = accept("&&") { left = .binary(symbol, left, try relation()) }
        return left
    }

    private mutating func relation() throws(CELError) -> CELExpression {
        var left = try sum()
        while let symbol = accept("==", "!=", "<", "<=", ">", ">=", "in") { left = .binary(symbol, left, try sum()) }
        return left
    }

    private mutating func sum() throws(CELError) -> CELExpression {
        var left = try product()
        while let symbol = accept("+", "-") { left = .binary(symbol, left, try product()) }
        return left
    }

    private mutating func product() throws(CELError) -> CELExpression {
        var left = try unary()
        while let symbol = accept("*", "/", "%") { left = .binary(symbol, left, try unary()) }
        return left
    }

    private mutating func unary() throws(CELError) -> CELExpression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else { throw .unsupported("nesting deeper than \(Self.deepest)") }
        if accept("!") != nil { return .not(try unary()) }
        if accept("-") != nil { return .negative(try unary()) }
        return try member()
    }

    private mutating func member() throws(CELError) -> CELExpression {
        var base = try primary()
        while true {
            if accept(".") != nil {
                let isOptional = try acceptOptional(".?")
                guard case .name(let name) = current.token else { throw unexpected() }
                position += 1
                if isOptional {
                    base = .optionalSelect(base, name)
                } else if accept("(") == nil {
                    base = .select(base, name)
                } else if Self.macros.contains(name) {
                    base = try macro(name, base)
                } else {
                    base = .call(try known(name), base, try arguments(until: ")"))
                }
            } else if accept("[") != nil {
                let isOptional = try acceptOptional("[?")
                let key = try conditional()
                try expect("]")
                base = isOptional ? .optionalIndex(base, key) : .index(base, key)
            } else {
                return base
            }
        }
    }

    private mutating func acceptOptional(_ syntax: String) throws(CELError) -> Bool {
        let column = current.column
        guard accept("?") != nil else { return false }
        guard knowsOptionals else { throw .syntax("unsupported syntax '\(syntax)'", column: max(0, column - 1)) }
        return true
    }

    /// `optional.of(x)`, `optional.ofNonZeroValue(x)`, `optional.none()`.
    private mutating func optional() throws(CELError) -> CELExpression {
        try expect(".")
        guard case .name(let name) = current.token, ["of", "ofNonZeroValue", "none"].contains(name) else {
            throw unexpected()
        }
        position += 1
        try expect("(")
        return .call("optional.\(name)", nil, try arguments(until: ")"))
    }

    private func known(_ name: String) throws(CELError) -> String {
        guard CELFunctions.names.contains(name) else { throw .unsupported("the function \(name)") }
        return name
    }

    private mutating func macro(_ name: String, _ range: CELExpression) throws(CELError) -> CELExpression {
        guard case .name(let variable) = current.token else { throw unexpected() }
        position += 1
        try expect(",")
        names.append(variable)
        defer { names.removeLast() }
        let first = try conditional()
        if name == "map", accept(",") != nil {
            let second = try conditional()
            try expect(")")
            return .macro(name, range, variable, second, first)
        }
        try expect(")")
        return .macro(name, range, variable, first, nil)
    }

    private mutating func arguments(until end: String) throws(CELError) -> [CELExpression] {
        if accept(end) != nil { return [] }
        var items = [try conditional()]
        while accept(",") != nil {
            if accept(end) != nil { return items }
            items.append(try conditional())
        }
        try expect(end)
        return items
    }

    private mutating func primary() throws(CELError) -> CELExpression {
        let word = current
        switch word.token {
        case .literal(let value):
            position += 1
            return .literal(value)
        case .name(let name):
            position += 1
            if name == "optional", knowsOptionals, !names.contains(name) { return try optional() }
            guard accept("(") != nil else {
                guard names.contains(name) else { throw .undeclared(name, column: word.column) }
                return .name(name)
            }
            let given = try arguments(until: ")")
            guard name == "has" else { return .call(try known(name), nil, given) }
            guard given.count == 1, case .select(let base, let field) = given[0] else {
                throw .syntax("invalid argument to has() macro", column: word.column)
            }
            return .has(base, field)
        case .symbol("("):
            position += 1
            let inner = try conditional()
            try expect(")")
            return inner
        case .symbol("["):
            position += 1
            return .list(try arguments(until: "]"))
        case .symbol("{"):
            position += 1
            return try map()
        default: throw unexpected()
        }
    }

    private mutating func map() throws(CELError) -> CELExpression {
        var keys: [CELExpression] = []
        var values: [CELExpression] = []
        while accept("}") == nil {
            if !keys.isEmpty { try expect(",") }
            keys.append(try conditional())
            try expect(":")
            values.append(try conditional())
        }
        return .map(keys, values)
    }
}
