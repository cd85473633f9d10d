/// `overlay/insert`: where and what to put beside a matched item.
struct OverlayInsertion {
    private let node: YAMLNode
    private let thread: StarlarkThread
    private var via: StarlarkValue?
    private(set) var before = false
    private(set) var after = false

    init(_ node: YAMLNode, thread: StarlarkThread) throws(TemplateError) {
        self.node = node
        self.thread = thread
        let kwargs = node.annotations["overlay/insert"]?.kwargs ?? []
        if kwargs.isEmpty {
            throw TemplateError(
                "Expected 'overlay/insert' annotation to have at least one keyword argument (before=..., after=...)")
        }
        for (name, value) in kwargs {
            switch name {
            case "before", "after":
                guard case .bool(let flag) = value else {
                    throw TemplateError("expected starlark.Bool, but was \(value.goType)")
                }
                if name == "before" { before = flag } else { after = flag }
            case "via":
                guard value.isCallable else {
                    throw TemplateError(
                        "Expected 'overlay/insert' annotation keyword argument 'via' to be function, "
                            + "but was \(value.goType)")
                }
                via = value
            default: throw TemplateError("Unknown 'overlay/insert' annotation keyword argument '\(name)'")
            }
        }
    }

    func made(beside existing: YAMLNode) throws(TemplateError) -> YAMLNode {
        let copy = node.deepCopy()
        if let via {
            let result = try thread.call(
                via, [YAMLConversion.starlark(existing.value.deepCopy()), YAMLConversion.starlark(copy.value)])
            copy.value = try YAMLConversion.value(of: result)
        }
        return copy
    }
}
