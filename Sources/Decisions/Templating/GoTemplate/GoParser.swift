/// Reads a Go template's tokens (`text/template/parse`), with its words for what is wrong.
struct GoParser {
    private static let deepest = 200

    let name: String
    private let functions: Set<String>
    private var tokens: [GoToken]
    private var index = 0
    private var variables: [String] = ["$"]
    private var loopDepth = 0
    private var depth = 0
    private(set) var templates: [String: [GoNode]] = [:]

    /// The bodies of all templates in the text, the main one under `name`.
    static func parse(_ text: String, name: String, functions: Set<String>) throws(TemplateError) -> [String: [GoNode]]
    {
        var parser = GoParser(name: name, text: text, functions: functions)
        try parser.main()
        return parser.templates
    }

    private init(name: String, text: String, functions: Set<String>) {
        self.name = name
        self.functions = functions
        tokens = GoLexer.tokens(of: text)
    }

    // MARK: Tokens

    private var last: GoToken { tokens[tokens.count - 1] }

    private mutating func next() -> GoToken {
        let token = index < tokens.count ? tokens[index] : last
        index += 1
        return token
    }

    private func peek() -> GoToken { index < tokens.count ? tokens[index] : last }

    private mutating func nextNonSpace() -> GoToken {
        var token = next()
        while token.kind == .space { token = next() }
        return token
    }

    private mutating func peekNonSpace() -> GoToken {
        while peek().kind == .space { index += 1 }
        return peek()
    }

    private func failure(_ message: String, line: Int? = nil) -> TemplateError {
        let line = line ?? tokens[min(max(index - 1, 0), tokens.count - 1)].line
        return TemplateError("template: \(name):\(line): \(message)", file: name, line: line)
    }

    private func unexpected(_ token: GoToken, _ context: String) -> TemplateError {
        if token.kind == .error { return failure(token.value, line: token.line) }
        return failure("unexpected \(token.description) in \(context)", line: token.line)
    }

    private mutating func expect(_ kind: GoToken.Kind, _ context: String) throws(TemplateError) -> GoToken {
        let token = nextNonSpace()
        guard token.kind == kind else { throw unexpected(token, context) }
        return token
    }

    // MARK: Nodes

    private enum Item {
        case node(GoNode)
        case end
        case otherwise
    }

    private mutating func main() throws(TemplateError) {
        var nodes: [GoNode] = []
        while peek().kind != .end {
            if peek().kind == .leftDelimiter {
                let start = index
                index += 1
                let token = nextNonSpace()
                if token.kind == .keyword, token.value == "define" {
                    try definition()
                    continue
                }
                index = start
            }
            switch try item() {
            case .node(let node): nodes.append(node)
            case .end: throw failure("unexpected {{end}}")
            case .otherwise: throw failure("unexpected {{else}}")
            }
        }
        templates[name] = nodes
    }

    private mutating func definition() throws(TemplateError) {
        let context = "define clause"
        let token = nextNonSpace()
        guard token.kind == .string || token.kind == .rawString else { throw unexpected(token, context) }
        let name = try string(token)
        _ = try expect(.rightDelimiter, context)
        let outer = variables
        variables = ["$"]
        let (body, ending) = try list()
        guard case .end = ending else { throw failure("unexpected {{else}} in \(context)") }
        variables = outer
        try add(name, body)
    }

    private mutating func add(_ name: String, _ body: [GoNode]) throws(TemplateError) {
        let isBlank = body.allSatisfy { node in
            if case .text(let text) = node.kind { return text.allSatisfy(\.isWhitespace) }
            return false
        }
        if templates[name] != nil {
            if isBlank { return }
            throw failure("multiple definition of template \(GoFormat.quoted(name))")
        }
        templates[name] = body
    }

    /// Nodes up to `{{end}}` or `{{else}}`.
    private mutating func list() throws(TemplateError) -> ([GoNode], Item) {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else {
            throw failure("blocks are nested deeper than \(Self.deepest) (limit 'yamlDepth')")
        }
        var nodes: [GoNode] = []
        while peekNonSpace().kind != .end {
            switch try item() {
            case .node(let node): nodes.append(node)
            case .end: return (nodes, .end)
            case .otherwise: return (nodes, .otherwise)
            }
        }
        index += 1
        throw failure("unexpected EOF")
    }

    private mutating func item() throws(TemplateError) -> Item {
        let token = nextNonSpace()
        switch token.kind {
        case .text: return .node(GoNode(kind: .text(token.value), position: token.position))
        case .leftDelimiter: return try action()
        default: throw unexpected(token, "input")
        }
    }

    private mutating func action() throws(TemplateError) -> Item {
        let token = nextNonSpace()
        guard token.kind == .keyword else {
            index -= 1
            let pipe = try pipeline("command", end: .rightDelimiter)
            return .node(GoNode(kind: .action(pipe), position: token.position))
        }
        switch token.value {
        case "if": return try branch(.condition)
        case "range": return try branch(.range)
        case "with": return try branch(.with)
        case "template": return try call()
        case "block": return try block()
        case "break", "continue":
            let end = nextNonSpace()
            guard end.kind == .rightDelimiter else { throw unexpected(end, "{{\(token.value)}}") }
            guard loopDepth > 0 else { throw failure("{{\(token.value)}} outside {{range}}") }
            return .node(
                GoNode(kind: token.value == "break" ? .breakLoop : .continueLoop, position: token.position))
        case "end":
            _ = try expect(.rightDelimiter, "end")
            return .end
        case "else":
            // `{{else if …}}` is read as an else with an if inside.
            let next = peekNonSpace()
            if next.kind == .keyword, next.value == "if" || next.value == "with" { return .otherwise }
            _ = try expect(.rightDelimiter, "else")
            return .otherwise
        default: throw unexpected(token, "command")
        }
    }

    private mutating func branch(_ keyword: GoBranch.Keyword) throws(TemplateError) -> Item {
        let outer = variables.count
        defer { variables.removeLast(variables.count - outer) }
        let pipe = try pipeline(keyword.rawValue, end: .rightDelimiter)
        if keyword == .range { loopDepth += 1 }
        let (body, ending) = try list()
        if keyword == .range { loopDepth -= 1 }
        var otherwise: [GoNode] = []
        if case .otherwise = ending {
            let next = peekNonSpace()
            if next.kind == .keyword, keyword != .range, next.value == keyword.rawValue {
                index += 1
                depth += 1
                defer { depth -= 1 }
                guard depth <= Self.deepest else {
                    throw failure("blocks are nested deeper than \(Self.deepest) (limit 'yamlDepth')")
                }
                if case .node(let node) = try branch(keyword) { otherwise = [node] }
            } else if next.kind == .keyword {
                throw unexpected(next, "else")
            } else {
                let (nodes, last) = try list()
                guard case .end = last else { throw failure("expected end; found {{else}}") }
                otherwise = nodes
            }
        }
        let made = GoBranch(keyword: keyword, pipe: pipe, body: body, otherwise: otherwise)
        return .node(GoNode(kind: .branch(made), position: pipe.position))
    }

    private mutating func call() throws(TemplateError) -> Item {
        let context = "template clause"
        let nameToken = nextNonSpace()
        guard nameToken.kind == .string || nameToken.kind == .rawString else { throw unexpected(nameToken, context) }
        let name = try string(nameToken)
        var pipe: GoPipe?
        if nextNonSpace().kind != .rightDelimiter {
            index -= 1
            pipe = try pipeline(context, end: .rightDelimiter)
        }
        return .node(GoNode(kind: .template(name: name, pipe), position: nameToken.position))
    }

    private mutating func block() throws(TemplateError) -> Item {
        let context = "block clause"
        let nameToken = nextNonSpace()
        guard nameToken.kind == .string || nameToken.kind == .rawString else { throw unexpected(nameToken, context) }
        let name = try string(nameToken)
        let pipe = try pipeline(context, end: .rightDelimiter)
        let outer = variables
        variables = ["$"]
        let (body, ending) = try list()
        guard case .end = ending else { throw failure("unexpected {{else}} in \(context)") }
        variables = outer
        try add(name, body)
        return .node(GoNode(kind: .template(name: name, pipe), position: nameToken.position))
    }

    // MARK: Pipelines

    private mutating func pipeline(_ context: String, end: GoToken.Kind) throws(TemplateError) -> GoPipe {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else {
            throw failure("expressions are nested deeper than \(Self.deepest) (limit 'expressionDepth')")
        }
        var pipe = GoPipe(position: peekNonSpace().position)
        try declarations(&pipe, context)
        while true {
            let token = nextNonSpace()
            switch token.kind {
            case end:
                guard !pipe.commands.isEmpty else { throw failure("missing value for \(context)") }
                for (stage, command) in pipe.commands.enumerated().dropFirst() {
                    switch command.operands[0].kind {
                    case .bool, .dot, .null, .number, .string:
                        throw failure("non executable command in pipeline stage \(stage + 1)")
                    case .identifier, .field, .variable, .chain, .pipe: break
                    }
                }
                return pipe
            case .bool, .characterConstant, .dot, .field, .identifier, .number, .nilWord, .rawString, .string,
                .variable, .leftParenthesis:
                index -= 1
                pipe.commands.append(try command())
            default: throw unexpected(token, context)
            }
        }
    }

    private mutating func declarations(_ pipe: inout GoPipe, _ context: String) throws(TemplateError) {
        while peekNonSpace().kind == .variable {
            let start = index
            let variable = next()
            let following = peekNonSpace()
            if following.kind == .assign || following.kind == .declare {
                index += 1
                pipe.isAssignment = following.kind == .assign
                if pipe.isAssignment { try known(variable) }
                pipe.declared.append(.init(name: variable.value, position: variable.position))
                variables.append(variable.value)
                return
            }
            guard following.kind == .character, following.value == "," else {
                index = start
                return
            }
            index += 1
            pipe.declared.append(.init(name: variable.value, position: variable.position))
            variables.append(variable.value)
            guard context == "range", pipe.declared.count < 2 else {
                throw failure("too many declarations in \(context)")
            }
            guard [.variable, .rightDelimiter, .rightParenthesis].contains(peekNonSpace().kind) else {
                throw failure("range can only initialize variables")
            }
        }
    }

    private func known(_ token: GoToken) throws(TemplateError) {
        guard variables.contains(token.value) else {
            throw failure("undefined variable \(GoFormat.quoted(token.value))", line: token.line)
        }
    }

    private mutating func command() throws(TemplateError) -> GoCommand {
        var command = GoCommand(position: peekNonSpace().position, operands: [])
        while true {
            _ = peekNonSpace()
            if let operand = try operand() { command.operands.append(operand) }
            let token = next()
            switch token.kind {
            case .space: continue
            case .rightDelimiter, .rightParenthesis: index -= 1
            case .pipe: break
            default: throw unexpected(token, "operand")
            }
            break
        }
        guard !command.operands.isEmpty else { throw failure("empty command") }
        return command
    }

    private mutating func operand() throws(TemplateError) -> GoOperand? {
        guard var operand = try term() else { return nil }
        guard peek().kind == .field else { return operand }
        let position = peek().position
        var fields: [String] = []
        while peek().kind == .field { fields.append(String(next().value.dropFirst())) }
        switch operand.kind {
        case .field(let names): operand.kind = .field(names + fields)
        case .variable(let name, let names): operand.kind = .variable(name, names + fields)
        case .bool, .string, .number, .null, .dot:
            throw failure("unexpected . after term \(GoFormat.quoted(operand.text))")
        case .identifier, .chain, .pipe:
            return GoOperand(kind: .chain(operand, fields), position: position)
        }
        operand.position = position
        return operand
    }

    private mutating func term() throws(TemplateError) -> GoOperand? {
        let token = nextNonSpace()
        func made(_ kind: GoOperand.Kind) -> GoOperand {
            GoOperand(kind: kind, position: token.position, source: token.value)
        }
        switch token.kind {
        case .identifier:
            guard functions.contains(token.value) else {
                throw failure("function \(GoFormat.quoted(token.value)) not defined", line: token.line)
            }
            return made(.identifier(token.value))
        case .dot: return made(.dot)
        case .nilWord: return made(.null)
        case .variable:
            try known(token)
            return made(.variable(token.value, []))
        case .field: return made(.field([String(token.value.dropFirst())]))
        case .bool: return made(.bool(token.value == "true"))
        case .number:
            guard let number = GoNumber(token.value) else { throw unexpected(token, "operand") }
            return made(.number(number))
        case .characterConstant:
            guard let text = GoFormat.unquoted(token.value), let scalar = text.unicodeScalars.first,
                text.unicodeScalars.count == 1
            else { throw failure("malformed character constant: \(token.value)") }
            return made(.number(GoNumber(character: Int64(scalar.value))))
        case .string, .rawString: return made(.string(try string(token)))
        case .leftParenthesis: return made(.pipe(try pipeline("parenthesized pipeline", end: .rightParenthesis)))
        default:
            index -= 1
            return nil
        }
    }

    private func string(_ token: GoToken) throws(TemplateError) -> String {
        guard let text = GoFormat.unquoted(token.value) else { throw failure("invalid syntax") }
        return text
    }
}
