/// The run of one compiled template: its contexts and the functions its program calls.
final class TemplateEvaluation {
    let template: CompiledTemplate
    var contexts: [TemplateContext] = []
    /// The first context, whose root is the template's result.
    private(set) var root: TemplateContext?

    init(_ template: CompiledTemplate) { self.template = template }

    func start(_ dialect: TemplateDialect) {
        let context = TemplateContext(dialect, template)
        if root == nil { root = context }
        contexts.append(context)
    }

    private func current() throws(TemplateError) -> TemplateContext {
        guard let context = contexts.last else { throw TemplateError("expected a template context to be open") }
        return context
    }

    /// The instructions by name.
    func instructions() -> [String: StarlarkValue] {
        var table: [String: StarlarkValue] = [:]
        let prefix = template.instructions.prefix
        func add(_ name: String, _ body: @escaping StarlarkBuiltin.Body) {
            table[prefix + name] = .builtin(StarlarkBuiltin(prefix + name, body))
        }
        add("set_ctx_type") { (_, _, _) throws(TemplateError) in .none }
        add("start_ctx") { [unowned self] (_, args, _) throws(TemplateError) in
            start(TemplateDialect(rawValue: args.first?.string ?? "") ?? .yaml)
            return .none
        }
        add("end_ctx") { [unowned self] (_, args, _) throws(TemplateError) in
            guard let context = contexts.popLast() else { throw TemplateError("unexpected ctx end") }
            return args.first ?? context.rootValue
        }
        add("start_node") { [unowned self] (_, args, _) throws(TemplateError) in
            try current().start(try tag(args))
            return .none
        }
        add("set_node") { [unowned self] (_, args, _) throws(TemplateError) in
            if args.count > 1 {
                try current().set(args[1])
            } else {
                try current().setStandard(try tag(args))
            }
            return .none
        }
        add("set_map_item_key") { [unowned self] (_, args, _) throws(TemplateError) in
            guard args.count == 2 else { throw TemplateError("expected exactly 2 arguments") }
            try current().keys[try tag(args)] = try YAMLConversion.value(of: args[1])
            return .none
        }
        add("collect_node_annotation") { (_, args, kwargs) throws(TemplateError) in
            .tuple([.tuple(args)] + kwargs.map { .tuple([.string($0.name), $0.value]) })
        }
        add("start_node_annotation") { [unowned self] (_, args, _) throws(TemplateError) in
            guard args.count == 3, let name = args[1].string, case .tuple(let parts) = args[2],
                case .tuple(let values)? = parts.first
            else { throw TemplateError("expected exactly 3 arguments") }
            let number = try tag(args)
            var kwargs: StarlarkValue.Keywords = []
            for part in parts.dropFirst() {
                if case .tuple(let pair) = part, let key = pair.first?.string { kwargs.append((key, pair[1])) }
            }
            let position = template.nodes[number].annotations[name] ?? .unknown
            try current().annotations[number, default: [:]][name] = NodeAnnotation(
                args: values, kwargs: kwargs, position: position)
            return .none
        }
        return table
    }

    private func tag(_ args: [StarlarkValue]) throws(TemplateError) -> Int {
        guard case .int(let tag)? = args.first, template.nodes.indices.contains(tag) else {
            throw TemplateError("expected to find node")
        }
        return tag
    }

    /// `template.replace(value)`: the current node's place is taken by what `value` holds.
    func replace(with value: StarlarkValue) throws(TemplateError) -> StarlarkValue {
        try current().replace(with: value)
        return .noop
    }
}
