/// Reads Starlark as ytt does: `if`, `for` and `def` blocks are closed by `end`.
struct StarlarkParser {
    var tokens: [StarlarkToken]
    var at = 0
    let file: String
    private var depth = 0
    /// Operators of the statement so far: a chain of them is as deep as it is long.
    private var operators = 0

    init(source: String, file: String) throws(TemplateError) {
        tokens = try StarlarkLexer.tokens(of: source, file: file)
        self.file = file
    }

    static func parse(_ source: String, file: String) throws(TemplateError) -> [StarlarkStatement] {
        var parser = try StarlarkParser(source: source, file: file)
        var statements: [StarlarkStatement] = []
        while parser.current.kind != .end {
            if parser.current.kind == .newline {
                parser.at += 1
                continue
            }
            if parser.isEndWord { throw parser.fail("unexpected end", line: parser.current.line + 1) }
            try parser.statement(into: &statements)
        }
        return statements
    }

    var current: StarlarkToken { tokens[at] }

    func fail(_ message: String, line: Int? = nil) -> TemplateError {
        StarlarkLexer.error(message, file: file, line: line ?? current.line)
    }

    private func mismatch() -> TemplateError {
        fail("mismatched set of block openings (if/else/elif/for/def) and closing (end)")
    }

    func isSymbol(_ text: String) -> Bool { current.kind == .symbol && current.text == text }
    func isKeyword(_ text: String) -> Bool { current.kind == .keyword && current.text == text }

    mutating func takeSymbol(_ text: String) -> Bool {
        if isSymbol(text) { at += 1 } else { return false }
        return true
    }

    mutating func takeKeyword(_ text: String) -> Bool {
        if isKeyword(text) { at += 1 } else { return false }
        return true
    }

    mutating func expect(_ text: String) throws(TemplateError) {
        guard takeSymbol(text) else { throw fail("got \(current.display), want '\(text)'") }
    }

    mutating func identifier() throws(TemplateError) -> StarlarkToken {
        guard current.kind == .identifier else {
            if current.kind == .keyword {
                throw fail("use of reserved keyword '\(current.text)' is not allowed (expected identifier)")
            }
            throw fail("not an identifier")
        }
        at += 1
        return tokens[at - 1]
    }

    private var isEndWord: Bool {
        current.kind == .identifier && current.text == "end"
            && (tokens[at + 1].kind == .newline || tokens[at + 1].kind == .end)
    }

    mutating func enter() throws(TemplateError) {
        depth += 1
        if depth > 200 { throw fail("code is nested too deeply (limit 'codeDepth')") }
    }

    mutating func leave() { depth -= 1 }

    mutating func countOperator() throws(TemplateError) {
        operators += 1
        if operators > 2000 { throw fail("statement has more than 2000 operators (limit 'codeDepth')") }
    }

    // MARK: statements

    private mutating func statement(into statements: inout [StarlarkStatement]) throws(TemplateError) {
        try enter()
        defer { leave() }
        if isKeyword("def") {
            statements.append(try definition())
        } else if isKeyword("if") {
            statements.append(try branch())
        } else if isKeyword("for") {
            statements.append(try loop())
        } else if isKeyword("while") {
            throw fail("this Starlark dialect does not support while loops")
        } else {
            try simpleLine(into: &statements)
        }
    }

    private mutating func simpleLine(into statements: inout [StarlarkStatement]) throws(TemplateError) {
        while true {
            statements.append(try simple())
            guard takeSymbol(";") else { break }
            if current.kind == .newline || current.kind == .end { break }
        }
        guard current.kind == .newline || current.kind == .end else {
            throw fail("got \(current.display), want newline")
        }
        if current.kind == .newline { at += 1 }
    }

    private mutating func simple() throws(TemplateError) -> StarlarkStatement {
        let line = current.line
        operators = 0
        if takeKeyword("return") {
            if current.kind == .newline || current.kind == .end || isSymbol(";") { return .giveBack(nil, line: line) }
            return .giveBack(try expressionList(), line: line)
        }
        if takeKeyword("break") { return .breakLoop(line: tokens[at - 1].line) }
        if takeKeyword("continue") { return .continueLoop(line: tokens[at - 1].line) }
        if isKeyword("load") { return try load() }
        let left = try expressionList()
        let operatorToken = current
        if takeSymbol("=") {
            let target = try self.target(left, line: line)
            return .assign(target, try expressionList(), line: operatorToken.line)
        }
        if operatorToken.kind == .symbol, operatorToken.text.hasSuffix("="), operatorToken.text.utf8.count > 1,
            let augmented = StarlarkOperator(rawValue: String(operatorToken.text.dropLast())),
            !["<=", ">=", "==", "!="].contains(operatorToken.text)
        {
            at += 1
            let target = try self.target(left, line: line)
            return .augment(target, augmented, try expressionList(), line: operatorToken.line)
        }
        return .expression(left, line: line)
    }

    func target(_ expression: StarlarkExpression, line: Int) throws(TemplateError) -> StarlarkTarget {
        switch expression {
        case .name(let name): return .name(name)
        case .attribute(let object, let name, let line): return .attribute(object, name, line: line)
        case .index(let object, let key, let line): return .index(object, key, line: line)
        case .tuple(let items), .list(let items):
            var targets: [StarlarkTarget] = []
            for item in items { targets.append(try target(item, line: line)) }
            return .many(targets, line: line)
        default: throw fail("can't assign to expression", line: line)
        }
    }

    private mutating func load() throws(TemplateError) -> StarlarkStatement {
        let line = current.line
        at += 1
        try expect("(")
        guard current.kind == .string else {
            throw fail("first operand of load statement must be a string literal")
        }
        let module = current.text
        at += 1
        var names: [(local: StarlarkName, remote: String)] = []
        while takeSymbol(","), !isSymbol(")") {
            if current.kind == .string {
                names.append((StarlarkName(current.text, line: current.line), current.text))
                at += 1
                continue
            }
            let local = try identifier()
            try expect("=")
            guard current.kind == .string else { throw fail("original name of loaded symbol must be quoted") }
            names.append((StarlarkName(local.text, line: local.line), current.text))
            at += 1
        }
        try expect(")")
        guard !names.isEmpty else { throw fail("load statement must import at least 1 symbol", line: line) }
        return .load(module, names, line: line)
    }

    /// `: statements… end`, or `: statement` on the same line (then without `end`).
    private mutating func suite(stopAtElse: Bool) throws(TemplateError) -> (body: [StarlarkStatement], inline: Bool) {
        try expect(":")
        var body: [StarlarkStatement] = []
        guard current.kind == .newline || current.kind == .end else {
            try simpleLine(into: &body)
            return (body, true)
        }
        while true {
            if current.kind == .newline {
                at += 1
                continue
            }
            if current.kind == .end { throw mismatch() }
            if isEndWord || (stopAtElse && (isKeyword("else") || isKeyword("elif"))) { return (body, false) }
            try statement(into: &body)
        }
    }

    private mutating func closeBlock() throws(TemplateError) {
        guard isEndWord else { throw mismatch() }
        at += 1
        if current.kind == .newline { at += 1 }
    }

    private mutating func branch() throws(TemplateError) -> StarlarkStatement {
        let line = current.line
        at += 1
        var arms: [(condition: StarlarkExpression, body: [StarlarkStatement])] = []
        var otherwise: [StarlarkStatement] = []
        var condition = try test()
        while true {
            let (body, inline) = try suite(stopAtElse: true)
            arms.append((condition, body))
            if inline { return .branch(arms, otherwise, line: line) }
            if takeKeyword("elif") {
                condition = try test()
                continue
            }
            if takeKeyword("else") {
                let (body, inline) = try suite(stopAtElse: false)
                otherwise = body
                if inline { return .branch(arms, otherwise, line: line) }
            }
            try closeBlock()
            return .branch(arms, otherwise, line: line)
        }
    }

    private mutating func loop() throws(TemplateError) -> StarlarkStatement {
        let line = current.line
        at += 1
        let target = try loopTarget()
        guard takeKeyword("in") else { throw fail("got \(current.display), want in") }
        let sequence = try expressionList()
        let (body, inline) = try suite(stopAtElse: false)
        if !inline { try closeBlock() }
        return .loop(target, sequence, body, line: line)
    }

    mutating func loopTarget() throws(TemplateError) -> StarlarkTarget {
        let line = current.line
        var items = [try primaryWithSuffix()]
        var isTuple = false
        while takeSymbol(",") {
            isTuple = true
            if isKeyword("in") { break }
            items.append(try primaryWithSuffix())
        }
        return try target(isTuple ? .tuple(items) : items[0], line: line)
    }

    private mutating func definition() throws(TemplateError) -> StarlarkStatement {
        let line = current.line
        at += 1
        let name = try identifier()
        try expect("(")
        let parameters = try self.parameters(until: ")")
        try expect(")")
        let (body, inline) = try suite(stopAtElse: false)
        if !inline { try closeBlock() }
        let code = StarlarkCode(name: name.text, file: file, line: line, parameters: parameters, body: body)
        return .define(StarlarkName(name.text, line: name.line), code, line: line)
    }
}
