/// What all threads of one rendering share: the limits and what was used of them.
final class StarlarkSession {
    let limits: RenderLimits
    private var steps = 0
    var printed: [String] = []
    let universe = StarlarkUniverse.build()

    init(limits: RenderLimits) { self.limits = limits }

    /// Work on parts of a tree counts too, eight nodes a step.
    func charge(_ args: [StarlarkValue]) throws(TemplateError) {
        for arg in args {
            switch arg {
            case .fragment(.node(let node)): steps += node.count(upTo: limits.nodes) / 8
            case .string(let text): steps += text.utf8.count >> 8
            default: break
            }
        }
        if steps > limits.steps { throw limits.exceeded("steps", limits.steps) }
    }

    /// Long strings and lists cost what it takes to copy them.
    func charge(bytes: Int) throws(TemplateError) {
        steps += bytes >> 8
        if steps > limits.steps { throw limits.exceeded("steps", limits.steps) }
    }

    func step() throws(TemplateError) {
        steps += 1
        if steps > limits.steps { throw limits.exceeded("steps", limits.steps) }
    }
}
