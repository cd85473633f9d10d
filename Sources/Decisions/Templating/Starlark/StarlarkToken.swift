/// A token of Starlark source.
struct StarlarkToken {
    enum Kind: Equatable {
        case identifier, int, float, string, newline, end
        /// Operators, punctuation and keywords by their text.
        case symbol, keyword
    }

    var kind: Kind
    var text: String
    var line: Int
    var number = BigInteger(0)
    var real = 0.0

    /// How Go's parser names the token in messages.
    var display: String {
        switch kind {
        case .identifier: "identifier"
        case .int: "int literal"
        case .float: "float literal"
        case .string: "string literal"
        case .newline: "newline"
        case .end: "end of file"
        case .symbol: "'\(text)'"
        case .keyword: text
        }
    }
}
