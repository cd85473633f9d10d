/// One token of a Go template, as `text/template/parse` cuts it.
struct GoToken: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case error, end, text, leftDelimiter, rightDelimiter, space
        case bool, character, characterConstant, number, string, rawString
        case field, variable, identifier, dot, nilWord, keyword
        case assign, declare, pipe, leftParenthesis, rightParenthesis
    }

    var kind: Kind
    /// As written; the message of an error.
    var value: String
    /// Byte offset in the text.
    var position: Int
    /// From 1.
    var line: Int

    /// How Go's parser names a token in its errors.
    var description: String {
        switch kind {
        case .end: return "EOF"
        case .error: return value
        case .keyword, .dot, .nilWord: return "<\(value)>"
        default:
            let isLong = value.utf8.count > 10
            return GoFormat.quoted(isLong ? String(value.prefix(10)) : value) + (isLong ? "..." : "")
        }
    }
}
