/// Finds out where each name's value is, before the program runs.
struct StarlarkResolver {
    private final class Block {
        var names: [String: Int]
        /// A function's own block; otherwise a comprehension inside of one.
        let isFunction: Bool
        init(names: [String: Int], isFunction: Bool) {
            self.names = names
            self.isFunction = isFunction
        }
    }

    private let module: StarlarkModule
    private let predeclared: [String: StarlarkValue]
    private let universe: [String: StarlarkValue]
    private var blocks: [Block] = []
    private var codes: [StarlarkCode] = []
    private var usesNodes: [Bool] = []
    private var dialect: TemplateDialect?
    private var problems: [(line: Int, text: String)] = []
    /// Loops and conditions around the statement, in the function or file it belongs to.
    private var loops = 0
    private var conditions = 0

    /// Resolves a file; the result tells how many slots its top level needs.
    static func resolve(
        _ program: [StarlarkStatement], module: StarlarkModule, predeclared: [String: StarlarkValue],
        universe: [String: StarlarkValue]
    ) throws(TemplateError) -> Int {
        var resolver = StarlarkResolver(module: module, predeclared: predeclared, universe: universe)
        var names: [String] = []
        Self.collect(program, into: &names)
        module.globalNames = names
        module.globals = Array(repeating: nil, count: names.count)
        let top = StarlarkCode(name: "<toplevel>", file: module.file, line: 1, parameters: [], body: program)
        resolver.codes = [top]
        resolver.usesNodes = [false]
        resolver.globalIndex = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        resolver.blocks = [Block(names: [:], isFunction: true)]
        resolver.statements(program)
        try resolver.reportUndefined()
        return top.locals.count
    }

    private var globalIndex: [String: Int] = [:]

    private init(
        module: StarlarkModule, predeclared: [String: StarlarkValue], universe: [String: StarlarkValue]
    ) {
        self.module = module
        self.predeclared = predeclared
        self.universe = universe
    }

    private func reportUndefined() throws(TemplateError) {
        guard let first = problems.first else { return }
        var error = TemplateError("", file: module.file, line: first.line)
        error.isEvaluation = true
        var lines: [String] = []
        for problem in problems.sorted(by: { $0.line < $1.line }) {
            lines.append(problem.text)
            error.frames.append(StarlarkFrameInfo(function: "", file: module.file, line: problem.line))
        }
        error.message = lines.joined(separator: "\n")
        error.isList = true
        throw error
    }

    // MARK: names bound by statements

    private static func collect(_ statements: [StarlarkStatement], into names: inout [String]) {
        for statement in statements {
            switch statement {
            case .assign(let target, _, _), .augment(let target, _, _, _): collect(target, into: &names)
            case .branch(let arms, let otherwise, _):
                for arm in arms { collect(arm.body, into: &names) }
                collect(otherwise, into: &names)
            case .loop(let target, _, let body, _):
                collect(target, into: &names)
                collect(body, into: &names)
            case .define(let name, _, _): add(name.name, to: &names)
            case .load(_, let loaded, _): for item in loaded { add(item.local.name, to: &names) }
            case .expression, .giveBack, .breakLoop, .continueLoop: break
            }
        }
    }

    private static func collect(_ target: StarlarkTarget, into names: inout [String]) {
        switch target {
        case .name(let name): add(name.name, to: &names)
        case .many(let items, _): for item in items { collect(item, into: &names) }
        case .attribute, .index: break
        }
    }

    private static func add(_ name: String, to names: inout [String]) {
        if !names.contains(name) { names.append(name) }
    }

    // MARK: walking

    private mutating func statements(_ list: [StarlarkStatement]) {
        for statement in list { self.statement(statement) }
    }

    private mutating func statement(_ statement: StarlarkStatement) {
        switch statement {
        case .expression(let value, _): expression(value)
        case .assign(let target, let value, _), .augment(let target, _, let value, _):
            expression(value)
            self.target(target)
        case .branch(let arms, let otherwise, _):
            conditions += 1
            for arm in arms {
                expression(arm.condition)
                statements(arm.body)
            }
            statements(otherwise)
            conditions -= 1
        case .loop(let target, let sequence, let body, _):
            expression(sequence)
            self.target(target)
            loops += 1
            statements(body)
            loops -= 1
        case .define(let name, let code, _):
            resolve(name)
            function(code)
        case .giveBack(let value, let line):
            if codes.count == 1 { problems.append((line, "return statement not within a function")) }
            if let value { expression(value) }
        case .load(_, let names, let line):
            let within = codes.count > 1 ? "function" : loops > 0 ? "loop" : conditions > 0 ? "conditional" : nil
            if let within { problems.append((line, "load statement within a \(within)")) }
            for item in names {
                if item.remote.hasPrefix("_") {
                    problems.append(
                        (line, "load: names with leading underscores are not exported: \(item.remote)"))
                }
                resolve(item.local)
            }
        case .breakLoop(let line): if loops == 0 { problems.append((line, "break not in a loop")) }
        case .continueLoop(let line): if loops == 0 { problems.append((line, "continue not in a loop")) }
        }
    }

    private mutating func target(_ target: StarlarkTarget) {
        switch target {
        case .name(let name): resolve(name)
        case .attribute(let object, _, _): expression(object)
        case .index(let object, let key, _):
            expression(object)
            expression(key)
        case .many(let items, _): for item in items { self.target(item) }
        }
    }

    private mutating func function(_ code: StarlarkCode) {
        for parameter in code.parameters { if let standard = parameter.standard { expression(standard) } }
        check(code)
        let outside = (loops, conditions)
        (loops, conditions) = (0, 0)
        defer { (loops, conditions) = outside }
        var names = code.parameters.map(\.name)
        Self.collect(code.body, into: &names)
        code.locals = names
        blocks.append(
            Block(
                names: Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first }),
                isFunction: true))
        codes.append(code)
        usesNodes.append(false)
        statements(code.body)
        blocks.removeLast()
        codes.removeLast()
        if usesNodes.removeLast() {
            if code.name == "lambda", !usesNodes.isEmpty {
                usesNodes[usesNodes.count - 1] = true
            } else {
                code.dialect = dialect ?? .yaml
            }
        }
    }

    private mutating func check(_ code: StarlarkCode) {
        var seen = Set<String>()
        var hasOptional = false
        for parameter in code.parameters {
            if !seen.insert(parameter.name).inserted {
                problems.append((code.line, "duplicate parameter: \(parameter.name)"))
            }
            guard parameter.kind == .plain, !parameter.keywordOnly else { continue }
            if parameter.standard != nil {
                hasOptional = true
            } else if hasOptional {
                problems.append((code.line, "required parameter may not follow optional"))
            }
        }
    }

    private mutating func check(_ arguments: [StarlarkArgument], _ line: Int) {
        var names = Set<String>()
        var before = ""
        for argument in arguments {
            switch argument.kind {
            case .positional:
                if !before.isEmpty { problems.append((line, "positional argument may not follow \(before)")) }
            case .named(let name):
                if before.hasPrefix("*") { problems.append((line, "keyword argument may not follow \(before)")) }
                if !names.insert(name).inserted { problems.append((line, "keyword argument \(name) repeated")) }
                if before.isEmpty { before = "named" }
            case .star:
                if before == "**kwargs" { problems.append((line, "*args may not follow **kwargs")) }
                if before == "*args" { problems.append((line, "multiple *args not allowed")) }
                before = "*args"
            case .doubleStar:
                if before == "**kwargs" { problems.append((line, "multiple **kwargs not allowed")) }
                before = "**kwargs"
            }
        }
    }

    private mutating func expression(_ value: StarlarkExpression) {
        switch value {
        case .literal: break
        case .name(let name):
            resolve(name)
            if name.name.hasPrefix("__ytt_tpl"), name.name.hasSuffix("_start_node") || name.name.hasSuffix("_set_node")
            {
                usesNodes[usesNodes.count - 1] = true
            }
        case .list(let items), .tuple(let items): for item in items { expression(item) }
        case .dictionary(let entries, _):
            for entry in entries {
                expression(entry.key)
                expression(entry.value)
            }
        case .conditional(let first, let second, let third):
            expression(first)
            expression(second)
            expression(third)
        case .and(let left, let right), .or(let left, let right), .binary(_, let left, let right, _),
            .index(let left, let right, _):
            expression(left)
            expression(right)
        case .not(let inner), .unary(_, let inner, _), .attribute(let inner, _, _): expression(inner)
        case .slice(let object, let parts, _):
            expression(object)
            for part in parts { if let part { expression(part) } }
        case .call(let callee, let arguments, let line):
            check(arguments, line)
            if case .name(let name) = callee, name.name.hasPrefix("__ytt_tpl"), name.name.hasSuffix("_set_ctx_type"),
                case .literal(.string(let text))? = arguments.first?.value
            {
                dialect = TemplateDialect(rawValue: text)
            }
            expression(callee)
            for argument in arguments { expression(argument.value) }
        case .function(let code): function(code)
        case .comprehension(let comprehension): self.comprehension(comprehension)
        }
    }

    /// A comprehension is one block; only its first sequence is seen from outside.
    private mutating func comprehension(_ value: StarlarkComprehension) {
        let block = Block(names: [:], isFunction: false)
        for (number, clause) in value.clauses.enumerated() {
            switch clause {
            case .loop(let target, let sequence, _):
                if number == 0 {
                    expression(sequence)
                    blocks.append(block)
                }
                var names: [String] = []
                Self.collect(target, into: &names)
                let code = codes[codes.count - 1]
                for name in names where block.names[name] == nil {
                    block.names[name] = code.locals.count
                    code.locals.append(name)
                }
                self.target(target)
                if number > 0 { expression(sequence) }
            case .condition(let condition): expression(condition)
            }
        }
        if let key = value.key { expression(key) }
        expression(value.body)
        blocks.removeLast()
    }

    private mutating func resolve(_ name: StarlarkName) {
        var depth = 0
        for block in blocks.reversed() {
            if let slot = block.names[name.name] {
                name.place = depth == 0 ? .local(slot) : .outer(depth: depth, slot)
                return
            }
            if block.isFunction { depth += 1 }
        }
        if let place = globalIndex[name.name] {
            name.place = .global(place)
        } else if let value = predeclared[name.name] ?? universe[name.name] {
            name.place = .value(value)
        } else {
            let locals = blocks.flatMap { $0.names.keys }
            let known = (locals + module.globalNames).sorted()
            let hint = SpellingHint.nearest(name.name, known).map { " (did you mean \($0)?)" } ?? ""
            problems.append((name.line, "undefined: \(name.name)\(hint)"))
        }
    }
}
