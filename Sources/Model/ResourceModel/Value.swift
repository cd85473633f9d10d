/// A JSON or YAML value as data: what Kubernetes objects, package values and schemas are made of.
///
/// Mappings have no order (Kubernetes sorts keys when it prints); a rendered document's order of documents is kept by
/// arrays around it. Integers and floating point numbers are told apart, as the API server does.
package enum Value: Hashable, Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case double(Double)
    case string(String)
    case array([Value])
    case object([String: Value])
}

extension Value: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(nilLiteral: ()) { self = .null }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int64) { self = .int(value) }
    package init(floatLiteral value: Double) { self = .double(value) }
    package init(stringLiteral value: String) { self = .string(value) }
    package init(arrayLiteral elements: Value...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, Value)...) {
        self = .object(Dictionary(elements) { _, last in last })
    }
}

extension Value {
    package var isNull: Bool { self == .null }
    package var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }
    package var intValue: Int64? { if case .int(let value) = self { value } else { nil } }
    package var stringValue: String? { if case .string(let value) = self { value } else { nil } }
    package var arrayValue: [Value]? { if case .array(let value) = self { value } else { nil } }
    package var objectValue: [String: Value]? { if case .object(let value) = self { value } else { nil } }

    package var doubleValue: Double? {
        switch self {
        case .double(let value): value
        case .int(let value): Double(value)
        case .null, .bool, .string, .array, .object: nil
        }
    }

    /// The words of Go's JSON decoder: `string`, `number`, `bool`, `array`, `object`.
    package var goJSONName: String {
        switch self {
        case .bool: "bool"
        case .int, .double: "number"
        default: typeName
        }
    }

    /// `string`, `integer`, `number`, `boolean`, `array`, `object`, `null`: JSON schema's words.
    package var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .int: "integer"
        case .double: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }

    /// A key of a mapping. Reading a missing key gives nil; assigning nil removes the key; assigning to anything that
    /// is not a mapping makes it one.
    package subscript(key: String) -> Value? {
        get { if case .object(let fields) = self { fields[key] } else { nil } }
        set {
            // Taking the fields out of `self` first keeps the dictionary uniquely referenced: no copy per assignment.
            if case .object(var fields) = self {
                self = .null
                fields[key] = newValue
                self = .object(fields)
            } else {
                self = .object(newValue.map { [key: $0] } ?? [:])
            }
        }
    }

    /// An element of a sequence; nil out of range.
    package subscript(index: Int) -> Value? {
        if case .array(let items) = self, items.indices.contains(index) { items[index] } else { nil }
    }

    /// The value under nested keys; assigning makes missing mappings on the way, assigning nil removes the last key.
    package subscript(path: [String]) -> Value? {
        get {
            var current = self
            for key in path {
                guard let next = current[key] else { return nil }
                current = next
            }
            return current
        }
        set {
            guard let first = path.first else {
                self = newValue ?? .null
                return
            }
            if path.count == 1 {
                self[first] = newValue
                return
            }
            if newValue == nil, self[first] == nil { return }
            var child = self[first] ?? .object([:])
            child[Array(path.dropFirst())] = newValue
            self[first] = child
        }
    }

    /// `value[at: "spec", "replicas"]`.
    package subscript(at path: String...) -> Value? {
        get { self[path] }
        set { self[path] = newValue }
    }
}

extension Value {
    /// A scalar as a person writes it; nil for lists and mappings.
    package var scalarText: String? {
        switch self {
        case .string(let text): text
        case .null: "null"
        case .bool, .int, .double: JSONWriter.text(self)
        case .array, .object: nil
        }
    }
}
