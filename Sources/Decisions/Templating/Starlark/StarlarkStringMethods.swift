/// Methods of strings.
enum StarlarkStringMethods {
    static let names = [
        "capitalize", "codepoint_ords", "codepoints", "count", "elem_ords", "elems", "endswith", "find", "format",
        "index", "isalnum", "isalpha", "isdigit", "islower", "isspace", "istitle", "isupper", "join", "lower", "lstrip",
        "partition", "replace", "rfind", "rindex", "rpartition", "rsplit", "rstrip", "split", "splitlines",
        "startswith", "strip", "title", "upper",
    ]

    static func method(_ name: String, _ text: String) -> StarlarkValue? {
        guard names.contains(name) else { return nil }
        return .builtin(
            StarlarkBuiltin(name, namesErrors: false, receiver: "string") {
                (thread, args, kwargs) throws(TemplateError) in
                try call(name, text, args, kwargs, thread)
            })
    }

    private static func call(
        _ name: String, _ text: String, _ args: [StarlarkValue], _ kwargs: StarlarkValue.Keywords,
        _ thread: StarlarkThread
    ) throws(TemplateError) -> StarlarkValue {
        switch name {
        case "format": return .string(try StarlarkFormat.format(text, args, kwargs))
        case "count", "find", "index", "rfind", "rindex": return try search(name, text, args, kwargs)
        case "startswith", "endswith": return try affix(name, text, args, kwargs)
        case "join", "replace": return try compose(name, text, args, kwargs, thread)
        case "split", "rsplit", "splitlines", "partition", "rpartition": return try cut(name, text, args, kwargs)
        case "strip", "lstrip", "rstrip":
            let given = try StarlarkArguments.named(name, args, kwargs, ["chars?"])
            let chars = try given[0].map { (value) throws(TemplateError) in try StarlarkArguments.string(name, value) }
            let set = chars.map { Set($0.unicodeScalars) }
            return .string(
                StarlarkBytes.trim(text, left: name != "rstrip", right: name != "lstrip") {
                    set?.contains($0) ?? StarlarkBytes.isSpace($0)
                })
        default:
            try StarlarkArguments.positional(name, args, kwargs, least: 0, most: 0)
            return simple(name, text)
        }
    }

    private static func simple(_ name: String, _ text: String) -> StarlarkValue {
        let scalars = text.unicodeScalars
        switch name {
        case "lower": return .string(text.lowercased())
        case "upper": return .string(text.uppercased())
        case "capitalize": return .string(text.prefix(1).uppercased() + text.dropFirst().lowercased())
        case "title": return .string(title(text))
        case "elems": return .list(StarlarkList(text.utf8.map { .string(StarlarkBytes.text([$0])) }))
        case "elem_ords": return .list(StarlarkList(text.utf8.map { .int(Int($0)) }))
        case "codepoints": return .list(StarlarkList(scalars.map { .string(String(Character($0))) }))
        case "codepoint_ords": return .list(StarlarkList(scalars.map { .int(Int($0.value)) }))
        case "isalnum": return all(scalars) { $0.properties.isAlphabetic || $0.properties.numericType != nil }
        case "isalpha": return all(scalars) { $0.properties.isAlphabetic }
        case "isdigit": return all(scalars) { $0.properties.numericType != nil }
        case "isspace": return all(scalars) { $0.properties.isWhitespace }
        case "islower":
            return .bool(
                scalars.contains { $0.properties.isLowercase } && !scalars.contains { $0.properties.isUppercase })
        case "isupper":
            return .bool(
                scalars.contains { $0.properties.isUppercase } && !scalars.contains { $0.properties.isLowercase })
        default: return .bool(!text.isEmpty && title(text) == text)
        }
    }

    private static func all(_ scalars: String.UnicodeScalarView, _ test: (Unicode.Scalar) -> Bool) -> StarlarkValue {
        .bool(!scalars.isEmpty && scalars.allSatisfy(test))
    }

    private static func title(_ text: String) -> String {
        var result = ""
        var inWord = false
        for character in text {
            result += inWord ? character.lowercased() : character.uppercased()
            inWord = character.isLetter
        }
        return result
    }

    private static func search(
        _ name: String, _ text: String, _ args: [StarlarkValue], _ kwargs: StarlarkValue.Keywords
    ) throws(TemplateError) -> StarlarkValue {
        try StarlarkArguments.positional(name, args, kwargs, least: 1, most: 3)
        let part = Array(try StarlarkArguments.string(name, args[0]).utf8)
        let whole = Array(text.utf8)
        func bound(_ place: Int, _ standard: Int) throws(TemplateError) -> Int {
            guard args.count > place else { return standard }
            if case .none = args[place] { return standard }
            let number = try StarlarkArguments.int(name, args[place], place + 1)
            return min(max(number < 0 ? number + whole.count : number, 0), whole.count)
        }
        let start = try bound(1, 0)
        let end = max(try bound(2, whole.count), start)
        let bytes = Array(whole[start..<end])
        if name == "count" {
            if part.isEmpty { return .int(bytes.count + 1) }
            return .int(StarlarkBytes.split(bytes, by: part).count - 1)
        }
        let found = name.hasPrefix("r") ? StarlarkBytes.findLast(part, in: bytes) : StarlarkBytes.find(part, in: bytes)
        if let found { return .int(found + start) }
        if name.hasSuffix("index") { throw TemplateError("\(name): substring not found") }
        return .int(-1)
    }

    private static func affix(
        _ name: String, _ text: String, _ args: [StarlarkValue], _ kwargs: StarlarkValue.Keywords
    ) throws(TemplateError) -> StarlarkValue {
        try StarlarkArguments.positional(name, args, kwargs, least: 1, most: 3)
        var bytes = Array(text.utf8)
        if args.count > 1 {
            let part = try StarlarkOperations.slice(.string(text), [args[1], args.count > 2 ? args[2] : .none, .none])
            bytes = Array(part.text.utf8)
        }
        var parts = [args[0]]
        if case .tuple(let items) = args[0] { parts = items }
        for part in parts {
            guard case .string(let wanted) = part else {
                throw TemplateError("\(name): for parameter 1: got \(part.typeName), want string or tuple of string")
            }
            if name == "startswith"
                ? bytes.starts(with: wanted.utf8) : bytes.reversed().starts(with: wanted.utf8.reversed())
            {
                return .bool(true)
            }
        }
        return .bool(false)
    }

    private static func compose(
        _ name: String, _ text: String, _ args: [StarlarkValue], _ kwargs: StarlarkValue.Keywords,
        _ thread: StarlarkThread
    ) throws(TemplateError) -> StarlarkValue {
        if name == "join" {
            try StarlarkArguments.positional(name, args, kwargs, least: 1, most: 1)
            var parts: [String] = []
            var size = 0
            for (place, item) in try thread.iterate(args[0]).enumerated() {
                guard case .string(let part) = item else {
                    throw TemplateError("join: in list, item \(place): got \(item.typeName), want string")
                }
                parts.append(part)
                size += part.utf8.count + text.utf8.count
                try thread.checkSize(size)
            }
            return .string(parts.joined(separator: text))
        }
        try StarlarkArguments.positional(name, args, kwargs, least: 2, most: 3)
        let old = Array(try StarlarkArguments.string(name, args[0]).utf8)
        let new = Array(try StarlarkArguments.string(name, args[1]).utf8)
        let most = args.count > 2 ? try StarlarkArguments.int(name, args[2], 3) : -1
        let bytes = Array(text.utf8)
        if old.isEmpty {
            let pieces = text.unicodeScalars.map { String(Character($0)) }
            let joined = StarlarkBytes.text(new) + pieces.map { $0 + StarlarkBytes.text(new) }.joined()
            return .string(most == 0 ? text : joined)
        }
        let pieces = StarlarkBytes.split(bytes, by: old, most: most < 0 ? Int.max : most)
        try thread.checkSize(bytes.count + pieces.count * new.count)
        return .string(StarlarkBytes.text(pieces.joined(separator: new)))
    }

    private static func cut(
        _ name: String, _ text: String, _ args: [StarlarkValue], _ kwargs: StarlarkValue.Keywords
    ) throws(TemplateError) -> StarlarkValue {
        let bytes = Array(text.utf8)
        switch name {
        case "partition", "rpartition":
            try StarlarkArguments.positional(name, args, kwargs, least: 1, most: 1)
            let part = Array(try StarlarkArguments.string(name, args[0]).utf8)
            if part.isEmpty { throw TemplateError("\(name): empty separator") }
            let first = name == "partition"
            guard let at = first ? StarlarkBytes.find(part, in: bytes) : StarlarkBytes.findLast(part, in: bytes) else {
                return .tuple(
                    first ? [.string(text), .string(""), .string("")] : [.string(""), .string(""), .string(text)])
            }
            return .tuple([
                .string(StarlarkBytes.text(bytes[..<at])), .string(StarlarkBytes.text(part)),
                .string(StarlarkBytes.text(bytes[(at + part.count)...])),
            ])
        case "splitlines":
            try StarlarkArguments.positional(name, args, kwargs, least: 0, most: 1)
            var keep = false
            if let value = args.first {
                guard case .bool(let flag) = value else {
                    throw TemplateError("splitlines: for parameter 1: got \(value.typeName), want bool")
                }
                keep = flag
            }
            var lines = StarlarkBytes.split(bytes, by: [10])
            if lines.last?.isEmpty ?? false { lines.removeLast() }
            let ended = bytes.last == 10
            return .list(
                StarlarkList(
                    lines.enumerated().map {
                        .string(StarlarkBytes.text($1) + (keep && ($0 + 1 < lines.count || ended) ? "\n" : ""))
                    }))
        default: return try split(name, text, args, kwargs)
        }
    }

    private static func split(
        _ name: String, _ text: String, _ args: [StarlarkValue], _ kwargs: StarlarkValue.Keywords
    ) throws(TemplateError) -> StarlarkValue {
        try StarlarkArguments.positional(name, args, kwargs, least: 0, most: 2)
        let most = args.count > 1 ? try StarlarkArguments.int(name, args[1], 2) : -1
        var separator: [UInt8]?
        if let first = args.first {
            if case .none = first {
            } else {
                separator = Array(try StarlarkArguments.string(name, first).utf8)
            }
        }
        if let separator, separator.isEmpty { throw TemplateError("\(name): empty separator") }
        let fromRight = name == "rsplit"
        var parts: [[UInt8]]
        if let separator {
            parts = StarlarkBytes.split(Array(text.utf8), by: separator)
            if most >= 0, parts.count > most + 1 {
                if fromRight {
                    let head = Array(parts[..<(parts.count - most)].joined(separator: separator))
                    parts = [head] + parts[(parts.count - most)...]
                } else {
                    parts = Array(parts[..<most]) + [Array(parts[most...].joined(separator: separator))]
                }
            }
        } else {
            parts = words(text, most: most, fromRight: fromRight)
        }
        return .list(StarlarkList(parts.map { .string(StarlarkBytes.text($0)) }))
    }

    private static func words(_ text: String, most: Int, fromRight: Bool) -> [[UInt8]] {
        let space: (UInt8) -> Bool = { $0 == 32 || ($0 >= 9 && $0 <= 13) }
        let bytes = fromRight ? Array(text.utf8.reversed()) : Array(text.utf8)
        var result: [[UInt8]] = []
        var rest = bytes[...]
        while true {
            rest = rest.drop(while: space)
            if rest.isEmpty { break }
            if most >= 0, result.count == most {
                while let last = rest.last, space(last) { rest.removeLast() }
                result.append(Array(rest))
                break
            }
            let word = rest.prefix { !space($0) }
            result.append(Array(word))
            rest = rest.dropFirst(word.count)
        }
        return fromRight ? result.reversed().map { $0.reversed() } : result
    }
}
