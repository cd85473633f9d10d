extension StarlarkThread {
    private func at(_ line: Int) {
        if line > 0 { stack[stack.count - 1].line = line }
    }

    func evaluate(
        _ expression: StarlarkExpression, _ frame: StarlarkFrame, _ module: StarlarkModule
    ) throws(TemplateError) -> StarlarkValue {
        try session.enter(1)
        defer { session.leave(1) }
        switch expression {
        case .literal(let value): return value
        case .name(let name): return try lookUp(name, frame, module)
        case .list(let items): return .list(StarlarkList(try evaluateAll(items, frame, module)))
        case .tuple(let items): return .tuple(try evaluateAll(items, frame, module))
        case .dictionary(let entries, let line): return try dictionary(entries, line, frame, module)
        case .conditional(let condition, let first, let second):
            let chosen = try evaluate(condition, frame, module).truth ? first : second
            return try evaluate(chosen, frame, module)
        case .and(let left, let right):
            let value = try evaluate(left, frame, module)
            return value.truth ? try evaluate(right, frame, module) : value
        case .or(let left, let right):
            let value = try evaluate(left, frame, module)
            return value.truth ? value : try evaluate(right, frame, module)
        case .not(let inner): return .bool(!(try evaluate(inner, frame, module).truth))
        case .unary(let operation, let inner, let line):
            let value = try evaluate(inner, frame, module)
            at(line)
            return try StarlarkOperations.unary(operation, value)
        case .binary(let operation, let left, let right, let line):
            try step()
            let first = try evaluate(left, frame, module)
            let second = try evaluate(right, frame, module)
            at(line)
            return try StarlarkOperations.binary(operation, first, second, thread: self)
        case .attribute(let object, let name, let line):
            let value = try evaluate(object, frame, module)
            at(line)
            return try StarlarkOperations.attribute(value, name)
        case .index(let object, let key, let line):
            let value = try evaluate(object, frame, module)
            let place = try evaluate(key, frame, module)
            at(line)
            return try StarlarkOperations.index(value, place)
        case .slice(let object, let parts, let line):
            let value = try evaluate(object, frame, module)
            var bounds: [StarlarkValue] = []
            for part in parts {
                if let part { bounds.append(try evaluate(part, frame, module)) } else { bounds.append(.none) }
            }
            at(line)
            return try StarlarkOperations.slice(value, bounds)
        case .call(let callee, let arguments, let line):
            return try self.call(callee, arguments, line, frame, module)
        case .function(let code): return try closure(code, frame, module)
        case .comprehension(let value): return try comprehension(value, frame, module)
        }
    }

    private func evaluateAll(
        _ items: [StarlarkExpression], _ frame: StarlarkFrame, _ module: StarlarkModule
    ) throws(TemplateError) -> [StarlarkValue] {
        var values: [StarlarkValue] = []
        values.reserveCapacity(items.count)
        for item in items { values.append(try evaluate(item, frame, module)) }
        return values
    }

    private func lookUp(
        _ name: StarlarkName, _ frame: StarlarkFrame, _ module: StarlarkModule
    ) throws(TemplateError) -> StarlarkValue {
        switch name.place {
        case .value(let value): return value
        case .local(let slot):
            if let value = frame.slots[slot] { return value }
        case .outer(let depth, let slot):
            var outer = frame
            for _ in 0..<depth {
                guard let next = outer.outer else { break }
                outer = next
            }
            if let value = outer.slots[slot] { return value }
        case .global(let place):
            if let value = module.globals[place] { return value }
            // A file's own name hides a standard one only once it is set.
            at(name.line)
            throw TemplateError("global variable \(name.name) referenced before assignment")
        case .unresolved: break
        }
        at(name.line)
        throw TemplateError("local variable \(name.name) referenced before assignment")
    }

    func closure(
        _ code: StarlarkCode, _ frame: StarlarkFrame, _ module: StarlarkModule
    ) throws(TemplateError) -> StarlarkValue {
        var defaults: [StarlarkValue?] = []
        for parameter in code.parameters {
            if let standard = parameter.standard {
                defaults.append(try evaluate(standard, frame, module))
            } else {
                defaults.append(nil)
            }
        }
        return .function(StarlarkFunction(code: code, defaults: defaults, outer: frame, module: module))
    }

    private func dictionary(
        _ entries: [(key: StarlarkExpression, value: StarlarkExpression)], _ line: Int, _ frame: StarlarkFrame,
        _ module: StarlarkModule
    ) throws(TemplateError) -> StarlarkValue {
        let dict = StarlarkDict()
        for entry in entries {
            let key = try evaluate(entry.key, frame, module)
            let value = try evaluate(entry.value, frame, module)
            at(line)
            if let hash = key.hashKey, dict.contains(hash) {
                throw TemplateError("duplicate key: \(key.representation)")
            }
            try dict.set(key, value)
        }
        return .dict(dict)
    }

    private func call(
        _ callee: StarlarkExpression, _ arguments: [StarlarkArgument], _ line: Int, _ frame: StarlarkFrame,
        _ module: StarlarkModule
    ) throws(TemplateError) -> StarlarkValue {
        try step()
        let function = try evaluate(callee, frame, module)
        var args: [StarlarkValue] = []
        var kwargs: StarlarkValue.Keywords = []
        for argument in arguments {
            let value = try evaluate(argument.value, frame, module)
            switch argument.kind {
            case .positional: args.append(value)
            case .named(let name): kwargs.append((name, value))
            case .star:
                at(line)
                guard let items = try? iterate(value) else {
                    throw TemplateError("argument after * must be iterable, not \(value.typeName)")
                }
                args.append(contentsOf: items)
            case .doubleStar:
                at(line)
                guard let pairs = StarlarkOperations.pairs(value) else {
                    throw TemplateError("argument after ** must be a mapping, not \(value.typeName)")
                }
                for (key, item) in pairs {
                    guard case .string(let name) = key else {
                        throw TemplateError("keywords must be strings, not \(key.typeName)")
                    }
                    kwargs.append((name, item))
                }
            }
        }
        at(line)
        return try call(function, args, kwargs)
    }

    private func comprehension(
        _ value: StarlarkComprehension, _ frame: StarlarkFrame, _ module: StarlarkModule
    ) throws(TemplateError) -> StarlarkValue {
        let list = StarlarkList([])
        let dict = StarlarkDict()
        try comprehension(value, clause: 0, list, dict, frame, module)
        return value.key == nil ? .list(list) : .dict(dict)
    }

    private func comprehension(
        _ value: StarlarkComprehension, clause: Int, _ list: StarlarkList, _ dict: StarlarkDict,
        _ frame: StarlarkFrame, _ module: StarlarkModule
    ) throws(TemplateError) {
        try step()
        guard clause < value.clauses.count else {
            if let key = value.key {
                let place = try evaluate(key, frame, module)
                try dict.set(place, try evaluate(value.body, frame, module))
            } else {
                list.items.append(try evaluate(value.body, frame, module))
                try checkSize(list.items.count)
            }
            return
        }
        switch value.clauses[clause] {
        case .condition(let condition):
            if try evaluate(condition, frame, module).truth {
                try comprehension(value, clause: clause + 1, list, dict, frame, module)
            }
        case .loop(let target, let sequence, let line):
            let container = try evaluate(sequence, frame, module)
            let items = try iterate(container)
            StarlarkOperations.countLoops(container, 1)
            defer { StarlarkOperations.countLoops(container, -1) }
            for item in items {
                at(line)
                try assign(target, item, frame, module)
                try comprehension(value, clause: clause + 1, list, dict, frame, module)
            }
        }
    }

    /// The elements of a sequence, mapping (its keys) or part of YAML.
    func iterate(_ value: StarlarkValue) throws(TemplateError) -> [StarlarkValue] {
        switch value {
        case .range(let range): try checkSize(range.count)
        default: break
        }
        guard let items = StarlarkOperations.elements(value) else {
            throw TemplateError("\(value.typeName) value is not iterable")
        }
        return items
    }
}
