internal import ResourceModel

/// Turns any `Encodable` into a `Value`, so that records and snapshots can be written without Foundation.
///
/// Unsigned numbers above `Int64.max` become strings, because JSON readers lose them otherwise.
package enum ValueEncoder {
    package static func bytes(_ encodable: some Encodable) throws -> [UInt8] {
        JSONWriter.bytes(try value(encodable))
    }

    static func value(_ encodable: some Encodable) throws -> Value {
        let box = EncodingBox()
        try encodable.encode(to: ValueEncoding(box: box, codingPath: []))
        return box.value
    }
}

/// The place one container writes into; a reference, because `Encoder` hands containers out before they are filled.
private final class EncodingBox {
    private enum Contents {
        case single(Value)
        case keyed([String: EncodingBox])
        case unkeyed([EncodingBox])
    }
    private var contents = Contents.single(.object([:]))

    var value: Value {
        switch contents {
        case .single(let value): value
        case .keyed(let fields): .object(fields.mapValues(\.value))
        case .unkeyed(let items): .array(items.map(\.value))
        }
    }

    var count: Int { if case .unkeyed(let items) = contents { items.count } else { 0 } }

    func set(_ value: Value) { contents = .single(value) }

    func beginKeyed() {
        if case .keyed = contents { return }
        contents = .keyed([:])
    }

    func beginUnkeyed() {
        if case .unkeyed = contents { return }
        contents = .unkeyed([])
    }

    func child(_ key: String) -> EncodingBox {
        let box = EncodingBox()
        if case .keyed(var fields) = contents {
            contents = .single(.null)
            fields[key] = box
            contents = .keyed(fields)
        }
        return box
    }

    func appended() -> EncodingBox {
        let box = EncodingBox()
        if case .unkeyed(var items) = contents {
            contents = .single(.null)
            items.append(box)
            contents = .unkeyed(items)
        }
        return box
    }
}

private struct ValueEncoding: Encoder {
    let box: EncodingBox
    var codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        box.beginKeyed()
        return KeyedEncodingContainer(KeyedBox<Key>(box: box, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        box.beginUnkeyed()
        return UnkeyedBox(box: box, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { SingleBox(box: box, codingPath: codingPath) }
}

extension EncodingBox {
    fileprivate func encode<T: Encodable>(_ value: T, at path: [any CodingKey]) throws {
        switch value {
        case let value as String: set(.string(value))
        case let value as Bool: set(.bool(value))
        case let value as Double: set(.double(value))
        case let value as any BinaryInteger: set(Int64(exactly: value).map(Value.int) ?? .string("\(value)"))
        default: try value.encode(to: ValueEncoding(box: self, codingPath: path))
        }
    }
}

private struct SingleBox: SingleValueEncodingContainer {
    let box: EncodingBox
    var codingPath: [any CodingKey]

    mutating func encodeNil() { box.set(.null) }
    mutating func encode<T: Encodable>(_ value: T) throws { try box.encode(value, at: codingPath) }
}

private struct UnkeyedBox: UnkeyedEncodingContainer {
    let box: EncodingBox
    var codingPath: [any CodingKey]
    var count: Int { box.count }

    mutating func encodeNil() { box.appended().set(.null) }
    mutating func encode<T: Encodable>(_ value: T) throws { try box.appended().encode(value, at: codingPath) }
    mutating func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        ValueEncoding(box: box.appended(), codingPath: codingPath).container(keyedBy: type)
    }
    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        ValueEncoding(box: box.appended(), codingPath: codingPath).unkeyedContainer()
    }
    mutating func superEncoder() -> any Encoder { ValueEncoding(box: box.appended(), codingPath: codingPath) }
}

private struct KeyedBox<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let box: EncodingBox
    var codingPath: [any CodingKey]

    mutating func encodeNil(forKey key: Key) { box.child(key.stringValue).set(.null) }
    mutating func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
        try box.child(key.stringValue).encode(value, at: codingPath)
    }
    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        ValueEncoding(box: box.child(key.stringValue), codingPath: codingPath + [key]).container(keyedBy: type)
    }
    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        ValueEncoding(box: box.child(key.stringValue), codingPath: codingPath + [key]).unkeyedContainer()
    }
    mutating func superEncoder() -> any Encoder { ValueEncoding(box: box.child("super"), codingPath: codingPath) }
    mutating func superEncoder(forKey key: Key) -> any Encoder {
        ValueEncoding(box: box.child(key.stringValue), codingPath: codingPath + [key])
    }
}
