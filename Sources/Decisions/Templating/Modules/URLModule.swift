/// `@ytt:url`.
enum URLModule {
    static func make() -> StarlarkValue {
        StarlarkStruct.module([
            text("path_segment_encode") { (value) throws(TemplateError) in escape(value, keeping: "$&+:=@") },
            text("path_segment_decode") { (value) throws(TemplateError) in try unescape(value, plusIsSpace: false) },
            text("query_param_value_encode") { (value) throws(TemplateError) in escape(value, spaceIsPlus: true) },
            text("query_param_value_decode") { (value) throws(TemplateError) in try unescape(value, plusIsSpace: true)
            },
            (
                "query_params_encode",
                YttModules.function("url.query_params_encode") { (_, args, _) throws(TemplateError) in
                    guard let pairs = StarlarkOperations.pairs(try YttModules.one(args)) else {
                        throw TemplateError("expected argument to be a map, but was \(args[0].goText)")
                    }
                    var parts: [String] = []
                    for pair in pairs.sorted(by: { $0.key.text < $1.key.text }) {
                        for value in StarlarkOperations.elements(pair.value) ?? [pair.value] {
                            parts.append(
                                escape(pair.key.text, spaceIsPlus: true) + "="
                                    + escape(try YttModules.string(value), spaceIsPlus: true))
                        }
                    }
                    return .string(parts.joined(separator: "&"))
                }
            ),
            (
                "query_params_decode",
                YttModules.function("url.query_params_decode") { (_, args, _) throws(TemplateError) in
                    let result = StarlarkDict()
                    for part in try YttModules.string(try YttModules.one(args))
                        .split(whereSeparator: { $0 == "&" || $0 == ";" })
                    {
                        let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                        let key = StarlarkValue.string(try unescape(String(pair[0]), plusIsSpace: true))
                        let value = pair.count > 1 ? try unescape(String(pair[1]), plusIsSpace: true) : ""
                        if let hash = key.hashKey, case .list(let list)? = result.get(hash) {
                            list.items.append(.string(value))
                        } else {
                            try result.set(key, .list(StarlarkList([.string(value)])))
                        }
                    }
                    let sorted = StarlarkDict()
                    for pair in result.items.sorted(by: { $0.key.text < $1.key.text }) {
                        try sorted.set(pair.key, pair.value)
                    }
                    return .dict(sorted)
                }
            ),
            (
                "parse",
                YttModules.function("url.parse") { (_, args, _) throws(TemplateError) in
                    parsed(try YttModules.string(try YttModules.one(args)))
                }
            ),
        ])
    }

    private static func text(
        _ name: String, _ body: @escaping (String) throws(TemplateError) -> String
    ) -> (String, StarlarkValue) {
        (
            name,
            YttModules.function("url.\(name)") { (_, args, _) throws(TemplateError) in
                .string(try body(try YttModules.string(try YttModules.one(args))))
            }
        )
    }

    private static func escape(_ text: String, keeping: String = "", spaceIsPlus: Bool = false) -> String {
        let kept = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~\(keeping)".utf8)
        var result = ""
        for byte in text.utf8 {
            if kept.contains(byte) {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else if byte == 32, spaceIsPlus {
                result += "+"
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                result += "%" + (digits.utf8.count < 2 ? "0" : "") + digits
            }
        }
        return result
    }

    private static func unescape(_ text: String, plusIsSpace: Bool) throws(TemplateError) -> String {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%") {
                let piece = String(decoding: bytes[index..<min(index + 3, bytes.count)], as: UTF8.self)
                guard piece.utf8.count == 3, let byte = UInt8(piece.dropFirst(), radix: 16) else {
                    throw TemplateError("invalid URL escape \(StarlarkValue.quoted(piece))")
                }
                result.append(byte)
                index += 3
            } else {
                result.append(plusIsSpace && bytes[index] == UInt8(ascii: "+") ? 32 : bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func method(_ name: String, _ value: StarlarkValue) -> (name: String, value: StarlarkValue) {
        (
            name,
            YttModules.function("url.\(name)") { (_, args, _) throws(TemplateError) in
                guard args.isEmpty else { throw TemplateError("expected no argument") }
                return value
            }
        )
    }

    /// A URL as a value: its text, user, host.
    private static func parsed(_ text: String) -> StarlarkValue {
        guard let scheme = StarlarkBytes.find(Array("://".utf8), in: Array(text.utf8)) else {
            return value(head: "", user: nil, rest: text, host: "")
        }
        let head = String(text.utf8.prefix(scheme + 3)) ?? ""
        let after = text.dropFirst(head.count)
        let authority = after.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let tail = after.dropFirst(authority.count)
        var host = authority
        var user: Substring?
        if let at = authority.lastIndex(of: "@") {
            user = authority[..<at]
            host = authority[authority.index(after: at)...]
        }
        return value(head: head, user: user.map(String.init), rest: String(host + tail), host: String(host))
    }

    private static func value(head: String, user: String?, rest: String, host: String) -> StarlarkValue {
        var name = host[...]
        if name.hasPrefix("["), let end = name.firstIndex(of: "]") {
            name = name[name.index(after: name.startIndex)..<end]
        } else if let colon = name.lastIndex(of: ":") {
            name = name[..<colon]
        }
        var fields: [(name: String, value: StarlarkValue)] = []
        if let user {
            let parts = user.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            fields.append(
                (
                    "user",
                    .structure(
                        StarlarkStruct(
                            [
                                ("name", .string(String(parts[0]))),
                                ("password", parts.count > 1 ? .string(String(parts[1])) : .none),
                                method("string", .string(user)),
                            ], typeName: "@ytt:url.user", opaqueName: "@ytt:url.user"))
                ))
        } else {
            fields.append(("user", .none))
        }
        fields.append(method("string", .string(head + (user.map { $0 + "@" } ?? "") + rest)))
        fields.append(method("hostname", .string(String(name))))
        fields.append(
            (
                "without_user",
                YttModules.function("url.without_user") { (_, _, _) throws(TemplateError) in
                    value(head: head, user: nil, rest: rest, host: host)
                }
            ))
        return .structure(StarlarkStruct(fields, typeName: "@ytt:url.value", opaqueName: "@ytt:url.value"))
    }
}
