/// A node of a parsed Go template; `text` writes it as Go does, which is what errors quote.
struct GoNode: Hashable, Sendable {
    indirect enum Kind: Hashable, Sendable {
        case text(String)
        case action(GoPipe)
        case branch(GoBranch)
        case template(name: String, GoPipe?)
        case breakLoop
        case continueLoop
    }

    var kind: Kind
    var position: Int
}

struct GoBranch: Hashable, Sendable {
    enum Keyword: String, Hashable, Sendable { case condition = "if", range, with }

    var keyword: Keyword
    var pipe: GoPipe
    var body: [GoNode]
    var otherwise: [GoNode]
}

struct GoPipe: Hashable, Sendable {
    struct Variable: Hashable, Sendable {
        var name: String
        var position: Int
    }

    var position: Int
    var declared: [Variable] = []
    var isAssignment = false
    var commands: [GoCommand] = []

    var text: String {
        var text = ""
        if !declared.isEmpty {
            text = declared.map(\.name).joined(separator: ", ") + (isAssignment ? " = " : " := ")
        }
        return text + commands.map(\.text).joined(separator: " | ")
    }
}

struct GoCommand: Hashable, Sendable {
    var position: Int
    var operands: [GoOperand]

    var text: String {
        operands.map { operand in
            if case .pipe(let pipe) = operand.kind { return "(\(pipe.text))" }
            return operand.text
        }.joined(separator: " ")
    }
}

struct GoOperand: Hashable, Sendable {
    indirect enum Kind: Hashable, Sendable {
        case dot
        case null
        case bool(Bool)
        case number(GoNumber)
        case string(String)
        case identifier(String)
        case field([String])
        case variable(String, [String])
        case chain(GoOperand, [String])
        case pipe(GoPipe)
    }

    var kind: Kind
    var position: Int
    /// As written, for constants.
    var source = ""

    var text: String {
        switch kind {
        case .dot: "."
        case .null: "nil"
        case .bool(let value): String(value)
        case .number, .string: source
        case .identifier(let name): name
        case .field(let names): names.map { "." + $0 }.joined()
        case .variable(let name, let fields): ([name] + fields).joined(separator: ".")
        case .chain(let operand, let fields):
            (operand.isPipe ? "(\(operand.text))" : operand.text) + fields.map { "." + $0 }.joined()
        case .pipe(let pipe): pipe.text
        }
    }

    var isPipe: Bool { if case .pipe = kind { true } else { false } }
}

/// A numeric constant: an integer where Go reads one, else a float.
struct GoNumber: Hashable, Sendable {
    var integer: Int64?
    var float: Double

    init?(_ text: String) {
        var body = text.filter { $0 != "_" }
        var sign: Int64 = 1
        if body.hasPrefix("-") { sign = -1 }
        if body.hasPrefix("-") || body.hasPrefix("+") { body.removeFirst() }
        let lower = body.lowercased()
        var radix = 10
        var digits = lower
        for (prefix, value) in [("0x", 16), ("0o", 8), ("0b", 2)] where lower.hasPrefix(prefix) {
            radix = value
            digits = String(lower.dropFirst(2))
        }
        if radix == 10, lower.count > 1, lower.hasPrefix("0"), lower.allSatisfy({ ("0"..."7").contains($0) }) {
            radix = 8
        }
        if let value = Int64(digits, radix: radix), !digits.hasPrefix("+"), !digits.hasPrefix("-") {
            integer = sign * value
            float = Double(sign * value)
            return
        }
        guard let value = Double(body), radix == 10 || body.lowercased().contains("p"),
            body.first.map({ $0.isNumber || $0 == "." }) == true
        else { return nil }
        float = Double(sign) * value
        // Go takes 1e3 for an integer as well where it is one.
        integer = float == float.rounded() && abs(float) < 9e15 && !body.contains(".") ? Int64(float) : nil
    }

    init(character: Int64) {
        integer = character
        float = Double(character)
    }
}
