/// How many nodes an overlay must match: `expects`, `missing_ok`, `when`.
struct OverlayExpectation {
    var expects: StarlarkValue?
    var missingOK: StarlarkValue?
    var when: StarlarkValue?

    /// Takes a keyword argument if it is one of these.
    mutating func take(_ name: String, _ value: StarlarkValue) -> Bool {
        switch name {
        case "expects": expects = value
        case "missing_ok": missingOK = value
        case "when": when = value
        default: return false
        }
        return true
    }

    /// What is left open comes from the parent's `match-child-defaults`.
    func filled(from defaults: OverlayExpectation) -> OverlayExpectation {
        var result = self
        if expects == nil { result.expects = defaults.expects }
        if missingOK == nil { result.missingOK = defaults.missingOK }
        if when == nil { result.when = defaults.when }
        return result
    }

    /// `overlay/match-child-defaults` of a node.
    static func childDefaults(
        _ node: YAMLNode, parent: OverlayExpectation
    ) throws(TemplateError) -> OverlayExpectation {
        var result = OverlayExpectation()
        for (name, value) in node.annotations["overlay/match-child-defaults"]?.kwargs ?? [] {
            if !result.take(name, value) {
                throw TemplateError("Unknown 'overlay/match-child-defaults' annotation keyword argument '\(name)'")
            }
        }
        return result.filled(from: parent)
    }

    func check(_ matches: [Position], _ thread: StarlarkThread) throws(TemplateError) {
        func both(_ first: String, _ second: String) -> TemplateError {
            TemplateError("Expected only one of keyword arguments ('\(first)', '\(second)') specified")
        }
        if missingOK != nil, expects != nil { throw both("missing_ok", "expects") }
        if missingOK != nil, when != nil { throw both("missing_ok", "when") }
        if when != nil, expects != nil { throw both("when", "expects") }
        if let missingOK {
            guard case .bool(let flag) = missingOK else {
                throw TemplateError("Expected keyword argument 'missing_ok' to be a boolean")
            }
            let wanted: StarlarkValue = flag ? .list(StarlarkList([.int(0), .int(1)])) : .int(1)
            try check(wanted, "missing_ok", matches, thread)
        } else if let when {
            try check(when, "when", matches, thread)
        } else if let expects {
            try check(expects, "expects", matches, thread)
        } else {
            try check(.int(1), "", matches, thread)
        }
    }

    private func mismatch(_ wanted: String, _ matches: [Position]) -> TemplateError {
        let lines = matches.isEmpty ? "" : " (lines: " + matches.map(\.compact).joined(separator: ", ") + ")"
        return conditional(
            "Expected number of matched nodes to be \(wanted), but was \(matches.count)\(lines)")
    }

    private func conditional(_ message: String) -> TemplateError {
        var error = TemplateError(message)
        error.isConditional = when != nil
        return error
    }

    private func check(
        _ wanted: StarlarkValue, _ name: String, _ matches: [Position], _ thread: StarlarkThread
    ) throws(TemplateError) {
        switch wanted {
        case .int(let count):
            if count != matches.count { throw mismatch(String(count), matches) }
        case .string(let text):
            guard text.hasSuffix("+"), let least = Int(text.dropLast()) else {
                throw TemplateError("Expected '\(text)' to be in format 'i+' where i is an integer")
            }
            if matches.count < least { throw mismatch(">= \(least)", matches) }
        case .list(let list):
            var last: TemplateError?
            for item in list.items {
                do throws(TemplateError) {
                    try check(item, name, matches, thread)
                    return
                } catch {
                    last = error
                }
            }
            if let last { throw last }
        case .function, .builtin:
            guard case .bool(let holds) = try thread.call(wanted, [.int(matches.count)]) else {
                throw TemplateError("Expected keyword argument '\(name)' to have a function that returns a boolean")
            }
            if !holds { throw conditional("Expectation of number of matched nodes failed") }
        default:
            throw TemplateError(
                "Expected 'overlay/match' annotation keyword argument '\(name)' to be either int, string or function, "
                    + "but was \(wanted.goType)")
        }
    }
}
