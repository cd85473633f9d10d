internal import Foundation

/// One line of JSON for `Benchmarks/run`.
struct Report {
    enum Field: ExpressibleByStringLiteral {
        case text(String)
        case number(Double)

        init(stringLiteral value: String) { self = .text(value) }
    }

    private var fields: [String: Field]

    init(_ fields: [String: Field]) { self.fields = fields }

    func print() {
        let members = fields.sorted { $0.key < $1.key }.map { name, field in
            switch field {
            case .text(let text): "\"\(name)\": \"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "'"))\""
            case .number(let number): "\"\(name)\": \(number)"
            }
        }
        let line = "{" + members.joined(separator: ", ") + "}\n"
        try? FileHandle.standardOutput.write(contentsOf: Data(line.utf8))
    }
}

extension Duration {
    var milliseconds: Double {
        Double(components.seconds) * 1000 + Double(components.attoseconds) / 1_000_000_000_000_000
    }
}
