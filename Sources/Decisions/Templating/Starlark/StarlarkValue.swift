/// A Starlark value.
enum StarlarkValue {
    case none
    case bool(Bool)
    case int(Int)
    /// An integer that does not fit in 64 bits.
    case big(BigInteger)
    case float(Double)
    case string(String)
    case list(StarlarkList)
    case tuple([StarlarkValue])
    case dict(StarlarkDict)
    case set(StarlarkDict)
    case range(StarlarkRange)
    case function(StarlarkFunction)
    case builtin(StarlarkBuiltin)
    case structure(StarlarkStruct)
    /// A part of a YAML tree.
    case fragment(YAMLValue)
    /// What `template.replace` gives: the node has its value already.
    case noop

    /// Signature of functions written in Swift.
    typealias Keywords = [(name: String, value: StarlarkValue)]

    var typeName: String {
        switch self {
        case .none: "NoneType"
        case .bool: "bool"
        case .int, .big: "int"
        case .float: "float"
        case .string: "string"
        case .list: "list"
        case .tuple: "tuple"
        case .dict: "dict"
        case .set: "set"
        case .range: "range"
        case .function: "function"
        case .builtin: "builtin_function_or_method"
        case .structure(let value): value.typeName
        case .fragment: "yamlfragment"
        case .noop: "noop"
        }
    }

    /// Go's type of the value, which some messages name.
    var goType: String {
        switch self {
        case .none: "starlark.NoneType"
        case .bool: "starlark.Bool"
        case .int, .big: "starlark.Int"
        case .float: "starlark.Float"
        case .string: "starlark.String"
        case .list: "*starlark.List"
        case .tuple: "starlark.Tuple"
        case .dict: "*starlark.Dict"
        case .set: "*starlark.Set"
        case .range: "starlark.rangeValue"
        case .function: "*starlark.Function"
        case .builtin: "*starlark.Builtin"
        case .structure(let value): value.goType
        case .fragment: "*yamltemplate.StarlarkFragment"
        case .noop: "*core.StarlarkNoop"
        }
    }

    var isCallable: Bool {
        switch self {
        case .function, .builtin: true
        default: false
        }
    }

    var string: String? { if case .string(let text) = self { text } else { nil } }

    /// What counts as true in a condition.
    var truth: Bool {
        switch self {
        case .none, .noop: false
        case .bool(let value): value
        case .int(let value): value != 0
        case .big: true
        case .float(let value): value != 0
        case .string(let value): !value.isEmpty
        case .list(let value): !value.items.isEmpty
        case .tuple(let items): !items.isEmpty
        case .dict(let value), .set(let value): value.count > 0
        case .range(let value): value.count > 0
        case .function, .builtin: true
        case .structure(let value): value.isModule || !value.fields.isEmpty
        case .fragment(let value): (value.node?.items.count ?? 0) > 0
        }
    }

    /// The type that keeps the value from being a key.
    var unhashableTypeName: String {
        if case .tuple(let items) = self, let item = items.first(where: { $0.hashKey == nil }) {
            return item.unhashableTypeName
        }
        return typeName
    }

    /// The value as a key; nil when it cannot be one.
    var hashKey: StarlarkKey? {
        switch self {
        case .none: return StarlarkKey.none
        case .bool(let value): return .bool(value)
        case .int(let value): return .int(value)
        case .big(let value): return .big(value)
        case .float(let value): return Int(exactly: value).map { .int($0) } ?? .float(value)
        case .string(let value): return .string(value)
        case .tuple(let items):
            var keys: [StarlarkKey] = []
            for item in items {
                guard let key = item.hashKey else { return nil }
                keys.append(key)
            }
            return .tuple(keys)
        case .function(let value): return .identity(ObjectIdentifier(value))
        case .builtin(let value): return .identity(ObjectIdentifier(value))
        case .list, .dict, .set, .range, .structure, .fragment, .noop: return nil
        }
    }
}
