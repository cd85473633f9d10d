/// Cuts a Go template into tokens. What it refuses becomes a last token of kind `error`.
struct GoLexer {
    private static let keywords: Set<String> = [
        "block", "break", "continue", "define", "else", "end", "if", "range", "template", "with",
    ]

    private let bytes: [UInt8]
    private var position = 0
    private var line = 1
    private var parentheses = 0
    private var tokens: [GoToken] = []

    static func tokens(of text: String) -> [GoToken] {
        var lexer = GoLexer(text)
        lexer.run()
        return lexer.tokens
    }

    private init(_ text: String) { bytes = Array(text.utf8) }

    private mutating func run() {
        var trimsNext = false
        while true {
            let start = position
            let open = Self.find("{{", in: bytes, from: position)
            var textEnd = open ?? bytes.count
            let trimsBefore = open.map { startsTrim(at: $0 + 2) } ?? false
            var textStart = start
            if trimsNext { while textStart < textEnd, Self.isSpace(bytes[textStart]) { textStart += 1 } }
            if trimsBefore { while textEnd > textStart, Self.isSpace(bytes[textEnd - 1]) { textEnd -= 1 } }
            line += newlines(start, textStart)
            if textEnd > textStart {
                emit(.text, textStart, textEnd)
                line += newlines(textStart, textEnd)
            }
            guard let open else { break }
            line += newlines(textEnd, open)
            position = open + 2 + (trimsBefore ? 2 : 0)
            if trimsBefore { line += newlines(open, position) }
            if matches("/*", at: position) {
                guard let trims = comment(from: open) else { return }
                trimsNext = trims
                continue
            }
            tokens.append(GoToken(kind: .leftDelimiter, value: "{{", position: open, line: line))
            guard let trims = action() else { return }
            trimsNext = trims
        }
        tokens.append(GoToken(kind: .end, value: "", position: bytes.count, line: line))
    }

    /// `{{- ` : the dash counts only with a space after it.
    private func startsTrim(at index: Int) -> Bool {
        index + 1 < bytes.count && bytes[index] == UInt8(ascii: "-") && Self.isSpace(bytes[index + 1])
    }

    /// Past a comment; whether what follows is trimmed. Nil after an error.
    private mutating func comment(from open: Int) -> Bool? {
        let start = position
        guard let close = Self.find("*/", in: bytes, from: position + 2) else { return fail("unclosed comment") }
        position = close + 2
        let trims = isTrimmedEnd(position)
        if trims { position += 2 }
        guard matches("}}", at: position) else { return fail("comment ends before closing delimiter") }
        position += 2
        line += newlines(start, position)
        return trims
    }

    /// ` -}}`.
    private func isTrimmedEnd(_ index: Int) -> Bool {
        index + 1 < bytes.count && Self.isSpace(bytes[index]) && bytes[index + 1] == UInt8(ascii: "-")
            && matches("}}", at: index + 2)
    }

    /// The tokens of one action; whether what follows it is trimmed. Nil after an error.
    private mutating func action() -> Bool? {
        parentheses = 0
        while true {
            if isTrimmedEnd(position) || matches("}}", at: position) {
                guard parentheses == 0 else { return fail("unclosed left paren") }
                let trims = !matches("}}", at: position)
                if trims {
                    line += newlines(position, position + 2)
                    position += 2
                }
                emit(.rightDelimiter, position, position + 2)
                return trims
            }
            guard position < bytes.count else { return fail("unclosed action") }
            guard token() else { return nil }
        }
    }

    private mutating func token() -> Bool {
        let byte = bytes[position]
        switch byte {
        case _ where Self.isSpace(byte): space()
        case UInt8(ascii: "="): emit(.assign, position, position + 1)
        case UInt8(ascii: ":"):
            guard matches(":=", at: position) else { return fail("expected :=") != nil }
            emit(.declare, position, position + 2)
        case UInt8(ascii: "|"): emit(.pipe, position, position + 1)
        case UInt8(ascii: "\""): return quoted()
        case UInt8(ascii: "`"): return rawString()
        case UInt8(ascii: "$"): return word(.variable)
        case UInt8(ascii: "'"): return characterConstant()
        case UInt8(ascii: "."):
            let next = position + 1 < bytes.count ? bytes[position + 1] : 0
            if Self.isDigit(next) { return number() }
            return word(.field)
        case UInt8(ascii: "+"), UInt8(ascii: "-"), 0x30...0x39: return number()
        case _ where Self.isWord(byte): return word(.identifier)
        case UInt8(ascii: "("):
            emit(.leftParenthesis, position, position + 1)
            parentheses += 1
        case UInt8(ascii: ")"):
            guard parentheses > 0 else { return fail("unexpected right paren") != nil }
            emit(.rightParenthesis, position, position + 1)
            parentheses -= 1
        case 0x21...0x7E: emit(.character, position, position + 1)
        default: return fail("unrecognized character in action: \(Self.unicode(bytes, position))") != nil
        }
        return true
    }

    private mutating func space() {
        var end = position
        while end < bytes.count, Self.isSpace(bytes[end]), !isTrimmedEnd(end) || end == position { end += 1 }
        if isTrimmedEnd(position) { return }
        let start = position
        emit(.space, start, end)
        line += newlines(start, end)
    }

    private mutating func word(_ kind: GoToken.Kind) -> Bool {
        var end = position + (kind == .identifier ? 0 : 1)
        while end < bytes.count, Self.isWord(bytes[end]) { end += 1 }
        if kind == .field, end == position + 1 {
            emit(.dot, position, end)
            return true
        }
        guard isTerminator(end) else {
            return fail("bad character \(Self.unicode(bytes, end))") != nil
        }
        var kind = kind
        if kind == .identifier {
            let text = String(decoding: bytes[position..<end], as: UTF8.self)
            if Self.keywords.contains(text) {
                kind = .keyword
            } else if text == "true" || text == "false" {
                kind = .bool
            } else if text == "nil" {
                kind = .nilWord
            }
        }
        emit(kind, position, end)
        return true
    }

    private func isTerminator(_ index: Int) -> Bool {
        guard index < bytes.count else { return true }
        let byte = bytes[index]
        return Self.isSpace(byte) || ".,|:()=".utf8.contains(byte) || matches("}}", at: index)
    }

    private mutating func quoted() -> Bool {
        var end = position + 1
        while end < bytes.count, bytes[end] != UInt8(ascii: "\"") {
            if bytes[end] == UInt8(ascii: "\n") { break }
            end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard end < bytes.count, bytes[end] == UInt8(ascii: "\"") else {
            return fail("unterminated quoted string") != nil
        }
        emit(.string, position, end + 1)
        return true
    }

    private mutating func rawString() -> Bool {
        guard let end = Self.find("`", in: bytes, from: position + 1) else {
            return fail("unterminated raw quoted string") != nil
        }
        let start = position
        emit(.rawString, start, end + 1)
        line += newlines(start, end + 1)
        return true
    }

    private mutating func characterConstant() -> Bool {
        var end = position + 1
        while end < bytes.count, bytes[end] != UInt8(ascii: "'"), bytes[end] != UInt8(ascii: "\n") {
            end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard end < bytes.count, bytes[end] == UInt8(ascii: "'") else {
            return fail("unterminated character constant") != nil
        }
        emit(.characterConstant, position, end + 1)
        return true
    }

    private mutating func number() -> Bool {
        var end = position + 1
        while end < bytes.count, Self.isWord(bytes[end]) || bytes[end] == UInt8(ascii: ".") || isExponentSign(end) {
            end += 1
        }
        let text = String(decoding: bytes[position..<end], as: UTF8.self)
        guard GoNumber(text) != nil else { return fail("bad number syntax: \(GoFormat.quoted(text))") != nil }
        emit(.number, position, end)
        return true
    }

    private func isExponentSign(_ index: Int) -> Bool {
        (bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-"))
            && "eEpP".utf8.contains(bytes[index - 1])
    }

    private mutating func emit(_ kind: GoToken.Kind, _ start: Int, _ end: Int) {
        tokens.append(
            GoToken(
                kind: kind, value: String(decoding: bytes[start..<end], as: UTF8.self), position: start, line: line))
        position = end
    }

    private mutating func fail(_ message: String) -> Bool? {
        tokens.append(GoToken(kind: .error, value: message, position: position, line: line))
        return nil
    }

    private func newlines(_ start: Int, _ end: Int) -> Int {
        bytes[start..<end].reduce(0) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
    }

    private func matches(_ text: StaticString, at index: Int) -> Bool {
        Self.matches(text.description, bytes, at: index)
    }

    private static func matches(_ text: String, _ bytes: [UInt8], at index: Int) -> Bool {
        index + text.utf8.count <= bytes.count && zip(bytes[index...], text.utf8).allSatisfy { $0 == $1 }
    }

    private static func find(_ text: String, in bytes: [UInt8], from start: Int) -> Int? {
        guard let first = text.utf8.first else { return nil }
        var index = start
        while index + text.utf8.count <= bytes.count {
            if bytes[index] == first, matches(text, bytes, at: index) { return index }
            index += 1
        }
        return nil
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isWord(_ byte: UInt8) -> Bool {
        byte == 0x5F || isDigit(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte >= 0x80
    }

    /// `U+0040 '@'`, as Go's `%#U` prints it.
    private static func unicode(_ bytes: [UInt8], _ index: Int) -> String {
        guard index < bytes.count,
            let scalar = String(decoding: bytes[index...].prefix(4), as: UTF8.self).unicodeScalars.first
        else { return "EOF" }
        let hexadecimal = String(scalar.value, radix: 16, uppercase: true)
        let padded = String(repeating: "0", count: max(0, 4 - hexadecimal.count)) + hexadecimal
        return "U+\(padded) '\(scalar)'"
    }
}
