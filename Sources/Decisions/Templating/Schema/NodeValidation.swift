/// Rules that a value must satisfy: `@assert/validate` and `@schema/validation`.
struct NodeValidation {
    private struct Rule {
        var message: String
        var check: StarlarkValue
        /// When broken, the other rules are not run.
        var isCritical = false
    }

    private var rules: [Rule] = []
    private var when: StarlarkValue?
    private var notNull = false
    private let position: Position

    init(_ annotation: NodeAnnotation, session: StarlarkSession) throws(TemplateError) {
        position = annotation.position
        let by = "(by \(position.compact))"
        if annotation.args.isEmpty, annotation.kwargs.isEmpty {
            throw TemplateError("expected annotation to have 2-tuple as argument(s), but found no arguments \(by)")
        }
        for argument in annotation.args { rules.append(try Self.rule(argument, position)) }
        var options = Options()
        for (name, value) in annotation.kwargs { try options.take(name, value, position, session) }
        when = options.when
        notNull = options.notNull != nil
        if let rule = options.notNull { rules.insert(rule, at: 0) }
        for rule in [
            options.minLength, options.maxLength, options.minimum, options.maximum, options.oneNotNull, options.oneOf,
        ] {
            if let rule { rules.append(rule) }
        }
    }

    private static func rule(_ argument: StarlarkValue, _ position: Position) throws(TemplateError) -> Rule {
        guard case .tuple(let pair) = argument else {
            throw TemplateError(
                "expected annotation to have 2-tuple as argument(s), but found: "
                    + "\(argument.representation) (by \(position.compact))")
        }
        guard pair.count == 2 else {
            throw TemplateError("expected 2-tuple, but found tuple with length \(pair.count) (by \(position.compact))")
        }
        let at = "(at \(position.compact))"
        guard let message = pair[0].string else {
            throw TemplateError(
                "expected first item in the 2-tuple to be a string describing a valid value, "
                    + "but was \(pair[0].typeName) \(at)")
        }
        if pair[1].isCallable { return Rule(message: message, check: pair[1]) }
        guard case .structure(let object) = pair[1] else {
            throw TemplateError(
                "expected second item in the 2-tuple to be an assertion function, but was \(pair[1].typeName) \(at)")
        }
        guard let check = object["check"] else {
            throw TemplateError(
                "expected second item in tuple to be an assertion function or assertion object, "
                    + "but was a \(pair[1].typeName) \(at)")
        }
        guard check.isCallable else {
            throw TemplateError("expected struct with attribute check(), but was \(check.typeName) \(at)")
        }
        return Rule(message: message, check: check)
    }

    private struct Options {
        var when: StarlarkValue?
        var minLength, maxLength, minimum, maximum, notNull, oneNotNull, oneOf: Rule?

        /// A number as a whole one: what is behind the point is dropped.
        private static func whole(
            _ value: StarlarkValue, or error: TemplateError
        ) throws(TemplateError) -> Int {
            if case .int(let number) = value { return number }
            guard case .float(let real) = value, let number = Int(exactly: real.rounded(.towardZero)) else {
                throw error
            }
            return number
        }

        mutating func take(
            _ name: String, _ value: StarlarkValue, _ position: Position, _ session: StarlarkSession
        ) throws(TemplateError) {
            let at = "(at \(position.compact))"
            func wanted(_ what: String) -> TemplateError {
                TemplateError("expected keyword argument \"\(name)\" to be \(what), but was \(value.typeName) \(at)")
            }
            let text = value.representation
            switch name {
            case "when":
                guard value.isCallable else { throw wanted("a function") }
                when = value
            case "min_len":
                let bound = try Self.whole(value, or: wanted("a number"))
                minLength = Rule(
                    message: "length >= \(bound)", check: try AssertModule.minLength(session, .int(bound)))
            case "max_len":
                let bound = try Self.whole(value, or: wanted("a number"))
                maxLength = Rule(
                    message: "length <= \(bound)", check: try AssertModule.maxLength(session, .int(bound)))
            case "min":
                minimum = Rule(message: "a value >= \(text)", check: try AssertModule.minimum(session, value))
            case "max":
                maximum = Rule(message: "a value <= \(text)", check: try AssertModule.maximum(session, value))
            case "not_null":
                guard case .bool(let flag) = value else { throw wanted("a boolean") }
                if flag {
                    notNull = Rule(message: "not null", check: try AssertModule.notNull(session), isCritical: true)
                }
            case "one_not_null":
                var keys: [StarlarkValue]?
                if case .bool(let flag) = value {
                    if !flag { throw TemplateError("one_not_null= cannot be False") }
                } else {
                    keys = StarlarkOperations.elements(value)
                    if keys == nil {
                        throw TemplateError("expected True or a sequence of keys, but was a '\(value.typeName)'")
                    }
                }
                oneNotNull = Rule(
                    message: "exactly one of \(keys == nil ? "all children" : text) to be not null",
                    check: AssertModule.oneNotNull(keys))
            case "one_of":
                guard StarlarkOperations.elements(value) != nil else {
                    throw TemplateError(
                        "expected keyword argument one_of to be a sequence, but was \(value.typeName)")
                }
                oneOf = Rule(message: "one of \(text)", check: try AssertModule.oneOf(session, value))
            default: throw TemplateError("unknown keyword argument \"\(name)\" \(at)")
            }
        }
    }

    // MARK: running

    /// Runs all rules of a tree; the report is empty when all hold.
    static func run(_ root: YAMLNode, session: StarlarkSession) throws(TemplateError) -> String {
        var report = ""
        let thread = StarlarkThread.plain(session)
        try walk(root, parent: nil, path: "", root: root, thread, &report)
        return report
    }

    /// Puts the rules of `@assert/validate` and of the schema to the nodes.
    static func prepare(_ node: YAMLNode, session: StarlarkSession) throws(TemplateError) {
        if let type = node.schemaType, !type.validations.isEmpty { node.validations = type.validations }
        if let annotation = node.annotations["assert/validate"] {
            guard node.holdsValue else {
                throw TemplateError(
                    "Invalid @assert/validate annotation - not supported on \(node.displayName) "
                        + "at \(node.position.compact)")
            }
            do throws(TemplateError) {
                node.validations.append(try NodeValidation(annotation, session: session))
            } catch {
                throw error.prefixed("Invalid @assert/validate annotation - ")
            }
        }
        if let child = node.value.node { try prepare(child, session: session) }
        for item in node.items { try prepare(item, session: session) }
    }

    private static func walk(
        _ node: YAMLNode, parent: YAMLNode?, path: String, root: YAMLNode, _ thread: StarlarkThread,
        _ report: inout String
    ) throws(TemplateError) {
        for validation in node.validations {
            report += try validation.check(node, parent: parent, path: path, root: root, thread)
        }
        if let child = node.value.node {
            try walk(child, parent: node, path: path, root: root, thread, &report)
        }
        for (place, item) in node.items.enumerated() {
            var inner = path
            if item.kind == .mapItem {
                let key = YAMLConversion.keyText(item.key)
                inner = path.isEmpty ? key : "\(path).\(key)"
            } else if item.kind == .arrayItem {
                inner = "\(path)[\(place)]"
            }
            try walk(item, parent: node, path: inner, root: root, thread, &report)
        }
    }

    private static func starlark(_ node: YAMLNode?) -> StarlarkValue {
        guard let node else { return .none }
        return node.holdsValue ? YAMLConversion.starlark(node.value) : .fragment(.node(node))
    }

    private func check(
        _ node: YAMLNode, parent: YAMLNode?, path: String, root: YAMLNode, _ thread: StarlarkThread
    ) throws(TemplateError) -> String {
        let value = Self.starlark(node)
        if node.value.isNull, !notNull { return "" }
        if let when {
            let shown = "Validating \(path): "
            var args = [value]
            if case .function(let function) = when {
                switch function.code.parameters.count {
                case 1: break
                case 2:
                    args.append(
                        .structure(
                            StarlarkStruct([("parent", Self.starlark(parent)), ("root", Self.starlark(root))])))
                case let count:
                    throw TemplateError(
                        "\(shown)Failed to evaluate when=: function must accept 1 or 2 arguments (\(count) given)")
                }
            }
            let result: StarlarkValue
            do throws(TemplateError) {
                result = try thread.call(when, args)
            } catch {
                throw TemplateError("\(shown)Failure evaluating when=: \(error.message)")
            }
            guard case .bool(let holds) = result else {
                throw TemplateError("\(shown)want when= to be bool, got \(result.typeName)")
            }
            if !holds { return "" }
        }
        var violations = ""
        for rule in rules {
            var found = ""
            do throws(TemplateError) {
                if case .bool(true) = try thread.call(rule.check, [value]) { continue }
            } catch {
                found = error.message
                for prefix in ["fail: ", "check: "] where found.hasPrefix(prefix) {
                    found.removeFirst(prefix.count)
                }
            }
            violations += "    - must be: \(rule.message) (by: \(position.compact))\n"
            if !found.isEmpty { violations += "      found: \(found)\n" }
            if rule.isCritical { break }
        }
        if violations.isEmpty { return "" }
        let name = path.isEmpty ? "(\(node.displayName))" : path
        return "  \(name)\n    from: \(node.position.compact)\n\(violations)\n"
    }
}
