/// What a document, a map item or an array item holds.
enum YAMLValue {
    case null
    case bool(Bool)
    case int(Int)
    case uint(UInt64)
    case float(Double)
    case string(String)
    case node(YAMLNode)

    var node: YAMLNode? { if case .node(let node) = self { node } else { nil } }
    var string: String? { if case .string(let text) = self { text } else { nil } }
    var isNull: Bool { if case .null = self { true } else { false } }

    func deepCopy() -> YAMLValue {
        if case .node(let node) = self { .node(node.deepCopy()) } else { self }
    }

    /// The word Go's `%v` prints: used in messages.
    var goText: String {
        switch self {
        case .null: "%!s(<nil>)"
        case .bool(let value): value ? "%!s(bool=true)" : "%!s(bool=false)"
        case .int(let value): "%!s(int=\(value))"
        case .uint(let value): "%!s(uint64=\(value))"
        case .float(let value): "%!s(float64=\(value))"
        case .string(let text): text
        case .node: "node"
        }
    }

    /// Go's `%T` of what ytt would hold here.
    var goType: String {
        switch self {
        case .null: "<nil>"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint64"
        case .float: "float64"
        case .string: "string"
        case .node(let node): node.goType
        }
    }

    /// Equality of leaves as Go's `reflect.DeepEqual` with whole numbers compared by value.
    func equalsLeaf(_ other: YAMLValue) -> Bool {
        switch (self, other) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.int(let left), .int(let right)): left == right
        case (.uint(let left), .uint(let right)): left == right
        case (.float(let left), .float(let right)): left == right
        case (.string(let left), .string(let right)): left == right
        case (.node(let left), .node(let right)): left.equalsDeep(right)
        default: false
        }
    }
}
