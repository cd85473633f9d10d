internal import ResourceModel

/// Writes any `Encodable` as JSON with sorted keys, so that records and snapshots are written without Foundation.
///
/// Equal values give equal bytes, those of `JSONWriter`. Unsigned numbers above `Int64.max` become strings, because
/// JSON readers lose them otherwise. A record is written for every install of a command, so nothing is built in
/// between: a container writes its values into one buffer and remembers where each key's value stands.
package enum ValueEncoder {
    package static func bytes(_ encodable: some Encodable) throws -> [UInt8] {
        let node = JSONNode()
        try encodable.encode(to: JSONEncoding(node: node, codingPath: []))
        var out: [UInt8] = []
        node.write(into: &out)
        return out
    }
}

/// What one container writes into; a reference, because `Encoder` hands containers out before they are filled.
private final class JSONNode {
    private enum Shape { case single, keyed, unkeyed }

    private enum Part {
        /// Written, in `buffer`.
        case written(Range<Int>)
        /// Handed out, and perhaps not yet filled.
        case nested(JSONNode)
    }

    private var shape = Shape.single
    private var buffer: [UInt8] = []
    private var keys: [String] = []
    private var parts: [Part] = []

    var count: Int { parts.count }

    func begin(keyed: Bool) {
        guard case .single = shape else { return }
        shape = keyed ? .keyed : .unkeyed
        buffer.reserveCapacity(256)
    }

    /// Adds what `body` writes under `key`; the key of an array's element is not looked at.
    func put(_ key: String, _ body: (inout [UInt8]) throws -> Void) rethrows {
        let start = buffer.count
        try body(&buffer)
        add(key, .written(start..<buffer.count))
    }

    func put(_ key: String, _ value: some Encodable, at path: [any CodingKey]) throws {
        let child = JSONNode()
        try value.encode(to: JSONEncoding(node: child, codingPath: path))
        put(key) { child.write(into: &$0) }
    }

    func nested(_ key: String) -> JSONNode {
        let child = JSONNode()
        add(key, .nested(child))
        return child
    }

    func set(_ body: (inout [UInt8]) -> Void) {
        shape = .single
        buffer = []
        body(&buffer)
    }

    func set(_ value: some Encodable, at path: [any CodingKey]) throws {
        try value.encode(to: JSONEncoding(node: self, codingPath: path))
    }

    private func add(_ key: String, _ part: Part) {
        if case .keyed = shape { keys.append(key) }
        parts.append(part)
    }

    func write(into out: inout [UInt8]) {
        switch shape {
        case .single: out.append(contentsOf: buffer.isEmpty ? [0x7B, 0x7D] : buffer)
        case .unkeyed:
            out.append(0x5B)
            for index in parts.indices {
                if index > 0 { out.append(0x2C) }
                write(parts[index], into: &out)
            }
            out.append(0x5D)
        case .keyed:
            out.append(0x7B)
            // The last one of equal keys counts.
            let order = keys.indices.sorted { keys[$0] == keys[$1] ? $0 < $1 : keys[$0] < keys[$1] }
            var isFirst = true
            for (place, index) in order.enumerated() {
                if place + 1 < order.count, keys[order[place + 1]] == keys[index] { continue }
                if !isFirst { out.append(0x2C) }
                isFirst = false
                JSONWriter.write(string: keys[index], into: &out)
                out.append(0x3A)
                write(parts[index], into: &out)
            }
            out.append(0x7D)
        }
    }

    private func write(_ part: Part, into out: inout [UInt8]) {
        switch part {
        case .written(let range): out.append(contentsOf: buffer[range])
        case .nested(let node): node.write(into: &out)
        }
    }
}

/// JSON's scalars.
private enum Scalar {
    static func write(_ value: Bool, into out: inout [UInt8]) {
        out.append(contentsOf: (value ? "true" : "false").utf8)
    }
    static func write(_ value: some BinaryInteger, into out: inout [UInt8]) {
        if let number = Int64(exactly: value) {
            out.append(contentsOf: String(number).utf8)
        } else {
            JSONWriter.write(string: String(value), into: &out)
        }
    }
    static func write(_ value: Double, into out: inout [UInt8]) {
        out.append(contentsOf: JSONWriter.text(of: value).utf8)
    }
    static func writeNull(into out: inout [UInt8]) { out.append(contentsOf: "null".utf8) }
}

private struct JSONEncoding: Encoder {
    let node: JSONNode
    var codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        node.begin(keyed: true)
        return KeyedEncodingContainer(KeyedPart<Key>(node: node, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        node.begin(keyed: false)
        return UnkeyedPart(node: node, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { SinglePart(node: node, codingPath: codingPath) }
}

private struct SinglePart: SingleValueEncodingContainer {
    let node: JSONNode
    var codingPath: [any CodingKey]

    func encodeNil() { node.set { Scalar.writeNull(into: &$0) } }
    func encode(_ value: Bool) { node.set { Scalar.write(value, into: &$0) } }
    func encode(_ value: String) { node.set { JSONWriter.write(string: value, into: &$0) } }
    func encode(_ value: Double) { node.set { Scalar.write(value, into: &$0) } }
    func encode(_ value: Float) { encode(Double(value)) }
    func encode(_ value: Int) { encode(number: value) }
    func encode(_ value: Int8) { encode(number: value) }
    func encode(_ value: Int16) { encode(number: value) }
    func encode(_ value: Int32) { encode(number: value) }
    func encode(_ value: Int64) { encode(number: value) }
    func encode(_ value: UInt) { encode(number: value) }
    func encode(_ value: UInt8) { encode(number: value) }
    func encode(_ value: UInt16) { encode(number: value) }
    func encode(_ value: UInt32) { encode(number: value) }
    func encode(_ value: UInt64) { encode(number: value) }
    func encode<T: Encodable>(_ value: T) throws { try node.set(value, at: codingPath) }

    private func encode(number: some BinaryInteger) { node.set { Scalar.write(number, into: &$0) } }
}

private struct UnkeyedPart: UnkeyedEncodingContainer {
    let node: JSONNode
    var codingPath: [any CodingKey]
    var count: Int { node.count }

    func encodeNil() { node.put("") { Scalar.writeNull(into: &$0) } }
    func encode<T: Encodable>(_ value: T) throws { try node.put("", value, at: codingPath) }
    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        JSONEncoding(node: node.nested(""), codingPath: codingPath).container(keyedBy: type)
    }
    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        JSONEncoding(node: node.nested(""), codingPath: codingPath).unkeyedContainer()
    }
    func superEncoder() -> any Encoder { JSONEncoding(node: node.nested(""), codingPath: codingPath) }
}

private struct KeyedPart<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: JSONNode
    var codingPath: [any CodingKey]

    func encodeNil(forKey key: Key) { node.put(key.stringValue) { Scalar.writeNull(into: &$0) } }
    func encode(_ value: Bool, forKey key: Key) { node.put(key.stringValue) { Scalar.write(value, into: &$0) } }
    func encode(_ value: String, forKey key: Key) {
        node.put(key.stringValue) { JSONWriter.write(string: value, into: &$0) }
    }
    func encode(_ value: Double, forKey key: Key) { node.put(key.stringValue) { Scalar.write(value, into: &$0) } }
    func encode(_ value: Int, forKey key: Key) { node.put(key.stringValue) { Scalar.write(value, into: &$0) } }
    func encode(_ value: Int64, forKey key: Key) { node.put(key.stringValue) { Scalar.write(value, into: &$0) } }
    func encode(_ value: UInt64, forKey key: Key) { node.put(key.stringValue) { Scalar.write(value, into: &$0) } }
    func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
        try node.put(key.stringValue, value, at: codingPath)
    }
    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        JSONEncoding(node: node.nested(key.stringValue), codingPath: codingPath).container(keyedBy: type)
    }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        JSONEncoding(node: node.nested(key.stringValue), codingPath: codingPath).unkeyedContainer()
    }
    func superEncoder() -> any Encoder { JSONEncoding(node: node.nested("super"), codingPath: codingPath) }
    func superEncoder(forKey key: Key) -> any Encoder {
        JSONEncoding(node: node.nested(key.stringValue), codingPath: codingPath)
    }
}
