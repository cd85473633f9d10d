/// Why an expression cannot be read, or not be evaluated.
enum CELError: Error, Hashable {
    /// `column` counts from 0.
    case syntax(String, column: Int)
    case undeclared(String, column: Int)
    /// Part of the language, but not of what is evaluated here.
    case unsupported(String)
    case evaluation(String)

    /// As the API server words it; `source` is the whole expression.
    func text(of source: String) -> String {
        switch self {
        case .syntax(let what, let column): Self.located("Syntax error: \(what)", column, source)
        case .undeclared(let name, let column):
            Self.located("undeclared reference to '\(name)' (in container '')", column, source)
        case .unsupported(let what): "\(what) is beyond the expressions this simulated server evaluates"
        case .evaluation(let what): what
        }
    }

    private static func located(_ what: String, _ column: Int, _ source: String) -> String {
        "ERROR: <input>:1:\(column + 1): \(what)\n | \(source)\n | " + String(repeating: ".", count: column) + "^"
    }
}
