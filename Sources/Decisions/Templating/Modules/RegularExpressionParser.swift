/// Reads Go's (RE2's) syntax of regular expressions.
struct RegularExpressionParser {
    private typealias Node = RegularExpression.Node
    private typealias ScalarClass = RegularExpression.ScalarClass

    private let pattern: String
    private let scalars: [Unicode.Scalar]
    private var index = 0
    private(set) var groups = 0
    private(set) var names: [Int: String] = [:]
    private var ignoresCase = false
    private var multiline = false
    private var dotTakesNewLine = false
    private var swapsLazy = false
    private var depth = 0

    init(_ pattern: String) {
        self.pattern = pattern
        scalars = Array(pattern.unicodeScalars)
    }

    private func fail(_ why: String, _ piece: String) -> TemplateError {
        TemplateError("error parsing regexp: \(why): `\(piece)`")
    }

    private var peek: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        if peek == scalar { index += 1 } else { return false }
        return true
    }

    mutating func parse() throws(TemplateError) -> RegularExpression.Node {
        let node = try choice()
        if index < scalars.count { throw fail("unexpected )", pattern) }
        return node
    }

    private mutating func choice() throws(TemplateError) -> Node {
        depth += 1
        defer { depth -= 1 }
        if depth > 200 { throw fail("expression nests too deeply", pattern) }
        var nodes = [try sequence()]
        while take("|") { nodes.append(try sequence()) }
        return nodes.count == 1 ? nodes[0] : .choice(nodes)
    }

    private mutating func sequence() throws(TemplateError) -> Node {
        var nodes: [Node] = []
        while let scalar = peek, scalar != "|", scalar != ")" {
            let start = index
            var node = try atom()
            var quantified = false
            while let (least, most) = try quantifier() {
                if quantified {
                    let piece = String(String.UnicodeScalarView(scalars[start..<index]))
                    throw fail("invalid nested repetition operator", piece)
                }
                let lazy = take("?") != swapsLazy
                node = .repeated(node, least: least, most: most, lazy: lazy)
                quantified = true
            }
            nodes.append(node)
        }
        return nodes.count == 1 ? nodes[0] : .sequence(nodes)
    }

    private mutating func quantifier() throws(TemplateError) -> (Int, Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        guard peek == "{" else { return nil }
        let start = index
        index += 1
        var digits = ["", ""]
        var part = 0
        while let scalar = peek, scalar != "}" {
            if scalar == ",", part == 0 {
                part = 1
            } else if ("0"..."9").contains(scalar) {
                digits[part].unicodeScalars.append(scalar)
            } else {
                index = start
                return nil
            }
            index += 1
        }
        guard take("}"), let least = Int(digits[0]) else {
            index = start
            return nil
        }
        let most = part == 0 ? least : digits[1].isEmpty ? nil : Int(digits[1])
        if least > 1000 || (most ?? 0) > 1000 || (most ?? least) < least {
            throw fail("invalid repeat count", String(String.UnicodeScalarView(scalars[start..<index])))
        }
        return (least, most)
    }

    private func one(_ scalar: Unicode.Scalar) -> Node {
        .scalar(ScalarClass(ranges: [scalar.value...scalar.value], ignoresCase: ignoresCase))
    }

    private mutating func atom() throws(TemplateError) -> Node {
        let scalar = scalars[index]
        index += 1
        switch scalar {
        case ".":
            return .scalar(ScalarClass(ranges: dotTakesNewLine ? [] : [10...10], negated: true))
        case "^": return .anchor(multiline ? .lineStart : .textStart)
        case "$": return .anchor(multiline ? .lineEnd : .textEnd)
        case "(": return try group()
        case "[": return try bracket()
        case "\\": return try escape()
        case "*", "+", "?": throw fail("missing argument to repetition operator", String(Character(scalar)))
        default:
            // A brace that is no repetition stands for itself.
            return one(scalar)
        }
    }

    private mutating func group() throws(TemplateError) -> Node {
        let flags = (ignoresCase, multiline, dotTakesNewLine, swapsLazy)
        var number: Int?
        if take("?") {
            if peek == "P" || peek == "<" {
                _ = take("P")
                guard take("<") else { throw fail("invalid or unsupported Perl syntax", "(?") }
                var name = ""
                while let scalar = peek, scalar != ">" {
                    name.unicodeScalars.append(scalar)
                    index += 1
                }
                guard take(">"), !name.isEmpty else { throw fail("invalid named capture", "(?P<\(name)") }
                groups += 1
                number = groups
                names[groups] = name
            } else {
                var value = true
                while let scalar = peek, scalar != ":", scalar != ")" {
                    index += 1
                    switch scalar {
                    case "-": value = false
                    case "i": ignoresCase = value
                    case "m": multiline = value
                    case "s": dotTakesNewLine = value
                    case "U": swapsLazy = value
                    default: throw fail("invalid or unsupported Perl syntax", "(?\(Character(scalar))")
                    }
                }
                if take(")") { return .empty }
                guard take(":") else { throw fail("missing closing )", pattern) }
            }
        } else {
            groups += 1
            number = groups
        }
        let inner = try choice()
        guard take(")") else { throw fail("missing closing )", pattern) }
        (ignoresCase, multiline, dotTakesNewLine, swapsLazy) = flags
        return number.map { .group(inner, index: $0) } ?? inner
    }

    private static let digits: [ClosedRange<UInt32>] = [48...57]
    private static let words: [ClosedRange<UInt32>] = [48...57, 65...90, 95...95, 97...122]
    private static let spaces: [ClosedRange<UInt32>] = [9...10, 12...13, 32...32]

    private static func perlClass(_ scalar: Unicode.Scalar) -> [ClosedRange<UInt32>]? {
        switch scalar {
        case "d", "D": digits
        case "w", "W": words
        case "s", "S": spaces
        default: nil
        }
    }

    private static func inverted(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
        var result: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > next { result.append(next...(range.lowerBound - 1)) }
            next = max(next, range.upperBound + 1)
        }
        if next <= 0x10FFFF { result.append(next...0x10FFFF) }
        return result
    }

    private mutating func escape() throws(TemplateError) -> Node {
        guard let scalar = peek else { throw fail("trailing backslash at end of expression", "") }
        if let ranges = Self.perlClass(scalar) {
            index += 1
            return .scalar(ScalarClass(ranges: ranges, negated: scalar.properties.isUppercase))
        }
        switch scalar {
        case "b", "B", "A", "z":
            index += 1
            return .anchor(
                scalar == "b" ? .wordBoundary : scalar == "B" ? .noWordBoundary : scalar == "A" ? .textStart : .textEnd)
        case "Q":
            index += 1
            var nodes: [Node] = []
            while let next = peek {
                if next == "\\", index + 1 < scalars.count, scalars[index + 1] == "E" {
                    index += 2
                    break
                }
                nodes.append(one(next))
                index += 1
            }
            return .sequence(nodes)
        default: return one(try escapedScalar())
        }
    }

    private mutating func escapedScalar() throws(TemplateError) -> Unicode.Scalar {
        guard let scalar = peek else { throw fail("trailing backslash at end of expression", "") }
        index += 1
        switch scalar {
        case "n": return "\n"
        case "t": return "\t"
        case "r": return "\r"
        case "f": return "\u{0C}"
        case "v": return "\u{0B}"
        case "a": return "\u{07}"
        case "x":
            var digits = ""
            if take("{") {
                while let next = peek, next != "}" {
                    digits.unicodeScalars.append(next)
                    index += 1
                }
                _ = take("}")
            } else {
                while digits.utf8.count < 2, let next = peek {
                    digits.unicodeScalars.append(next)
                    index += 1
                }
            }
            if let code = UInt32(digits, radix: 16), let found = Unicode.Scalar(code) { return found }
            throw fail("invalid escape sequence", "\\x\(digits)")
        default:
            if scalar.isASCII, scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) {
                throw fail("invalid escape sequence", "\\\(Character(scalar))")
            }
            return scalar
        }
    }

    private static let named: [String: [ClosedRange<UInt32>]] = [
        "alnum": [48...57, 65...90, 97...122], "alpha": [65...90, 97...122], "ascii": [0...127],
        "blank": [9...9, 32...32],
        "cntrl": [0...31, 127...127], "digit": [48...57], "graph": [33...126], "lower": [97...122], "print": [32...126],
        "punct": [33...47, 58...64, 91...96, 123...126], "space": [9...13, 32...32], "upper": [65...90],
        "word": [48...57, 65...90, 95...95, 97...122], "xdigit": [48...57, 65...70, 97...102],
    ]

    private mutating func bracket() throws(TemplateError) -> Node {
        var ranges: [ClosedRange<UInt32>] = []
        let negated = take("^")
        var first = true
        while let scalar = peek, scalar != "]" || first {
            first = false
            if scalar == "[", index + 1 < scalars.count, scalars[index + 1] == ":" {
                let rest = String(String.UnicodeScalarView(scalars[(index + 2)...]))
                let inverted = rest.hasPrefix("^")
                let name = String(rest.dropFirst(inverted ? 1 : 0).prefix { $0 != ":" })
                guard let found = Self.named[name] else {
                    throw fail("invalid character class range", "[:\(name):]")
                }
                index += name.utf8.count + 4 + (inverted ? 1 : 0)
                ranges.append(contentsOf: inverted ? Self.inverted(found) : found)
                continue
            }
            if scalar == "\\", index + 1 < scalars.count, let found = Self.perlClass(scalars[index + 1]) {
                ranges.append(contentsOf: scalars[index + 1].properties.isUppercase ? Self.inverted(found) : found)
                index += 2
                continue
            }
            let low = try bracketScalar()
            var high = low
            if peek == "-", index + 1 < scalars.count, scalars[index + 1] != "]" {
                index += 1
                high = try bracketScalar()
            }
            guard low.value <= high.value else {
                throw fail("invalid character class range", "\(Character(low))-\(Character(high))")
            }
            ranges.append(low.value...high.value)
        }
        guard take("]") else { throw fail("missing closing ]", pattern) }
        return .scalar(ScalarClass(ranges: ranges, negated: negated, ignoresCase: ignoresCase))
    }

    private mutating func bracketScalar() throws(TemplateError) -> Unicode.Scalar {
        guard let scalar = peek else { throw fail("missing closing ]", pattern) }
        index += 1
        return scalar == "\\" ? try escapedScalar() : scalar
    }
}
