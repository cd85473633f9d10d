package import ResourceModel

/// A value while a Go template runs. Everything that comes from data counts as `interface {}`.
package indirect enum GoValue: Hashable, Sendable {
    /// nil, or what a map does not have: prints as `<no value>`.
    case none
    case bool(Bool)
    case int(Int64)
    case float(Double)
    case string(String)
    case list([GoValue])
    case map([String: GoValue])

    /// JSON or YAML data as a template sees it.
    package init(_ value: Value) {
        switch value {
        case .null: self = .none
        case .bool(let value): self = .bool(value)
        case .int(let value): self = .int(value)
        case .double(let value): self = .float(value)
        case .string(let text): self = .string(text)
        case .array(let items): self = .list(items.map(GoValue.init))
        case .object: self = .map((value.objectValue ?? [:]).reduce(into: [:]) { $0[$1.key] = GoValue($1.value) })
        }
    }

    /// Go's `template.IsTrue`.
    var isTrue: Bool {
        switch self {
        case .none: false
        case .bool(let value): value
        case .int(let value): value != 0
        case .float(let value): value != 0
        case .string(let text): !text.isEmpty
        case .list(let items): !items.isEmpty
        case .map(let entries): !entries.isEmpty
        }
    }

    /// The Go type that an error names.
    var typeName: String {
        switch self {
        case .none: "<nil>"
        case .bool: "bool"
        case .int: "int"
        case .float: "float64"
        case .string: "string"
        case .list: "[]interface {}"
        case .map: "map[string]interface {}"
        }
    }
}
