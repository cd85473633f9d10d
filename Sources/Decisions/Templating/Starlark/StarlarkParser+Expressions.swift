extension StarlarkParser {
    /// Expressions with commas between them are a tuple.
    mutating func expressionList() throws(TemplateError) -> StarlarkExpression {
        let first = try test()
        guard isSymbol(",") else { return first }
        var items = [first]
        while takeSymbol(",") {
            if endsList { break }
            items.append(try test())
        }
        return .tuple(items)
    }

    private var endsList: Bool {
        switch current.kind {
        case .newline, .end: true
        case .symbol: [")", "]", "}", "=", ":", ";"].contains(current.text)
        default: false
        }
    }

    mutating func test() throws(TemplateError) -> StarlarkExpression {
        try enter()
        defer { leave() }
        if isKeyword("lambda") { return try lambda() }
        let value = try orTest()
        guard takeKeyword("if") else { return value }
        let condition = try orTest()
        guard takeKeyword("else") else { throw fail("conditional expression without else clause") }
        return .conditional(condition, value, try test())
    }

    private mutating func testWithoutCondition() throws(TemplateError) -> StarlarkExpression {
        if isKeyword("lambda") { return try lambda() }
        return try orTest()
    }

    private mutating func lambda() throws(TemplateError) -> StarlarkExpression {
        let line = current.line
        at += 1
        let parameters = isSymbol(":") ? [] : try self.parameters(until: ":")
        try expect(":")
        let body = try test()
        return .function(
            StarlarkCode(
                name: "lambda", file: file, line: line, parameters: parameters, body: [.giveBack(body, line: line)]))
    }

    mutating func parameters(until end: String) throws(TemplateError) -> [StarlarkParameter] {
        var result: [StarlarkParameter] = []
        var keywordOnly = false
        while !isSymbol(end) {
            if takeSymbol("**") {
                result.append(StarlarkParameter(name: try identifier().text, kind: .doubleStar))
            } else if takeSymbol("*") {
                if !isSymbol(",") { result.append(StarlarkParameter(name: try identifier().text, kind: .star)) }
                keywordOnly = true
            } else {
                var parameter = StarlarkParameter(name: try identifier().text)
                parameter.keywordOnly = keywordOnly
                if takeSymbol("=") { parameter.standard = try test() }
                result.append(parameter)
            }
            if !takeSymbol(",") { break }
        }
        return result
    }

    private mutating func orTest() throws(TemplateError) -> StarlarkExpression {
        var left = try andTest()
        while takeKeyword("or") {
            try countOperator()
            left = .or(left, try andTest())
        }
        return left
    }

    private mutating func andTest() throws(TemplateError) -> StarlarkExpression {
        var left = try notTest()
        while takeKeyword("and") {
            try countOperator()
            left = .and(left, try notTest())
        }
        return left
    }

    private mutating func notTest() throws(TemplateError) -> StarlarkExpression {
        if takeKeyword("not") {
            try enter()
            defer { leave() }
            return .not(try notTest())
        }
        return try comparison()
    }

    private mutating func comparison() throws(TemplateError) -> StarlarkExpression {
        let left = try binary(level: 0)
        guard let (found, width) = comparisonOperator() else { return left }
        let line = current.line
        at += width
        let right = try binary(level: 0)
        if let (second, _) = comparisonOperator() {
            throw fail("\(found.rawValue) does not associate with \(second.rawValue) (use parens)")
        }
        return .binary(found, left, right, line: line)
    }

    private func comparisonOperator() -> (StarlarkOperator, Int)? {
        if isKeyword("in") { return (.contained, 1) }
        if isKeyword("not"), tokens[at + 1].kind == .keyword, tokens[at + 1].text == "in" { return (.notContained, 2) }
        guard current.kind == .symbol, ["==", "!=", "<", ">", "<=", ">="].contains(current.text),
            let found = StarlarkOperator(rawValue: current.text)
        else { return nil }
        return (found, 1)
    }

    private static let levels: [[String]] = [
        ["|"], ["^"], ["&"], ["<<", ">>"], ["+", "-"], ["*", "/", "//", "%"],
    ]

    private mutating func binary(level: Int) throws(TemplateError) -> StarlarkExpression {
        guard level < Self.levels.count else { return try unary() }
        var left = try binary(level: level + 1)
        while current.kind == .symbol, Self.levels[level].contains(current.text),
            let found = StarlarkOperator(rawValue: current.text)
        {
            try countOperator()
            let line = current.line
            at += 1
            left = .binary(found, left, try binary(level: level + 1), line: line)
        }
        return left
    }

    private mutating func unary() throws(TemplateError) -> StarlarkExpression {
        let token = current
        if token.kind == .symbol, token.text == "-" || token.text == "+" || token.text == "~" {
            at += 1
            try enter()
            defer { leave() }
            return .unary(token.text, try unary(), line: token.line)
        }
        return try primaryWithSuffix()
    }

    mutating func primaryWithSuffix() throws(TemplateError) -> StarlarkExpression {
        var value = try primary()
        while true {
            let line = current.line
            if isSymbol(".") || isSymbol("[") || isSymbol("(") { try countOperator() }
            if takeSymbol(".") {
                value = .attribute(value, try identifier().text, line: line)
            } else if takeSymbol("[") {
                value = try subscripted(value, line: line)
            } else if takeSymbol("(") {
                value = .call(value, try arguments(), line: line)
            } else {
                return value
            }
        }
    }

    private mutating func subscripted(_ value: StarlarkExpression, line: Int) throws(TemplateError)
        -> StarlarkExpression
    {
        var parts: [StarlarkExpression?] = []
        if !isSymbol(":") {
            let first = try expressionList()
            if takeSymbol("]") { return .index(value, first, line: line) }
            parts.append(first)
        } else {
            parts.append(nil)
        }
        while takeSymbol(":"), parts.count < 3 {
            parts.append(isSymbol(":") || isSymbol("]") ? nil : try test())
        }
        try expect("]")
        while parts.count < 3 { parts.append(nil) }
        return .slice(value, parts, line: line)
    }

    private mutating func arguments() throws(TemplateError) -> [StarlarkArgument] {
        var result: [StarlarkArgument] = []
        while !isSymbol(")") {
            if takeSymbol("**") {
                result.append(StarlarkArgument(kind: .doubleStar, value: try test()))
            } else if takeSymbol("*") {
                result.append(StarlarkArgument(kind: .star, value: try test()))
            } else if current.kind == .identifier, tokens[at + 1].kind == .symbol, tokens[at + 1].text == "=" {
                let name = current.text
                at += 2
                result.append(StarlarkArgument(kind: .named(name), value: try test()))
            } else {
                result.append(StarlarkArgument(kind: .positional, value: try test()))
            }
            if !takeSymbol(",") { break }
        }
        try expect(")")
        return result
    }

    private mutating func primary() throws(TemplateError) -> StarlarkExpression {
        let token = current
        switch token.kind {
        case .identifier:
            at += 1
            return .name(StarlarkName(token.text, line: token.line))
        case .int:
            at += 1
            return .literal(try StarlarkOperations.integer(token.number))
        case .float:
            at += 1
            return .literal(.float(token.real))
        case .string:
            at += 1
            if current.kind == .string {
                throw fail("string literals are not concatenated without an operator: got string literal, want newline")
            }
            return .literal(.string(token.text))
        case .symbol:
            if takeSymbol("(") { return try parenthesized() }
            if takeSymbol("[") { return try listOrComprehension(line: token.line) }
            if takeSymbol("{") { return try dictionaryOrComprehension(line: token.line) }
        case .newline, .end, .keyword: break
        }
        throw fail("got \(token.display), want primary expression")
    }

    private mutating func parenthesized() throws(TemplateError) -> StarlarkExpression {
        if takeSymbol(")") { return .tuple([]) }
        let value = try expressionList()
        try expect(")")
        return value
    }

    private mutating func listOrComprehension(line: Int) throws(TemplateError) -> StarlarkExpression {
        if takeSymbol("]") { return .list([]) }
        let first = try test()
        if isKeyword("for") {
            let clauses = try self.clauses()
            try expect("]")
            return .comprehension(StarlarkComprehension(key: nil, body: first, clauses: clauses, line: line))
        }
        var items = [first]
        while takeSymbol(","), !isSymbol("]") { items.append(try test()) }
        try expect("]")
        return .list(items)
    }

    private mutating func dictionaryOrComprehension(line: Int) throws(TemplateError) -> StarlarkExpression {
        var entries: [(key: StarlarkExpression, value: StarlarkExpression)] = []
        while !isSymbol("}") {
            let key = try test()
            try expect(":")
            let value = try test()
            if entries.isEmpty, isKeyword("for") {
                let clauses = try self.clauses()
                try expect("}")
                return .comprehension(StarlarkComprehension(key: key, body: value, clauses: clauses, line: line))
            }
            entries.append((key, value))
            if !takeSymbol(",") { break }
        }
        try expect("}")
        return .dictionary(entries, line: line)
    }

    private mutating func clauses() throws(TemplateError) -> [StarlarkComprehension.Clause] {
        var result: [StarlarkComprehension.Clause] = []
        while true {
            let line = current.line
            if takeKeyword("for") {
                let target = try loopTarget()
                guard takeKeyword("in") else { throw fail("got \(current.display), want in") }
                result.append(.loop(target, try orTest(), line: line))
            } else if takeKeyword("if") {
                result.append(.condition(try testWithoutCondition()))
            } else {
                return result
            }
        }
    }
}
