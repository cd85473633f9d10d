/// Runs Starlark code within limits; one for each evaluated file.
final class StarlarkThread {
    let session: StarlarkSession
    /// The names a file's `load` statements may take, given by the loader.
    var load: (String) throws(TemplateError) -> StarlarkLoaded
    /// Where calls stand, outermost first.
    var stack: [StarlarkFrameInfo] = []

    init(
        session: StarlarkSession, load: @escaping (String) throws(TemplateError) -> StarlarkLoaded
    ) {
        self.session = session
        self.load = load
    }

    /// A thread for calls from Swift: overlays, validations.
    static func plain(_ session: StarlarkSession) -> StarlarkThread {
        StarlarkThread(session: session) { (name) throws(TemplateError) in
            throw TemplateError("load not implemented by this application")
        }
    }

    func step() throws(TemplateError) { try session.step() }

    func checkSize(_ size: Int) throws(TemplateError) {
        if size > session.limits.valueSize { throw session.limits.exceeded("valueSize", session.limits.valueSize) }
        try session.charge(bytes: size)
    }

    /// The call stack as it is now put to an error that has none yet.
    func located(_ error: TemplateError) -> TemplateError {
        if error.isEvaluation { return error }
        var result = error
        result.frames = stack
        result.isEvaluation = true
        return result
    }

    /// Runs a file's statements.
    func run(_ program: [StarlarkStatement], module: StarlarkModule, slots: Int) throws(TemplateError) {
        let frame = StarlarkFrame(count: slots, outer: nil)
        stack.append(StarlarkFrameInfo(function: "<toplevel>", file: module.file, line: 0))
        defer { stack.removeLast() }
        do throws(TemplateError) {
            _ = try execute(program, frame, module)
        } catch {
            throw located(error)
        }
    }

    func call(
        _ callee: StarlarkValue, _ args: [StarlarkValue], _ kwargs: StarlarkValue.Keywords = []
    ) throws(TemplateError) -> StarlarkValue {
        switch callee {
        case .function(let function): return try call(function, args, kwargs)
        case .builtin(let builtin):
            stack.append(StarlarkFrameInfo(function: builtin.name, file: "", line: 0))
            defer { stack.removeLast() }
            do throws(TemplateError) {
                try session.charge(args)
                return try builtin.body(self, args, kwargs)
            } catch {
                guard builtin.namesErrors else { throw located(error) }
                var named = error.prefixed(builtin.name + ": ")
                named.isEvaluation = false
                named.frames = []
                throw located(named)
            }
        default: throw TemplateError("invalid call of non-function (\(callee.typeName))")
        }
    }

    private func call(
        _ function: StarlarkFunction, _ args: [StarlarkValue], _ kwargs: StarlarkValue.Keywords
    ) throws(TemplateError) -> StarlarkValue {
        guard stack.count < session.limits.callDepth else {
            throw session.limits.exceeded("callDepth", session.limits.callDepth)
        }
        let code = function.code
        stack.append(StarlarkFrameInfo(function: code.name, file: code.file, line: code.firstLine))
        defer { stack.removeLast() }
        do throws(TemplateError) {
            var frame = StarlarkFrame(count: code.locals.count, outer: function.outer)
            // A function that was made here and lives on may be held by a variable that it sees.
            defer { if !isKnownUniquelyReferenced(&frame) { session.keep(frame) } }
            try bind(function, args, kwargs, into: frame)
            guard let dialect = code.dialect, let evaluation = function.module.evaluation else {
                if case .returned(let value) = try execute(code.body, frame, function.module) { return value ?? .none }
                return .none
            }
            let depth = evaluation.contexts.count
            evaluation.start(dialect)
            defer { evaluation.contexts.removeLast(evaluation.contexts.count - depth) }
            if case .returned(let value?) = try execute(code.body, frame, function.module) { return value }
            return evaluation.contexts[evaluation.contexts.count - 1].rootValue
        } catch {
            throw located(error)
        }
    }

    private func bind(
        _ function: StarlarkFunction, _ args: [StarlarkValue], _ kwargs: StarlarkValue.Keywords,
        into frame: StarlarkFrame
    ) throws(TemplateError) {
        let code = function.code
        let parameters = code.parameters
        let plain = parameters.indices.filter { parameters[$0].kind == .plain }
        let positional = plain.filter { !parameters[$0].keywordOnly }
        let star = parameters.firstIndex { $0.kind == .star }
        let doubleStar = parameters.firstIndex { $0.kind == .doubleStar }
        if parameters.isEmpty, args.count + kwargs.count > 0 {
            throw TemplateError("function \(code.name) accepts no arguments (\(args.count + kwargs.count) given)")
        }
        if args.count > positional.count, star == nil {
            let most = positional.contains { parameters[$0].standard != nil } ? "at most " : ""
            throw TemplateError(
                "function \(code.name) accepts \(most)\(positional.count) positional "
                    + "argument\(positional.count == 1 ? "" : "s") (\(args.count) given)")
        }
        for (argument, place) in zip(args, positional) { frame.slots[place] = argument }
        if let star { frame.slots[star] = .tuple(Array(args.dropFirst(positional.count))) }
        let extra = StarlarkDict()
        for (name, value) in kwargs {
            if let place = plain.first(where: { parameters[$0].name == name }) {
                if frame.slots[place] != nil {
                    throw TemplateError(
                        "function \(code.name) got multiple values for parameter \(StarlarkValue.quoted(name))")
                }
                frame.slots[place] = value
            } else if doubleStar != nil {
                if extra.contains(.string(name)) {
                    throw TemplateError(
                        "function \(code.name) got multiple values for parameter \(StarlarkValue.quoted(name))")
                }
                try extra.set(.string(name), value)
            } else {
                throw TemplateError(
                    "function \(code.name) got an unexpected keyword argument \(StarlarkValue.quoted(name))")
            }
        }
        if let doubleStar { frame.slots[doubleStar] = .dict(extra) }
        var missing: [String] = []
        for place in plain where frame.slots[place] == nil {
            if let standard = function.defaults[place] {
                frame.slots[place] = standard
            } else {
                missing.append(parameters[place].name)
            }
        }
        if !missing.isEmpty {
            throw TemplateError(
                "function \(code.name) missing \(missing.count) argument\(missing.count > 1 ? "s" : "") "
                    + "(\(missing.joined(separator: ", ")))")
        }
    }
}
