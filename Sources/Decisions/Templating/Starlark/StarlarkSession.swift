/// What all threads of one rendering share: the limits and what was used of them.
final class StarlarkSession {
    let limits: RenderLimits
    private var steps = 0
    var printed: [String] = []
    let universe = StarlarkUniverse.build()

    init(limits: RenderLimits) { self.limits = limits }

    /// Work on parts of a tree counts too, eight nodes a step.
    func charge(_ args: [StarlarkValue]) throws(TemplateError) {
        for case .fragment(.node(let node)) in args {
            steps += node.count(upTo: limits.nodes) / 8
        }
        if steps > limits.steps { throw limits.exceeded("steps", limits.steps) }
    }

    func step() throws(TemplateError) {
        steps += 1
        if steps > limits.steps { throw limits.exceeded("steps", limits.steps) }
    }
}
