/// Runs a parsed Go template (`text/template`'s exec), within limits.
struct GoEvaluator {
    enum Place {
        case node(GoNode)
        case pipe(GoPipe)
        case command(GoCommand)
        case operand(GoOperand)
    }

    private enum Flow { case next, breakLoop, continueLoop }

    let template: GoTemplate
    private let data: GoValue
    private let limits: RenderLimits
    private var variables: [(name: String, value: GoValue)]
    private var current: String
    private var place: Place?
    private var steps = 0
    private var depth = 0
    private(set) var output = ""
    private var written = 0

    init(template: GoTemplate, data: GoValue, limits: RenderLimits) {
        self.template = template
        self.data = data
        self.limits = limits
        current = template.name
        variables = [("$", data)]
    }

    mutating func run() throws(TemplateError) {
        _ = try walk(template.templates[template.name] ?? [], data)
    }

    // MARK: Errors

    private func failure(_ message: String) -> TemplateError {
        guard let place else { return TemplateError("template: \(current): \(message)", file: template.name) }
        let (position, text) =
            switch place {
            case .node(let node): (node.position, Self.text(node))
            case .pipe(let pipe): (pipe.position, pipe.text)
            case .command(let command): (command.position, command.text)
            case .operand(let operand): (operand.position, operand.text)
            }
        let (line, column) = template.place(position)
        return TemplateError(
            "template: \(template.name):\(line):\(column): executing \(GoFormat.quoted(current)) "
                + "at <\(text)>: \(message)",
            file: template.name, line: line)
    }

    private static func text(_ node: GoNode) -> String {
        switch node.kind {
        case .text(let text): text
        case .action(let pipe): "{{\(pipe.text)}}"
        case .branch(let branch): "{{\(branch.keyword.rawValue) \(branch.pipe.text)}}"
        case .template(let name, let pipe):
            "{{template \(GoFormat.quoted(name))\(pipe.map { " " + $0.text } ?? "")}}"
        case .breakLoop: "{{break}}"
        case .continueLoop: "{{continue}}"
        }
    }

    private mutating func step() throws(TemplateError) {
        steps += 1
        if steps > limits.steps { throw limits.exceeded("steps", limits.steps) }
    }

    private mutating func write(_ text: String) throws(TemplateError) {
        written += text.utf8.count
        if written > limits.valueSize { throw limits.exceeded("valueSize", limits.valueSize) }
        output += text
    }

    // MARK: Nodes

    private mutating func walk(_ nodes: [GoNode], _ dot: GoValue) throws(TemplateError) -> Flow {
        for node in nodes {
            try step()
            place = .node(node)
            switch node.kind {
            case .text(let text): try write(text)
            case .action(let pipe):
                let value = try evaluate(pipe, dot)
                if pipe.declared.isEmpty { try write(value == .none ? "<no value>" : GoFormat.text(value)) }
            case .branch(let branch):
                let flow = try run(branch, node, dot)
                if flow != .next { return flow }
            case .template(let name, let pipe): try call(name, pipe, node, dot)
            case .breakLoop: return .breakLoop
            case .continueLoop: return .continueLoop
            }
        }
        return .next
    }

    private mutating func run(_ branch: GoBranch, _ node: GoNode, _ dot: GoValue) throws(TemplateError) -> Flow {
        let mark = variables.count
        defer { variables.removeLast(variables.count - mark) }
        if branch.keyword == .range { return try range(branch, node, dot) }
        let value = try evaluate(branch.pipe, dot)
        guard value.isTrue else { return try walk(branch.otherwise, dot) }
        return try walk(branch.body, branch.keyword == .with ? value : dot)
    }

    private mutating func range(_ branch: GoBranch, _ node: GoNode, _ dot: GoValue) throws(TemplateError) -> Flow {
        let value = try evaluate(branch.pipe, dot)
        // The pipeline pushed its variables with the whole value; each turn sets them anew.
        let mark = variables.count
        let pairs: [(GoValue, GoValue)]
        switch value {
        case .list(let items): pairs = items.enumerated().map { (.int(Int64($0.offset)), $0.element) }
        case .map(let entries): pairs = entries.sorted { $0.key < $1.key }.map { (.string($0.key), $0.value) }
        case .none: pairs = []
        case .int(let count):
            guard count <= limits.steps else { throw limits.exceeded("steps", limits.steps) }
            pairs = count > 0 ? (0..<count).map { (.int($0), .int($0)) } : []
        case .bool, .float, .string:
            place = .node(node)
            throw failure("range can't iterate over \(GoFormat.text(value))")
        }
        guard !pairs.isEmpty else { return try walk(branch.otherwise, dot) }
        for (key, element) in pairs {
            try step()
            let names = branch.pipe.declared
            if branch.pipe.isAssignment {
                if names.count == 1 { assign(names[0].name, element) }
                if names.count == 2 {
                    assign(names[0].name, key)
                    assign(names[1].name, element)
                }
            } else {
                if names.count > 0 { variables[mark - 1].value = element }
                if names.count > 1 { variables[mark - 2].value = key }
            }
            let flow = try walk(branch.body, element)
            variables.removeLast(variables.count - mark)
            if flow == .breakLoop { break }
        }
        return .next
    }

    private mutating func call(
        _ name: String, _ pipe: GoPipe?, _ node: GoNode, _ dot: GoValue
    ) throws(TemplateError) {
        guard let body = template.templates[name] else {
            throw failure("template \(GoFormat.quoted(name)) not defined")
        }
        guard depth < limits.callDepth else {
            throw failure("exceeded maximum template depth (\(limits.callDepth))")
        }
        let value = if let pipe { try evaluate(pipe, dot) } else { GoValue.none }
        let outer = (variables, current)
        variables = [("$", value)]
        current = name
        depth += 1
        _ = try walk(body, value)
        depth -= 1
        (variables, current) = outer
    }

    private mutating func assign(_ name: String, _ value: GoValue) {
        if let index = variables.lastIndex(where: { $0.name == name }) { variables[index].value = value }
    }

    // MARK: Pipelines

    private mutating func evaluate(_ pipe: GoPipe, _ dot: GoValue) throws(TemplateError) -> GoValue {
        place = .pipe(pipe)
        var value: GoValue?
        for command in pipe.commands { value = try evaluate(command, dot, final: value) }
        let result = value ?? .none
        for variable in pipe.declared {
            if pipe.isAssignment {
                assign(variable.name, result)
            } else {
                variables.append((variable.name, result))
            }
        }
        return result
    }

    private mutating func evaluate(
        _ command: GoCommand, _ dot: GoValue, final: GoValue?
    ) throws(TemplateError) -> GoValue {
        try step()
        let first = command.operands[0]
        let hasArguments = command.operands.count > 1 || final != nil
        switch first.kind {
        case .identifier(let name):
            return try call(
                name, first, .command(command), Array(command.operands.dropFirst()), dot, final: final)
        case .field, .variable, .chain: return try operand(first, dot, hasArguments: hasArguments)
        case .pipe(let pipe):
            place = .operand(first)
            if hasArguments { throw failure("can't give argument to non-function \(first.text)") }
            return try evaluate(pipe, dot)
        case .null:
            place = .operand(first)
            throw failure("nil is not a command")
        case .bool, .dot, .number, .string:
            place = .operand(first)
            if hasArguments { throw failure("can't give argument to non-function \(first.text)") }
            return try operand(first, dot)
        }
    }

    private mutating func operand(
        _ operand: GoOperand, _ dot: GoValue, hasArguments: Bool = false
    ) throws(TemplateError) -> GoValue {
        place = .operand(operand)
        switch operand.kind {
        case .dot: return dot
        case .null: return .none
        case .bool(let value): return .bool(value)
        case .number(let number): return number.integer.map(GoValue.int) ?? .float(number.float)
        case .string(let text): return .string(text)
        case .identifier(let name): return try call(name, operand, .operand(operand), [], dot, final: nil)
        case .field(let names): return try fields(names, of: dot, typeName: nil, hasArguments)
        case .variable(let name, let names):
            let value = variables.last { $0.name == name }?.value ?? .none
            if names.isEmpty, hasArguments { throw failure("can't give argument to non-function \(operand.text)") }
            return try fields(names, of: value, typeName: value.typeName, hasArguments)
        case .chain(let base, let names):
            if case .null = base.kind { throw failure("indirection through explicit nil in \(operand.text)") }
            let value = try self.operand(base, dot)
            place = .operand(operand)
            return try fields(names, of: value, typeName: value.typeName, hasArguments)
        case .pipe(let pipe): return try evaluate(pipe, dot)
        }
    }

    private func fields(
        _ names: [String], of value: GoValue, typeName: String?, _ hasArguments: Bool
    ) throws(TemplateError) -> GoValue {
        var value = value
        for (index, name) in names.enumerated() {
            switch value {
            case .none: continue
            case .map(let entries):
                if hasArguments, index == names.count - 1 {
                    throw failure("\(name) is not a method but has arguments")
                }
                value = entries[name] ?? .none
            case .bool, .int, .float, .string, .list:
                // What comes out of data has the static type of its container's elements.
                let type = index == 0 ? typeName ?? "interface {}" : "interface {}"
                throw failure("can't evaluate field \(name) in type \(type)")
            }
        }
        return value
    }

    private mutating func call(
        _ name: String, _ word: GoOperand, _ whole: Place, _ operands: [GoOperand], _ dot: GoValue, final: GoValue?
    ) throws(TemplateError) -> GoValue {
        place = .operand(word)
        guard let function = GoFunctions.all[name] else {
            throw failure("\(GoFormat.quoted(name)) is not a defined function")
        }
        let count = operands.count + (final == nil ? 0 : 1)
        if let most = function.most {
            guard count >= function.least, count <= most else {
                throw failure("wrong number of args for \(name): want \(function.least) got \(count)")
            }
        } else if count < function.least {
            throw failure("wrong number of args for \(name): want at least \(function.least) got \(count)")
        }
        if name == "and" || name == "or" {
            var value = GoValue.none
            for operand in operands {
                value = try self.operand(operand, dot)
                if value.isTrue == (name == "or") { return value }
            }
            return final ?? value
        }
        var arguments: [GoValue] = []
        for operand in operands { arguments.append(try self.operand(operand, dot)) }
        if let final { arguments.append(final) }
        do throws(GoFunctionError) {
            return try function.call(arguments)
        } catch {
            switch error {
            case .type(let message): throw failure(message)
            case .call(let message):
                place = whole
                throw failure("error calling \(name): \(message)")
            }
        }
    }
}
