/// What all threads of one rendering share: the limits and what was used of them.
final class StarlarkSession {
    let limits: RenderLimits
    private var steps = 0
    var printed: [String] = []
    /// Nested expressions, over all calls, files and libraries: the machine's own stack is what they take.
    private var depth = 0
    /// Libraries being evaluated, each for the one before.
    var libraries = 0
    private var modules: [StarlarkModule] = []
    private var frames: [StarlarkFrame] = []
    let universe = StarlarkUniverse.build()

    init(limits: RenderLimits) { self.limits = limits }

    /// Work on parts of a tree counts too, eight nodes a step.
    func charge(_ args: [StarlarkValue]) throws(TemplateError) {
        for arg in args {
            switch arg {
            case .fragment(.node(let node)):
                var budget = limits.nodes
                // A level of YAML is a collection and its item.
                let isDeep = node.isDeeper(than: 3 * limits.yamlDepth, &budget)
                steps += (limits.nodes - budget) / 8
                if isDeep { throw limits.exceeded("yamlDepth", limits.yamlDepth) }
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

    func enter(_ levels: Int) throws(TemplateError) {
        depth += levels
        if depth > limits.expressionDepth {
            depth -= levels
            throw limits.exceeded("expressionDepth", limits.expressionDepth)
        }
    }

    func leave(_ levels: Int) { depth -= levels }

    func keep(_ module: StarlarkModule) { modules.append(module) }

    func keep(_ frame: StarlarkFrame) {
        steps += 8
        frames.append(frame)
    }

    /// Lets go of what was evaluated: functions and the variables they see hold each other.
    func end() {
        for module in modules {
            module.globals = []
            module.evaluation = nil
        }
        for frame in frames { frame.slots = [] }
        modules = []
        frames = []
    }

    func step() throws(TemplateError) {
        steps += 1
        if steps > limits.steps { throw limits.exceeded("steps", limits.steps) }
    }
}
