/// Inputs made from a seed: the same seed gives the same inputs.
struct FuzzSource: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    mutating func below(_ count: Int) -> Int { Int(next() % UInt64(max(count, 1))) }
    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
    mutating func pick<Element>(_ items: [Element]) -> Element { items[below(items.count)] }

    // MARK: mutations

    private static let pieces = [
        ":", ": ", "-", "- ", "? ", "#", " #", "\"", "'", "[", "]", "{", "}", ",", "|", ">", "&a ", "*a", "!", "!!str ",
        "!!binary ", "\t", " ", "  ", "\n", "\n\n", "%", "@", "`", "---\n", "...\n", "|2", ">-", "<<: ", "\\", "é", "😀",
        "~",
        "=", "\u{0}", "\u{FEFF}", "\r\n", "\u{85}", "#@ ", "#@ end\n", "#@ if True:\n", "#@ for x in range(3):\n",
        "#@ def f():\n", "#@overlay/match by=overlay.all\n", "#@overlay/remove\n", "#@overlay/replace\n",
        "#@data/values\n",
        "#@schema/nullable\n", "#@yaml/text-templated-strings\n", "#@overlay/match missing_ok=True\n", "(@= 1 @)", "(@",
        "@)",
        "(@- ", "lambda x: x", "[x for x in ", "**", "//", "<<", ">>", "%s", "1e999", "0x", "9223372036854775808", "-1",
        "99999",
        "None", "True", "load(\"@ytt:overlay\", \"overlay\")", "data.values", "struct.encode({})", ".format(", "[::-1]",
        "\\U0010FFFF",
    ]

    /// The text with a few places changed.
    mutating func mutated(_ text: String, of others: [String]) -> String {
        var bytes = Array(text.utf8)
        for _ in 0...below(4) {
            let place = below(bytes.count + 1)
            switch below(6) {
            case 0, 1, 2: bytes.insert(contentsOf: Array(pick(Self.pieces).utf8), at: place)
            case 3: bytes.removeSubrange(place..<min(place + 1 + below(8), bytes.count))
            case 4:
                let end = min(place + below(60), bytes.count)
                bytes.insert(contentsOf: Array(bytes[place..<end]), at: below(bytes.count + 1))
            default:
                let other = Array(pick(others).utf8)
                let start = below(other.count + 1)
                bytes.insert(contentsOf: other[start..<min(start + below(200), other.count)], at: place)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    // MARK: grammars

    private static let words = [
        "a", "b c", "1", "-1", "0", "007", "0x1F", "1_000", ".5", "1e3", ".inf", "~", "null", "true", "yes", "n",
        "2001-01-01",
        "1:20", "18446744073709551615", "18446744073709551616", "x: y", "- z", "#", "*", "&x", "!x", "''", "\"\"",
        "'it''s'",
        "\"\\t\\x41\"", "|", ">-", "<<", "é", "😀", "{{ x }}", "[1, {a: b}]", "{a: [1], 'b': \"c\"}", "foo bar foo bar",
    ]

    /// A document, mostly well formed.
    mutating func yaml(indent: Int = 0, depth: Int = 4) -> String {
        let pad = String(repeating: " ", count: indent)
        var lines: [String] = []
        let isMap = chance(60)
        for number in 0...below(3) {
            let lead = isMap ? "\(pad)k\(number)\(chance(5) ? " x" : ""):" : "\(pad)-"
            if depth > 0, chance(40) {
                let inner = yaml(indent: indent + 1 + below(3), depth: depth - 1)
                lines.append("\(lead)\n\(inner)")
            } else if chance(15) {
                let text = (0...below(4)).map { _ in "\(pad)  \(pick(Self.words))" }.joined(separator: "\n")
                lines.append("\(lead) \(pick(["|", ">", "|-", ">+", "|2"]))\n\(text)")
            } else {
                lines.append("\(lead) \(pick(Self.words))")
            }
            if chance(8) { lines.append("\(pad)# note") }
        }
        return lines.joined(separator: "\n")
    }

    private static let operators = [
        "+", "-", "*", "/", "//", "%", "|", "&", "^", "<<", ">>", "==", "!=", "<", ">=", "in", "not in", "and", "or",
    ]
    private static let calls = [
        "len", "str", "repr", "int", "float", "bool", "list", "tuple", "dict", "set", "sorted", "reversed", "max",
        "min",
        "any", "all", "zip", "enumerate", "range", "type", "hash", "dir", "chr", "ord", "yaml.encode", "yaml.decode",
        "json.encode", "json.decode", "base64.encode", "base64.decode", "struct.encode", "struct.decode",
        "regexp.match",
        "overlay.apply", "overlay.subset", "math.pow", "math.floor", "md5.sum", "url.parse", "ip.parse_addr",
        "toml.encode",
        "toml.decode", "assert.try_to", "template.replace", "library.get", "data.read", "version.require_at_least",
    ]
    private static let methods = [
        "append", "extend", "pop", "index", "remove", "insert", "clear", "get", "items", "keys", "update", "setdefault",
        "split",
        "rsplit", "strip", "replace", "format", "join", "find", "title", "upper", "splitlines", "elems", "codepoints",
        "partition",
        "startswith", "count", "isdigit", "union", "check", "string",
    ]
    private static let atoms = [
        "0", "1", "-7", "2.5", "1e30", "9223372036854775807", "1 << 70", "None", "True", "False", "\"\"", "\"abc\"",
        "\"%d é {}\"",
        "r\"\\d+\"", "[]", "[1, \"a\", None]", "(1,)", "{}", "{\"a\": 1, 2: []}", "x", "v", "range(5)",
        "lambda a, *b: a",
    ]

    mutating func expression(_ depth: Int) -> String {
        if depth == 0 || chance(20) { return pick(Self.atoms) }
        func inner(_ source: inout FuzzSource) -> String { source.expression(depth - 1) }
        switch below(10) {
        case 0, 1: return "(\(inner(&self)) \(pick(Self.operators)) \(inner(&self)))"
        case 2, 3: return "\(pick(Self.calls))(\(inner(&self))\(chance(40) ? ", " + inner(&self) : ""))"
        case 4: return "\(inner(&self)).\(pick(Self.methods))(\(chance(60) ? inner(&self) : ""))"
        case 5: return "[\(inner(&self)) for x in \(inner(&self))\(chance(30) ? " if " + inner(&self) : "")]"
        case 6: return "\(inner(&self))[\(inner(&self))\(chance(40) ? ":" : "")]"
        case 7: return "(\(inner(&self)) if \(inner(&self)) else \(inner(&self)))"
        case 8: return "{\(inner(&self)): \(inner(&self))}"
        default: return "[\(inner(&self)), \(inner(&self))]"
        }
    }

    private static let modules = [
        "yaml", "json", "base64", "struct", "regexp", "overlay", "math", "md5", "url", "ip", "toml", "assert",
        "template",
        "library", "data", "version",
    ]

    /// A template that uses everything.
    mutating func template() -> String {
        var lines = Self.modules.map { "#@ load(\"@ytt:\($0)\", \"\($0)\")" }
        lines.append("#@ v = [1, {\"a\": [2]}]")
        for number in 0...below(5) {
            switch below(8) {
            case 0: lines += ["#@ def f\(number)(x):", "k\(number): #@ \(expression(2))", "#@ end"]
            case 1:
                lines += [
                    "#@ if \(expression(2)):", "i\(number): #@ \(expression(2))", "#@ else:", "i\(number): 1", "#@ end",
                ]
            case 2: lines += ["#@ for x in \(expression(2)):", "- #@ \(expression(2))", "#@ end"]
            case 3: lines += ["#@overlay/match by=\(expression(2)), missing_ok=True", "---"]
            case 4: lines.append("#@ v = \(expression(3))")
            case 5: lines += ["#@schema/validation (\"m\", \(expression(2)))", "s\(number): \(pick(Self.words))"]
            default: lines.append("e\(number): #@ \(expression(3))")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
