internal import ResourceModel

/// Reads any `Decodable` back from the JSON that `ValueEncoder` wrote. Unknown keys are skipped.
package enum ValueDecoder {
    package static func read<T: Decodable>(_ type: T.Type, from bytes: [UInt8]) throws -> T {
        try decode(type, from: try JSONReader.read(bytes))
    }

    static func decode<T: Decodable>(_ type: T.Type, from value: Value) throws -> T {
        try value.decoded(as: type, at: [])
    }
}

extension Value {
    fileprivate func decoded<T: Decodable>(as type: T.Type, at path: [any CodingKey]) throws -> T {
        if type == String.self || type == Bool.self || type == Double.self || type is any BinaryInteger.Type {
            guard let read = primitive(type) else { throw mismatch(type, path) }
            return read
        }
        return try T(from: ValueDecoding(value: self, codingPath: path))
    }

    private func primitive<T>(_ type: T.Type) -> T? {
        switch self {
        case .string(let text):
            if let text = text as? T { return text }
            return (type as? any FixedWidthInteger.Type).flatMap { Self.integer($0, text) as? T }
        case .bool(let value): return value as? T
        case .int(let value):
            if type == Double.self { return Double(value) as? T }
            return (type as? any BinaryInteger.Type).flatMap { Self.integer($0, value) as? T }
        case .double(let value): return value as? T
        case .null, .array, .object: return nil
        }
    }

    private static func integer<I: BinaryInteger>(_ type: I.Type, _ value: Int64) -> I? { I(exactly: value) }
    private static func integer<I: FixedWidthInteger>(_ type: I.Type, _ text: String) -> I? { I(text, radix: 10) }

    fileprivate func mismatch(_ type: Any.Type, _ path: [any CodingKey]) -> DecodingError {
        .typeMismatch(
            type, .init(codingPath: path, debugDescription: "expected \(type), found \(typeName)"))
    }
}

private struct ValueDecoding: Decoder {
    let value: Value
    var codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard let fields = value.objectValue else { throw value.mismatch([String: Value].self, codingPath) }
        return KeyedDecodingContainer(KeyedFields<Key>(fields: fields, codingPath: codingPath))
    }
    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard let items = value.arrayValue else { throw value.mismatch([Value].self, codingPath) }
        return UnkeyedItems(items: items, codingPath: codingPath)
    }
    func singleValueContainer() -> any SingleValueDecodingContainer { SingleItem(value: value, codingPath: codingPath) }
}

private struct SingleItem: SingleValueDecodingContainer {
    let value: Value
    var codingPath: [any CodingKey]
    func decodeNil() -> Bool { value.isNull }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { try value.decoded(as: type, at: codingPath) }
}

private struct UnkeyedItems: UnkeyedDecodingContainer {
    let items: [Value]
    var codingPath: [any CodingKey]
    var currentIndex = 0
    var count: Int? { items.count }
    var isAtEnd: Bool { currentIndex >= items.count }

    init(items: [Value], codingPath: [any CodingKey]) {
        self.items = items
        self.codingPath = codingPath
    }

    private mutating func take(_ type: Any.Type) throws -> Value {
        guard currentIndex < items.count else {
            throw DecodingError.valueNotFound(type, .init(codingPath: codingPath, debugDescription: "no more items"))
        }
        defer { currentIndex += 1 }
        return items[currentIndex]
    }

    mutating func decodeNil() throws -> Bool {
        guard currentIndex < items.count, items[currentIndex].isNull else { return false }
        currentIndex += 1
        return true
    }
    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        try take(type).decoded(as: type, at: codingPath)
    }
    mutating func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        try ValueDecoding(value: take(type), codingPath: codingPath).container(keyedBy: type)
    }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try ValueDecoding(value: take([Value].self), codingPath: codingPath).unkeyedContainer()
    }
    mutating func superDecoder() throws -> any Decoder {
        ValueDecoding(value: try take(Value.self), codingPath: codingPath)
    }
}

private struct KeyedFields<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let fields: [String: Value]
    var codingPath: [any CodingKey]
    var allKeys: [Key] { fields.keys.sorted().compactMap { Key(stringValue: $0) } }

    func contains(_ key: Key) -> Bool { fields[key.stringValue] != nil }

    private func take(_ key: any CodingKey) throws -> Value {
        guard let value = fields[key.stringValue] else {
            throw DecodingError.keyNotFound(
                key, .init(codingPath: codingPath, debugDescription: "no value for \(key.stringValue)"))
        }
        return value
    }

    func decodeNil(forKey key: Key) throws -> Bool { try take(key).isNull }
    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        try take(key).decoded(as: type, at: codingPath + [key])
    }
    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try ValueDecoding(value: take(key), codingPath: codingPath + [key]).container(keyedBy: type)
    }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try ValueDecoding(value: take(key), codingPath: codingPath + [key]).unkeyedContainer()
    }
    func superDecoder() throws -> any Decoder {
        ValueDecoding(value: fields["super"] ?? .null, codingPath: codingPath)
    }
    func superDecoder(forKey key: Key) throws -> any Decoder {
        ValueDecoding(value: try take(key), codingPath: codingPath + [key])
    }
}
