internal import ResourceModel

/// The JSONPath of printer columns and of `scale` paths: fields, indices, `[*]` and equality filters.
struct SimplePath: Sendable {
    private enum Step: Sendable {
        case field(String)
        case index(Int)
        case all
        case filter(field: String, equals: String)
    }

    private var steps: [Step] = []

    init(_ text: String) {
        var rest = Array(text)[...]
        while let character = rest.first {
            rest = rest.dropFirst()
            if character == "." {
                var name = ""
                while let next = rest.first, next != ".", next != "[" {
                    if next == "\\" { rest = rest.dropFirst() }
                    if let kept = rest.first { name.append(kept) }
                    rest = rest.dropFirst()
                }
                if !name.isEmpty { steps.append(.field(name)) }
            } else if character == "[" {
                let inside = String(rest.prefix { $0 != "]" })
                // A filter may hold a bracket only in its text, which none of ours does.
                rest = rest.dropFirst(inside.count + 1)
                steps.append(Self.bracket(inside))
            }
        }
    }

    private static func bracket(_ inside: String) -> Step {
        if inside == "*" { return .all }
        if let index = Int(inside) { return .index(index) }
        if inside.hasPrefix("?(@.") {
            let parts = inside.dropFirst(4).split(separator: "=").map(String.init)
            let field = (parts.first ?? "").filter { $0 != " " }
            let value = (parts.last ?? "").filter { !"\"' )".contains($0) }
            return .filter(field: field, equals: value)
        }
        return .field(inside.filter { !"\"'".contains($0) })
    }

    func first(in object: Value) -> Value? {
        var found = [object]
        for step in steps {
            switch step {
            case .field(let name): found = found.compactMap { $0[name] }
            case .index(let index): found = found.compactMap { $0[index] }
            case .all: found = found.flatMap { $0.arrayValue ?? [] }
            case .filter(let field, let wanted):
                found = found.flatMap { ($0.arrayValue ?? []).filter { $0[field]?.stringValue == wanted } }
            }
        }
        return found.first
    }
}
