/// `overlay/assert`: what must hold of a matched node.
struct OverlayAssertion {
    private let node: YAMLNode
    private let thread: StarlarkThread
    private var via: StarlarkValue?

    init(_ node: YAMLNode, thread: StarlarkThread) throws(TemplateError) {
        self.node = node
        self.thread = thread
        for (name, value) in node.annotations["overlay/assert"]?.kwargs ?? [] {
            guard name == "via" else {
                throw TemplateError("Unknown 'overlay/assert' annotation keyword argument '\(name)'")
            }
            via = value
        }
    }

    func check(_ existing: YAMLValue) throws(TemplateError) {
        guard let via else {
            if let difference = OverlayComparison.difference(existing, node.value) {
                throw TemplateError("Expected objects to equal, but did not: \(difference)")
            }
            return
        }
        guard via.isCallable else {
            throw TemplateError(
                "Expected 'overlay/assert' annotation keyword argument 'via' to be function, but was \(via.goType)")
        }
        let result = try thread.call(
            via, [YAMLConversion.starlark(existing.deepCopy()), YAMLConversion.starlark(node.value.deepCopy())])
        switch result {
        case .none: return
        case .bool(let holds):
            if !holds { throw TemplateError("Expected via invocation to return true, but was false") }
        default:
            if let parts = StarlarkOperations.elements(result), parts.count == 2, case .bool(let holds) = parts[0],
                case .string(let message) = parts[1]
            {
                if holds { return }
                throw TemplateError(
                    "Expected via invocation to return true, but was false with message: \(message)")
            }
            throw TemplateError(
                "Expected via invocation to return NoneType, Bool or Tuple(Bool,String), but returned neither of those")
        }
    }
}
