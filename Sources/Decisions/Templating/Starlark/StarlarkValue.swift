/// A Starlark value.
enum StarlarkValue {
    case none
    case bool(Bool)
    case int(Int)
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
        case .int: "int"
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
        case .int: "starlark.Int"
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

    /// The value as a key; nil when it cannot be one.
    var hashKey: StarlarkKey? {
        switch self {
        case .none: return StarlarkKey.none
        case .bool(let value): return .bool(value)
        case .int(let value): return .int(value)
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

/// What may be a key of a dictionary.
enum StarlarkKey: Hashable {
    case none
    case bool(Bool)
    case int(Int)
    case float(Double)
    case string(String)
    case tuple([StarlarkKey])
    case identity(ObjectIdentifier)
}

/// A list; shared by reference as in Python.
final class StarlarkList {
    var items: [StarlarkValue]
    init(_ items: [StarlarkValue]) { self.items = items }
}

/// A dictionary that keeps the order of insertion; a set is one without values.
final class StarlarkDict {
    private var entries: [(key: StarlarkValue, value: StarlarkValue)?] = []
    private var index: [StarlarkKey: Int] = [:]

    var count: Int { index.count }
    var items: [(key: StarlarkValue, value: StarlarkValue)] { entries.compactMap { $0 } }
    var keys: [StarlarkValue] { entries.compactMap { $0?.key } }

    init() {}

    func get(_ key: StarlarkKey) -> StarlarkValue? { index[key].flatMap { entries[$0]?.value } }
    func contains(_ key: StarlarkKey) -> Bool { index[key] != nil }

    func set(_ key: StarlarkValue, _ value: StarlarkValue) throws(TemplateError) {
        guard let hash = key.hashKey else { throw TemplateError("unhashable type: \(key.typeName)") }
        if let place = index[hash] {
            entries[place]?.value = value
        } else {
            index[hash] = entries.count
            entries.append((key, value))
        }
    }

    @discardableResult
    func remove(_ key: StarlarkKey) -> StarlarkValue? {
        guard let place = index.removeValue(forKey: key) else { return nil }
        let value = entries[place]?.value
        entries[place] = nil
        if entries.count > 32, index.count * 2 < entries.count {
            let kept = items
            entries = kept
            index = [:]
            for (number, entry) in kept.enumerated() {
                if let hash = entry.key.hashKey { index[hash] = number }
            }
        }
        return value
    }

    func removeAll() {
        entries = []
        index = [:]
    }

    func copy() -> StarlarkDict {
        let other = StarlarkDict()
        other.entries = entries
        other.index = index
        return other
    }
}

/// `range(…)`.
struct StarlarkRange {
    var start: Int
    var stop: Int
    var step: Int

    var count: Int {
        if step > 0 { return start < stop ? (stop - start - 1) / step + 1 : 0 }
        return start > stop ? (start - stop - 1) / -step + 1 : 0
    }

    func value(at index: Int) -> Int { start + index * step }
}

/// A function written in Starlark, with the variables it sees.
final class StarlarkFunction {
    let code: StarlarkCode
    let defaults: [StarlarkValue?]
    let outer: StarlarkFrame
    let module: StarlarkModule

    init(code: StarlarkCode, defaults: [StarlarkValue?], outer: StarlarkFrame, module: StarlarkModule) {
        self.code = code
        self.defaults = defaults
        self.outer = outer
        self.module = module
    }
}

/// Local variables of one call.
final class StarlarkFrame {
    var slots: [StarlarkValue?]
    let outer: StarlarkFrame?

    init(count: Int, outer: StarlarkFrame?) {
        slots = Array(repeating: nil, count: count)
        self.outer = outer
    }
}

/// A function written in Swift.
final class StarlarkBuiltin {
    typealias Body = (StarlarkThread, [StarlarkValue], StarlarkValue.Keywords) throws(TemplateError) -> StarlarkValue

    let name: String
    /// ytt's own functions put their name before their errors and start a new call stack.
    let namesErrors: Bool
    let body: Body

    init(_ name: String, namesErrors: Bool = true, _ body: @escaping Body) {
        self.name = name
        self.namesErrors = namesErrors
        self.body = body
    }
}

/// A value with named fields: `struct.make`, data values, modules, URLs.
final class StarlarkStruct {
    var fields: [(name: String, value: StarlarkValue)]
    let isModule: Bool
    let typeName: String
    /// Set on values that must not get into YAML by themselves (`@ytt:url.value`): the name for the message.
    let opaqueName: String?
    private var index: [String: Int] = [:]

    init(
        _ fields: [(name: String, value: StarlarkValue)], isModule: Bool = false, typeName: String = "struct",
        opaqueName: String? = nil
    ) {
        self.fields = fields
        self.isModule = isModule
        self.typeName = isModule ? "module" : typeName
        self.opaqueName = opaqueName
        for (number, field) in fields.enumerated() { index[field.name] = number }
    }

    static func module(_ functions: [(name: String, value: StarlarkValue)]) -> StarlarkValue {
        .structure(StarlarkStruct(functions, isModule: true))
    }

    var goType: String { isModule ? "*starlarkstruct.Module" : "*core.StarlarkStruct" }

    subscript(name: String) -> StarlarkValue? { index[name].map { fields[$0].value } }
}

/// One evaluated file: its global names and, for templates, what its instructions work on.
final class StarlarkModule {
    let file: String
    var globalNames: [String] = []
    var globals: [StarlarkValue?] = []
    var evaluation: TemplateEvaluation?

    init(file: String) { self.file = file }

    /// What `load` may take: names that do not begin with an underscore.
    func exported(_ name: String) -> StarlarkValue? {
        guard !name.hasPrefix("_"), let place = globalNames.firstIndex(of: name) else { return nil }
        return globals[place]
    }
}
