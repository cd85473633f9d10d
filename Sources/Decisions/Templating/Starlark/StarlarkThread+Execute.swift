extension StarlarkThread {
    /// Where the running function is.
    private func at(_ line: Int) {
        if line > 0 { stack[stack.count - 1].line = line }
    }

    func execute(
        _ statements: [StarlarkStatement], _ frame: StarlarkFrame, _ module: StarlarkModule
    ) throws(TemplateError) -> StarlarkFlow {
        for statement in statements {
            try step()
            switch statement {
            case .expression(let value, let line):
                at(line)
                _ = try evaluate(value, frame, module)
            case .assign(let target, let value, let line):
                at(line)
                let result = try evaluate(value, frame, module)
                try assign(target, result, frame, module)
            case .augment(let target, let operation, let value, let line):
                at(line)
                try augment(target, operation, value, line, frame, module)
            case .branch(let arms, let otherwise, let line):
                at(line)
                var taken = otherwise
                for arm in arms where try evaluate(arm.condition, frame, module).truth {
                    taken = arm.body
                    break
                }
                let flow = try execute(taken, frame, module)
                if case .normal = flow { continue }
                return flow
            case .loop(let target, let sequence, let body, let line):
                at(line)
                if let flow = try loop(target, sequence, body, line, frame, module) { return flow }
            case .define(let name, let code, let line):
                at(line)
                try bind(name, try closure(code, frame, module), frame, module)
            case .giveBack(let value, let line):
                at(line)
                guard let value else { return .returned(nil) }
                return .returned(try evaluate(value, frame, module))
            case .breakLoop: return .broken
            case .continueLoop: return .continued
            case .load(let name, let names, let line):
                at(line)
                try load(name, names, frame, module)
            }
        }
        return .normal
    }

    private func loop(
        _ target: StarlarkTarget, _ sequence: StarlarkExpression, _ body: [StarlarkStatement], _ line: Int,
        _ frame: StarlarkFrame, _ module: StarlarkModule
    ) throws(TemplateError) -> StarlarkFlow? {
        let container = try evaluate(sequence, frame, module)
        let values = try iterate(container)
        StarlarkOperations.countLoops(container, 1)
        defer { StarlarkOperations.countLoops(container, -1) }
        for value in values {
            try step()
            at(line)
            try assign(target, value, frame, module)
            switch try execute(body, frame, module) {
            case .normal, .continued: continue
            case .broken: return nil
            case .returned(let value): return .returned(value)
            }
        }
        return nil
    }

    private func load(
        _ name: String, _ names: [(local: StarlarkName, remote: String)], _ frame: StarlarkFrame,
        _ module: StarlarkModule
    ) throws(TemplateError) {
        let loaded: StarlarkLoaded
        do throws(TemplateError) {
            loaded = try load(name)
        } catch {
            var named = error.prefixed("cannot load \(name): ")
            named.isEvaluation = false
            named.frames = []
            throw named
        }
        for item in names {
            guard let value = loaded.find(item.remote) else {
                let hint = SpellingHint.nearest(item.remote, loaded.names).map { " (did you mean \($0)?)" } ?? ""
                throw TemplateError("load: name \(item.remote) not found in module \(name)\(hint)")
            }
            try bind(item.local, value, frame, module)
        }
    }

    // MARK: assignment

    private func bind(
        _ name: StarlarkName, _ value: StarlarkValue, _ frame: StarlarkFrame, _ module: StarlarkModule
    ) throws(TemplateError) {
        if case .tuple = value { try value.checkNesting(session) }
        switch name.place {
        case .local(let slot): frame.slots[slot] = value
        case .global(let place): module.globals[place] = value
        case .outer, .value, .unresolved:
            throw TemplateError("cannot assign to \(name.name)")
        }
    }

    func assign(
        _ target: StarlarkTarget, _ value: StarlarkValue, _ frame: StarlarkFrame, _ module: StarlarkModule
    ) throws(TemplateError) {
        switch target {
        case .name(let name): try bind(name, value, frame, module)
        case .index(let object, let key, let line):
            let container = try evaluate(object, frame, module)
            let place = try evaluate(key, frame, module)
            at(line)
            try setIndex(container, place, value)
        case .attribute(let object, let name, let line):
            let container = try evaluate(object, frame, module)
            at(line)
            throw TemplateError("can't assign to .\(name) field of \(container.typeName)")
        case .many(let targets, let line):
            let values: [StarlarkValue]
            do throws(TemplateError) {
                if case .string = value { throw TemplateError("") }
                values = try iterate(value)
            } catch {
                throw TemplateError("got \(value.typeName) in sequence assignment")
            }
            at(line)
            if values.count != targets.count {
                let word = values.count > targets.count ? "many" : "few"
                throw TemplateError("too \(word) values to unpack (got \(values.count), want \(targets.count))")
            }
            for (inner, item) in zip(targets, values) { try assign(inner, item, frame, module) }
        }
    }

    private func augment(
        _ target: StarlarkTarget, _ operation: StarlarkOperator, _ expression: StarlarkExpression, _ line: Int,
        _ frame: StarlarkFrame, _ module: StarlarkModule
    ) throws(TemplateError) {
        switch target {
        case .name(let name):
            let old = try evaluate(.name(name), frame, module)
            let value = try evaluate(expression, frame, module)
            at(line)
            try bind(name, try augmented(old, operation, value), frame, module)
        case .index(let object, let key, _):
            let container = try evaluate(object, frame, module)
            let place = try evaluate(key, frame, module)
            let old = try StarlarkOperations.index(container, place)
            let value = try evaluate(expression, frame, module)
            at(line)
            try setIndex(container, place, try augmented(old, operation, value))
        case .attribute, .many: throw TemplateError("can't use expression as target of augmented assignment")
        }
    }

    /// `list += …` changes the list itself.
    private func augmented(
        _ old: StarlarkValue, _ operation: StarlarkOperator, _ value: StarlarkValue
    ) throws(TemplateError) -> StarlarkValue {
        if operation == .add, case .list(let list) = old, !value.isCallable {
            switch value {
            case .list, .tuple, .range, .dict, .set, .fragment:
                try list.checkMutable("apply += to")
                list.items.append(contentsOf: try iterate(value))
                try checkSize(list.items.count)
                return old
            default: break
            }
        }
        return try StarlarkOperations.binary(operation, old, value, thread: self)
    }

    private func setIndex(
        _ container: StarlarkValue, _ key: StarlarkValue, _ value: StarlarkValue
    ) throws(TemplateError) {
        switch container {
        case .dict(let dict):
            try dict.checkMutable("insert into")
            try dict.set(key, value)
        case .list(let list):
            try list.checkMutable("assign to element of")
            guard case .int(let number) = key else { throw TemplateError("got \(key.typeName), want int") }
            let place = number < 0 ? number + list.items.count : number
            guard list.items.indices.contains(place) else {
                throw StarlarkOperations.outOfRange(number, list.items.count, "list")
            }
            list.items[place] = value
        case .fragment: throw TemplateError("yamlfragment.SetKey: Not implemented")
        default: throw TemplateError("\(container.typeName) value does not support item assignment")
        }
    }
}
