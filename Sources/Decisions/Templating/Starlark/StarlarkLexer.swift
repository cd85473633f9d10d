/// Cuts Starlark source into tokens in ytt's way: indentation means nothing, blocks are closed by `end`.
struct StarlarkLexer {
    private let bytes: [UInt8]
    private let file: String
    private var index = 0
    private var line = 1
    private var nesting = 0
    private var tokens: [StarlarkToken] = []

    private static let keywords: Set<String> = [
        "and", "break", "continue", "def", "elif", "else", "for", "if", "in", "lambda", "load", "not", "or", "return",
        "while",
    ]
    private static let reserved: Set<String> = [
        "pass", "as", "class", "del", "except", "finally", "from", "global", "import", "is", "nonlocal", "raise", "try",
        "with", "yield",
    ]

    static func tokens(of source: String, file: String) throws(TemplateError) -> [StarlarkToken] {
        var lexer = StarlarkLexer(bytes: Array(source.utf8), file: file)
        try lexer.run()
        return lexer.tokens
    }

    private init(bytes: [UInt8], file: String) {
        self.bytes = bytes
        self.file = file
    }

    static func error(_ message: String, file: String, line: Int) -> TemplateError {
        var error = TemplateError(message, file: file, line: line)
        error.frames = [StarlarkFrameInfo(function: "", file: file, line: line)]
        error.isEvaluation = true
        return error
    }

    private func fail(_ message: String, line: Int? = nil) -> TemplateError {
        Self.error(message, file: file, line: line ?? self.line)
    }

    private func peek(_ offset: Int = 0) -> UInt8 {
        index + offset < bytes.count ? bytes[index + offset] : 0
    }

    private mutating func add(_ kind: StarlarkToken.Kind, _ text: String) {
        tokens.append(StarlarkToken(kind: kind, text: text, line: line))
    }

    private mutating func run() throws(TemplateError) {
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case 32, 9, 13: index += 1
            case 10: takeNewLine()
            case UInt8(ascii: "#"):
                while index < bytes.count, bytes[index] != 10 { index += 1 }
            case UInt8(ascii: "\\") where peek(1) == 10:
                index += 2
                line += 1
            case UInt8(ascii: "0")...UInt8(ascii: "9"): try takeNumber()
            case UInt8(ascii: ".") where peek(1) >= 48 && peek(1) <= 57: try takeNumber()
            case UInt8(ascii: "\""), UInt8(ascii: "'"): try takeString(raw: false)
            default:
                if Self.isLetter(byte) { try takeWord() } else { try takeSymbol() }
            }
        }
        if let last = tokens.last, last.kind != .newline {
            line += 1
            add(.newline, "")
            line -= 1
        }
        add(.end, "")
    }

    private mutating func takeNewLine() {
        index += 1
        line += 1
        if nesting == 0, let last = tokens.last, last.kind != .newline { add(.newline, "") }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (byte >= 97 && byte <= 122) || (byte >= 65 && byte <= 90) || byte == 95 || byte >= 128
    }

    private mutating func takeWord() throws(TemplateError) {
        let start = index
        while index < bytes.count, Self.isLetter(bytes[index]) || (bytes[index] >= 48 && bytes[index] <= 57) {
            index += 1
        }
        if index - start == 1, bytes[start] == UInt8(ascii: "r"), peek() == 34 || peek() == 39 {
            try takeString(raw: true)
            return
        }
        let word = String(decoding: bytes[start..<index], as: UTF8.self)
        if Self.reserved.contains(word) { throw fail("use of reserved keyword '\(word)' is not allowed") }
        add(Self.keywords.contains(word) ? .keyword : .identifier, word)
    }

    private static let threes = ["//=", "<<=", ">>="]
    private static let twos = [
        "==", "!=", "<=", ">=", "+=", "-=", "*=", "/=", "%=", "//", "**", "&=", "|=", "^=", "<<", ">>",
    ]

    private mutating func takeSymbol() throws(TemplateError) {
        let rest = bytes[index..<min(index + 3, bytes.count)]
        let text = String(decoding: rest, as: UTF8.self)
        var symbol = String(decoding: bytes[index..<index + 1], as: UTF8.self)
        if Self.threes.contains(text) {
            symbol = text
        } else if let two = Self.twos.first(where: { text.hasPrefix($0) }) {
            symbol = two
        } else if !"+-*/%=<>()[]{},:.;&|^~".utf8.contains(bytes[index]) {
            throw fail("unexpected input character '\(symbol)'")
        }
        switch symbol {
        case "(", "[", "{": nesting += 1
        case ")", "]", "}": nesting = max(0, nesting - 1)
        default: break
        }
        add(.symbol, symbol)
        index += symbol.utf8.count
    }

    private mutating func takeNumber() throws(TemplateError) {
        let start = index
        var radix = 10
        if bytes[index] == 48, let marked = [120: 16, 88: 16, 111: 8, 79: 8, 98: 2, 66: 2][Int(peek(1))] {
            radix = marked
            index += 2
        }
        var isFloat = false
        while index < bytes.count {
            let byte = bytes[index]
            let isHex = radix == 16 && ((byte >= 97 && byte <= 102) || (byte >= 65 && byte <= 70))
            if (byte >= 48 && byte <= 57) || isHex {
                index += 1
            } else if radix == 10, byte == 46, !isFloat {
                isFloat = true
                index += 1
            } else if radix == 10, byte == 101 || byte == 69 {
                isFloat = true
                index += 1
                if peek() == 43 || peek() == 45 { index += 1 }
            } else {
                break
            }
        }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        if isFloat {
            guard let value = Double(text.hasSuffix(".") ? text + "0" : text) else {
                throw fail("invalid float literal")
            }
            add(.float, text)
            tokens[tokens.count - 1].real = value
            return
        }
        let digits = radix == 10 ? Substring(text) : text.dropFirst(2)
        guard let value = BigInteger(digits, radix: radix) else { throw fail("invalid int literal") }
        add(.int, text)
        tokens[tokens.count - 1].number = value
    }

    private mutating func takeString(raw: Bool) throws(TemplateError) {
        let quote = bytes[index]
        let startLine = line
        let triple = peek(1) == quote && peek(2) == quote
        index += triple ? 3 : 1
        var result: [UInt8] = []
        while true {
            guard index < bytes.count else { throw fail("unexpected EOF in string", line: startLine) }
            let byte = bytes[index]
            if byte == quote, !triple || (peek(1) == quote && peek(2) == quote) {
                index += triple ? 3 : 1
                break
            }
            if byte == 10 {
                guard triple else { throw fail("unexpected newline in string", line: startLine) }
                line += 1
            }
            if byte == UInt8(ascii: "\\") {
                try takeEscape(raw: raw, into: &result)
            } else {
                result.append(byte)
                index += 1
            }
        }
        tokens.append(
            StarlarkToken(kind: .string, text: String(decoding: result, as: UTF8.self), line: startLine))
    }

    private mutating func takeEscape(raw: Bool, into result: inout [UInt8]) throws(TemplateError) {
        let next = peek(1)
        if raw {
            result.append(contentsOf: [UInt8(ascii: "\\"), next])
            if next == 10 { line += 1 }
            index += 2
            return
        }
        index += 2
        switch next {
        case 110: result.append(10)
        case 116: result.append(9)
        case 114: result.append(13)
        case 97: result.append(7)
        case 98: result.append(8)
        case 102: result.append(12)
        case 118: result.append(11)
        case 92, 34, 39: result.append(next)
        case 10: line += 1
        case 48...55:
            var value = Int(next) - 48
            var count = 1
            while count < 3, peek() >= 48, peek() <= 55 {
                value = value * 8 + Int(peek()) - 48
                index += 1
                count += 1
            }
            guard value < 128 else { throw fail("non-ASCII octal escape in string") }
            result.append(UInt8(value))
        case 120, 117, 85:
            let length = next == 120 ? 2 : next == 117 ? 4 : 8
            guard index + length <= bytes.count,
                let code = UInt32(String(decoding: bytes[index..<index + length], as: UTF8.self), radix: 16),
                let scalar = Unicode.Scalar(code)
            else { throw fail("invalid escape sequence in string") }
            index += length
            result.append(contentsOf: Array(String(Character(scalar)).utf8))
        default:
            // What is no escape stands for itself, as in Python.
            result.append(contentsOf: [UInt8(ascii: "\\"), next])
        }
    }
}
