/// The fields of the built-in kinds, from a compact table: what a strict decoder knows.
///
/// Types: `s` text, `i` int32, `l` int64, `b` bool, `n` number or text, `x` anything, `ms` map of texts, `[T]` list,
/// `{T}` map, else the name of another row. A kind without a row is not checked.
enum KindFields {
    indirect enum FieldType: Sendable, Hashable {
        case text, int32, int64, bool, anything, textOrNumber
        case list(FieldType)
        case map(FieldType)
        case structure(String)
    }

    static let rows: [String: [String: FieldType]] = {
        var rows: [String: [String: FieldType]] = [:]
        for line in KindFieldTable.text.split(separator: "\n") {
            let parts = line.split(separator: " ").map(String.init)
            guard let name = parts.first else { continue }
            for part in parts.dropFirst() {
                let pair = part.split(separator: ":", maxSplits: 1).map(String.init)
                for field in pair[0].split(separator: ",") {
                    rows[name, default: [:]][String(field)] = type(pair.count == 2 ? pair[1] : "x")
                }
            }
        }
        return rows
    }()

    private static func type(_ text: String) -> FieldType {
        switch text {
        case "s": .text
        case "i": .int32
        case "l": .int64
        case "b": .bool
        case "n": .textOrNumber
        case "x": .anything
        case "ms": .map(.text)
        case let text where text.hasPrefix("["): .list(type(String(text.dropFirst().dropLast())))
        case let text where text.hasPrefix("{"): .map(type(String(text.dropFirst().dropLast())))
        default: .structure(text)
        }
    }
}
