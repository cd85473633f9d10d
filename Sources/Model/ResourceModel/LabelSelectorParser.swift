/// Reads the query form of a label selector as k8s.io/apimachinery's `labels.Parse` does.
struct LabelSelectorParser {
    private enum Token: Equatable {
        case word(String)
        case symbol(String)
        case end

        var text: String {
            switch self {
            case .word(let text), .symbol(let text): text
            case .end: ""
            }
        }
    }

    private var tokens: [Token] = []
    private var index = 0

    init(_ text: String) {
        var characters = Array(text.utf8)[...]
        while let byte = characters.first {
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0D: characters = characters.dropFirst()
            case let byte where Self.isSpecial(byte):
                var run: [UInt8] = [byte]
                characters = characters.dropFirst()
                if let next = characters.first, Self.pairs.contains(String(decoding: [byte, next], as: UTF8.self)) {
                    run.append(next)
                    characters = characters.dropFirst()
                }
                tokens.append(.symbol(String(decoding: run, as: UTF8.self)))
            default:
                let word = characters.prefix { !Self.isSpecial($0) && ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
                characters = characters.dropFirst(word.count)
                tokens.append(.word(String(decoding: word, as: UTF8.self)))
            }
        }
        tokens.append(.end)
    }

    private static let pairs: Set<String> = ["==", "!="]
    private static func isSpecial(_ byte: UInt8) -> Bool { "=!(),<>".utf8.contains(byte) }

    private var current: Token { tokens[min(index, tokens.count - 1)] }

    private mutating func next() -> Token {
        let token = current
        index += 1
        return token
    }

    mutating func parse() throws(SelectorError) -> [LabelSelector.Requirement] {
        var requirements: [LabelSelector.Requirement] = []
        if current == .end { return [] }
        while true {
            requirements.append(try requirement())
            switch next() {
            case .end: return requirements
            case .symbol(","):
                if current == .end || current == .symbol(",") {
                    throw SelectorError("found '\(current.text)', expected: identifier after ','")
                }
            case let other: throw SelectorError("found '\(other.text)', expected: ',' or 'end of string'")
            }
        }
    }

    private mutating func requirement() throws(SelectorError) -> LabelSelector.Requirement {
        if current == .symbol("!") {
            _ = next()
            return LabelSelector.Requirement(key: try word(), op: .doesNotExist)
        }
        let key = try word()
        switch current {
        case .end, .symbol(","): return LabelSelector.Requirement(key: key, op: .exists)
        case .symbol("="), .symbol("=="):
            _ = next()
            return LabelSelector.Requirement(key: key, op: .isIn, values: [try value()])
        case .symbol("!="):
            _ = next()
            return LabelSelector.Requirement(key: key, op: .notIn, values: [try value()])
        case .symbol("<"), .symbol(">"):
            let op: LabelSelector.Operator = next() == .symbol(">") ? .greaterThan : .lessThan
            return LabelSelector.Requirement(key: key, op: op, values: [try value()])
        case .word("in"), .word("notin"):
            let op: LabelSelector.Operator = next() == .word("in") ? .isIn : .notIn
            return LabelSelector.Requirement(key: key, op: op, values: try valueList())
        case .word, .symbol:
            throw SelectorError(
                "unable to parse requirement: found '\(current.text)', "
                    + "expected: in, notin, =, ==, !=, gt, lt")
        }
    }

    private mutating func word() throws(SelectorError) -> String {
        let token = next()
        guard case .word(let text) = token else {
            throw SelectorError("unable to parse requirement: found '\(token.text)', expected: identifier")
        }
        return text
    }

    /// A value may be empty: `a=` selects the empty label.
    private mutating func value() throws(SelectorError) -> String {
        if current == .end || current == .symbol(",") { return "" }
        return try word()
    }

    private mutating func valueList() throws(SelectorError) -> [String] {
        guard next() == .symbol("(") else {
            throw SelectorError("unable to parse requirement: found '\(current.text)', expected: '('")
        }
        var values: [String] = []
        while true {
            switch next() {
            case .symbol(")"): return values.isEmpty ? [""] : values
            case .symbol(","): continue
            case .word(let text): values.append(text)
            case let other:
                throw SelectorError(
                    "unable to parse requirement: found '\(other.text)', expected: ',', ')' or identifier")
            }
        }
    }
}
