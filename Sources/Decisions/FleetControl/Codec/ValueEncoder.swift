internal import ResourceModel

/// Writes any `Encodable` as JSON with sorted keys, so that records and snapshots are written without Foundation.
///
/// Equal values give equal bytes, those of `JSONWriter`. Unsigned numbers above `Int64.max` become strings, because
/// JSON readers lose them otherwise. A record is written for every install of a command, and a snapshot has every
/// target of every task: so nothing is built in between, and the nodes of an array's elements are used again.
package enum ValueEncoder {
    package static func bytes(_ encodable: some Encodable) throws -> [UInt8] {
        let root = JSONNode()
        root.begin(keyed: false)
        try root.put("", encodable, at: [])
        return root.first
    }

    /// Writes JSON of this encoder's own as the whole value; false for another encoder, which cannot take it.
    static func write(_ bytes: [UInt8], to encoder: any Encoder) -> Bool {
        guard let encoding = encoder as? JSONEncoding else { return false }
        encoding.parent.scalar { $0.append(contentsOf: bytes) }
        return true
    }
}

/// What one container writes into; a reference, because `Encoder` hands containers out before they are filled.
private final class JSONNode {
    private enum Part {
        /// Written, in `buffer`.
        case written(Range<Int>)
        /// Handed out, and perhaps not yet filled.
        case nested(JSONNode)
    }

    private var isKeyed = false
    /// Neither array nor object: the parent of one value.
    private var isValue = false
    private(set) var buffer: [UInt8] = []
    private var keys: [String] = []
    private var parts: [Part] = []
    /// The node of the value that is being put, once it asked for a container.
    private var open: JSONNode?
    /// A node that nobody holds any more.
    private var spare: JSONNode?
    /// Keys that were sorted, and their order: the elements of an array have the same ones, and this node is used again
    /// for each of their parts.
    private var shapes: [(keys: [String], order: [Int])] = []
    private static let rememberedShapes = 8

    var count: Int { parts.count }
    /// The bytes of the one value of the root.
    var first: [UInt8] { parts.isEmpty ? [0x7B, 0x7D] : buffer }

    func begin(keyed: Bool) {
        guard parts.isEmpty, buffer.isEmpty else { return }
        isKeyed = keyed
        buffer.reserveCapacity(256)
        parts.reserveCapacity(16)
        if keyed { keys.reserveCapacity(16) }
    }

    /// Adds what `body` writes under `key`; the key of an array's element is not looked at.
    func put(_ key: String, _ body: (inout [UInt8]) -> Void) {
        let start = buffer.count
        body(&buffer)
        add(key, .written(start..<buffer.count))
    }

    /// The value writes a scalar into this node's buffer, or asks for a container of its own.
    func put(_ key: String, _ value: some Encodable, at path: [any CodingKey]) throws {
        let start = buffer.count
        try value.encode(to: JSONEncoding(parent: self, codingPath: path))
        if var child = open {
            open = nil
            child.write(into: &buffer)
            if isKnownUniquelyReferenced(&child) {
                child.reset()
                spare = child
            }
        } else if buffer.count == start {
            buffer.append(contentsOf: [0x7B, 0x7D])
        }
        add(key, .written(start..<buffer.count))
    }

    func scalar(_ body: (inout [UInt8]) -> Void) { body(&buffer) }

    /// The value that is being put wants a container.
    func opened(keyed: Bool) -> JSONNode {
        if let open { return open }
        let child = spare ?? JSONNode()
        spare = nil
        child.begin(keyed: keyed)
        open = child
        return child
    }

    /// A container that is filled by and by.
    func nested(_ key: String, keyed: Bool) -> JSONNode {
        let child = JSONNode()
        child.begin(keyed: keyed)
        add(key, .nested(child))
        return child
    }

    /// One value, a superclass's, that is put by and by.
    func nestedValue(_ key: String) -> JSONNode {
        let child = JSONNode()
        child.isValue = true
        add(key, .nested(child))
        return child
    }

    private func reset() {
        buffer.removeAll(keepingCapacity: true)
        keys.removeAll(keepingCapacity: true)
        parts.removeAll(keepingCapacity: true)
    }

    private func add(_ key: String, _ part: Part) {
        if isKeyed { keys.append(key) }
        parts.append(part)
    }

    func write(into out: inout [UInt8]) {
        if isValue {
            if let open {
                open.write(into: &out)
            } else {
                out.append(contentsOf: buffer.isEmpty ? [0x7B, 0x7D] : buffer)
            }
            return
        }
        guard isKeyed else {
            out.append(0x5B)
            for index in parts.indices {
                if index > 0 { out.append(0x2C) }
                write(parts[index], into: &out)
            }
            out.append(0x5D)
            return
        }
        out.append(0x7B)
        for (place, index) in order().enumerated() {
            if place > 0 { out.append(0x2C) }
            JSONWriter.write(string: keys[index], into: &out)
            out.append(0x3A)
            write(parts[index], into: &out)
        }
        out.append(0x7D)
    }

    /// The places of `keys` in the order of the keys.
    private func order() -> [Int] {
        if let known = shapes.first(where: { $0.keys == keys }) { return known.order }
        let order = keys.indices.sorted { keys[$0] == keys[$1] ? $0 < $1 : keys[$0] < keys[$1] }
        if shapes.count == Self.rememberedShapes { shapes.removeFirst() }
        shapes.append((keys, order))
        return order
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

/// The encoder of one value that is put into `parent`.
private struct JSONEncoding: Encoder {
    let parent: JSONNode
    var codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(KeyedPart<Key>(node: parent.opened(keyed: true), codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        UnkeyedPart(node: parent.opened(keyed: false), codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        SinglePart(parent: parent, codingPath: codingPath)
    }
}

private struct SinglePart: SingleValueEncodingContainer {
    let parent: JSONNode
    var codingPath: [any CodingKey]

    func encodeNil() { parent.scalar { Scalar.writeNull(into: &$0) } }
    func encode(_ value: Bool) { parent.scalar { Scalar.write(value, into: &$0) } }
    func encode(_ value: String) { parent.scalar { JSONWriter.write(string: value, into: &$0) } }
    func encode(_ value: Double) { parent.scalar { Scalar.write(value, into: &$0) } }
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
    func encode<T: Encodable>(_ value: T) throws {
        try value.encode(to: JSONEncoding(parent: parent, codingPath: codingPath))
    }

    private func encode(number: some BinaryInteger) { parent.scalar { Scalar.write(number, into: &$0) } }
}

private struct UnkeyedPart: UnkeyedEncodingContainer {
    let node: JSONNode
    var codingPath: [any CodingKey]
    var count: Int { node.count }

    func encodeNil() { node.put("") { Scalar.writeNull(into: &$0) } }
    func encode<T: Encodable>(_ value: T) throws { try node.put("", value, at: codingPath) }
    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        KeyedEncodingContainer(KeyedPart<Nested>(node: node.nested("", keyed: true), codingPath: codingPath))
    }
    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        UnkeyedPart(node: node.nested("", keyed: false), codingPath: codingPath)
    }
    func superEncoder() -> any Encoder { JSONEncoding(parent: node.nestedValue(""), codingPath: codingPath) }
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
        KeyedEncodingContainer(
            KeyedPart<Nested>(node: node.nested(key.stringValue, keyed: true), codingPath: codingPath))
    }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        UnkeyedPart(node: node.nested(key.stringValue, keyed: false), codingPath: codingPath)
    }
    func superEncoder() -> any Encoder { JSONEncoding(parent: node.nestedValue("super"), codingPath: codingPath) }
    func superEncoder(forKey key: Key) -> any Encoder {
        JSONEncoding(parent: node.nestedValue(key.stringValue), codingPath: codingPath)
    }
}
