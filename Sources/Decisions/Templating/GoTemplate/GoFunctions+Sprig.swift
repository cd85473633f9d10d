extension GoFunctions {
    /// The part of the sprig library that packages of the vSphere 7 format use, with sprig's order of arguments.
    static let sprig: [String: GoFunction] = [
        "b64enc": GoFunction(1, 1) { arguments throws(GoFunctionError) in
            .string(Base64.encode(Array(try text(arguments[0]).utf8)))
        },
        "b64dec": GoFunction(1, 1) { arguments throws(GoFunctionError) in
            let encoded = try text(arguments[0])
            guard let bytes = Base64.decode(encoded) else { return .string("illegal base64 data") }
            return .string(String(decoding: bytes, as: UTF8.self))
        },
        "quote": GoFunction(0, nil) { values in
            .string(values.filter { $0 != .none }.map { GoFormat.quoted(GoFormat.text($0)) }.joined(separator: " "))
        },
        "squote": GoFunction(0, nil) { values in
            .string(values.filter { $0 != .none }.map { "'\(GoFormat.text($0))'" }.joined(separator: " "))
        },
        "default": GoFunction(1, 2) { $0.count == 2 && $0[1].isTrue ? $0[1] : $0[0] },
        "empty": GoFunction(1, 1) { .bool(!$0[0].isTrue) },
        "coalesce": GoFunction(0, nil) { $0.first(where: \.isTrue) ?? .none },
        "ternary": GoFunction(3, 3) { $0[2].isTrue ? $0[0] : $0[1] },
        "toString": GoFunction(1, 1) { .string($0[0] == .none ? "" : GoFormat.text($0[0])) },
        "upper": GoFunction(1, 1) { arguments throws(GoFunctionError) in .string(try text(arguments[0]).uppercased()) },
        "lower": GoFunction(1, 1) { arguments throws(GoFunctionError) in .string(try text(arguments[0]).lowercased()) },
        "trim": GoFunction(1, 1) { arguments throws(GoFunctionError) in .string(trimmed(try text(arguments[0]))) },
        "trimPrefix": GoFunction(2, 2) { arguments throws(GoFunctionError) in
            let (prefix, body) = (try text(arguments[0]), try text(arguments[1]))
            return .string(body.hasPrefix(prefix) ? String(body.dropFirst(prefix.count)) : body)
        },
        "trimSuffix": GoFunction(2, 2) { arguments throws(GoFunctionError) in
            let (suffix, body) = (try text(arguments[0]), try text(arguments[1]))
            return .string(body.hasSuffix(suffix) ? String(body.dropLast(suffix.count)) : body)
        },
        "hasPrefix": GoFunction(2, 2) { arguments throws(GoFunctionError) in
            .bool(try text(arguments[1]).hasPrefix(try text(arguments[0])))
        },
        "hasSuffix": GoFunction(2, 2) { arguments throws(GoFunctionError) in
            .bool(try text(arguments[1]).hasSuffix(try text(arguments[0])))
        },
        "contains": GoFunction(2, 2) { arguments throws(GoFunctionError) in
            let (part, body) = (try text(arguments[0]), try text(arguments[1]))
            return .bool(part.isEmpty || body.contains(part))
        },
        "replace": GoFunction(3, 3) { arguments throws(GoFunctionError) in
            let (old, new, body) = (try text(arguments[0]), try text(arguments[1]), try text(arguments[2]))
            guard !old.isEmpty else { return .string(body) }
            return .string(body.split(separator: old, omittingEmptySubsequences: false).joined(separator: new))
        },
        "indent": GoFunction(2, 2) { arguments throws(GoFunctionError) in
            .string(indented(try text(arguments[1]), try spaces(arguments[0])))
        },
        "nindent": GoFunction(2, 2) { arguments throws(GoFunctionError) in
            .string("\n" + indented(try text(arguments[1]), try spaces(arguments[0])))
        },
    ]

    private static func spaces(_ value: GoValue) throws(GoFunctionError) -> String {
        let count = try integer(value)
        guard (0...1_000).contains(count) else { throw .call("cannot indent by \(count)") }
        return String(repeating: " ", count: Int(count))
    }

    private static func indented(_ text: String, _ spaces: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { spaces + $0 }.joined(separator: "\n")
    }

    private static func trimmed(_ text: String) -> String {
        var rest = Substring(text)
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return String(rest)
    }
}
