internal import ResourceModel

/// Splits an expression into its words.
struct CELLexer {
    enum Token: Hashable {
        case name(String)
        case literal(Value)
        case symbol(String)
        case end
    }

    struct Word {
        var token: Token
        var column: Int
    }

    private let text: [Character]
    private var position = 0

    private init(_ source: String) { text = Array(source) }

    static func words(_ source: String) throws(CELError) -> [Word] {
        var lexer = CELLexer(source)
        var words: [Word] = []
        while true {
            let word = try lexer.next()
            words.append(word)
            if word.token == .end { return words }
        }
    }

    private func peek(_ offset: Int = 0) -> Character? {
        position + offset < text.count ? text[position + offset] : nil
    }

    private mutating func next() throws(CELError) -> Word {
        while let character = peek() {
            if character.isWhitespace {
                position += 1
            } else if character == "/", peek(1) == "/" {
                while let other = peek(), other != "\n" {
                    _ = other
                    position += 1
                }
            } else {
                break
            }
        }
        let column = position
        guard let character = peek() else { return Word(token: .end, column: column) }
        if character.isNumber || character == "." && peek(1)?.isNumber ?? false {
            return Word(token: .literal(try number()), column: column)
        }
        if character == "\"" || character == "'" {
            return Word(token: .literal(.string(try string(isRaw: false))), column: column)
        }
        if "rR".contains(character), let quote = peek(1), quote == "\"" || quote == "'" {
            position += 1
            return Word(token: .literal(.string(try string(isRaw: true))), column: column)
        }
        if character.isLetter || character == "_" { return Word(token: name(), column: column) }
        for symbol in ["&&", "||", "==", "!=", "<=", ">="] where peek() == symbol.first && peek(1) == symbol.last {
            position += 2
            return Word(token: .symbol(symbol), column: column)
        }
        guard "()[]{}<>!+-*/%?:,.".contains(character) else {
            throw .syntax("token recognition error at: '\(character)'", column: column)
        }
        position += 1
        return Word(token: .symbol(String(character)), column: column)
    }

    private mutating func name() -> Token {
        let start = position
        while let character = peek(), character.isLetter || character.isNumber || character == "_" { position += 1 }
        switch String(text[start..<position]) {
        case "true": return .literal(true)
        case "false": return .literal(false)
        case "null": return .literal(.null)
        case "in": return .symbol("in")
        case let name: return .name(name)
        }
    }

    private mutating func number() throws(CELError) -> Value {
        let start = position
        if peek() == "0", peek(1) == "x" || peek(1) == "X" {
            position += 2
            let digits = position
            while let character = peek(), character.isHexDigit { position += 1 }
            guard let value = Int64(String(text[digits..<position]), radix: 16) else {
                throw .syntax("invalid int literal", column: start)
            }
            return .int(value)
        }
        var isDouble = false
        while let character = peek() {
            let isSign = (character == "-" || character == "+") && position > start && "eE".contains(text[position - 1])
            if character == "." && peek(1)?.isNumber ?? false || "eE".contains(character) || isSign {
                isDouble = true
            } else if !character.isNumber {
                break
            }
            position += 1
        }
        let digits = String(text[start..<position])
        if peek() == "u" || peek() == "U" { position += 1 }
        if isDouble, let value = Double(digits) { return .double(value) }
        guard let value = Int64(digits) else { throw .syntax("invalid int literal", column: start) }
        return .int(value)
    }

    private mutating func string(isRaw: Bool) throws(CELError) -> String {
        let start = position
        let quote = text[position]
        let isTriple = peek(1) == quote && peek(2) == quote
        position += isTriple ? 3 : 1
        var out = ""
        while let character = peek() {
            if character == quote, !isTriple || peek(1) == quote && peek(2) == quote {
                position += isTriple ? 3 : 1
                return out
            }
            position += 1
            guard character == "\\", !isRaw else {
                out.append(character)
                continue
            }
            out.append(try escape(start))
        }
        throw .syntax("mismatched input '<EOF>' expecting a closing quote", column: start)
    }

    private mutating func escape(_ start: Int) throws(CELError) -> Character {
        guard let character = peek() else { throw .syntax("invalid escape", column: start) }
        position += 1
        switch character {
        case "n": return "\n"
        case "t": return "\t"
        case "r": return "\r"
        case "\\", "'", "\"", "`", "?": return character
        case "u", "x":
            let length = character == "u" ? 4 : 2
            guard position + length <= text.count,
                let code = UInt32(String(text[position..<position + length]), radix: 16),
                let scalar = Unicode.Scalar(code)
            else { throw .syntax("invalid escape", column: start) }
            position += length
            return Character(scalar)
        default: throw .unsupported("the escape \\\(character)")
        }
    }
}
