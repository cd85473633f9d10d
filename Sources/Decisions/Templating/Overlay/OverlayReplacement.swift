/// `overlay/replace`: what takes a node's place.
struct OverlayReplacement {
    private let node: YAMLNode
    private let thread: StarlarkThread
    private var via: StarlarkValue?
    /// Nothing matched: add the node instead.
    private(set) var orAdd = false

    init(_ node: YAMLNode, thread: StarlarkThread) throws(TemplateError) {
        self.node = node
        self.thread = thread
        for (name, value) in node.annotations["overlay/replace"]?.kwargs ?? [] {
            switch name {
            case "via": via = value
            case "or_add":
                guard case .bool(let flag) = value else {
                    throw TemplateError("expected starlark.Bool, but was \(value.goType)")
                }
                orAdd = flag
            default: throw TemplateError("Unknown 'overlay/replace' annotation keyword argument '\(name)'")
            }
        }
    }

    func value(for existing: YAMLValue) throws(TemplateError) -> YAMLValue {
        guard let via else { return node.value.deepCopy() }
        guard via.isCallable else {
            throw TemplateError(
                "Expected 'overlay/replace' annotation keyword argument 'via' to be function, but was \(via.goType)")
        }
        let result = try thread.call(
            via, [YAMLConversion.starlark(existing.deepCopy()), YAMLConversion.starlark(node.value.deepCopy())])
        return try YAMLConversion.value(of: result)
    }
}
