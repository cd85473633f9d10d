import FleetControl
import FleetModel
import ResourceModel
import Testing

/// What the encoder writes is JSON with sorted keys, the same bytes as the writer's, and reads back equal.
@Suite struct CodecTests {
    private enum Kind: String, Codable { case plain, other }

    private struct Inner: Codable, Hashable {
        var zeta: String?
        var alpha: [Int]
        var map: [String: Double]
    }

    private struct Outer: Codable, Hashable {
        var text: String
        var flag: Bool
        var large: UInt64
        var kind: Kind
        var small: Int8
        var none: String?
        var inner: Inner
        var many: [Inner]
        var empty: [String]
        var nothing: [String: Int]
        var choice: Choice
    }

    private enum Choice: Codable, Hashable {
        case bare
        case with(name: String, Int)
    }

    private static let value = Outer(
        text: "a \"quoted\" \\ line\n\u{1}\u{e9}", flag: true, large: .max, kind: .other, small: -7, none: nil,
        inner: Inner(zeta: nil, alpha: [3, -1], map: ["b": 0.5, "a": 2]),
        many: [Inner(zeta: "z", alpha: [], map: [:])], empty: [], nothing: [:], choice: .with(name: "n", 4))

    @Test func writesWhatTheWriterWritesAndReadsItBack() throws {
        let bytes = try ValueEncoder.bytes(Self.value)
        #expect(bytes == JSONWriter.bytes(try JSONReader.read(bytes)))
        #expect(try ValueDecoder.read(Outer.self, from: bytes) == Self.value)
        #expect(String(decoding: try ValueEncoder.bytes(Choice.bare), as: UTF8.self) == #"{"bare":{}}"#)
        #expect(String(decoding: try ValueEncoder.bytes(["b", nil]), as: UTF8.self) == #"["b",null]"#)
        #expect(String(decoding: try ValueEncoder.bytes([String: Int]()), as: UTF8.self) == "{}")
        #expect(String(decoding: try ValueEncoder.bytes("x"), as: UTF8.self) == #""x""#)
    }

    @Test func writesNestedAndSuperContainers() throws {
        struct Odd: Encodable {
            enum Keys: String, CodingKey { case list, object, `super` }
            func encode(to encoder: any Encoder) throws {
                var fields = encoder.container(keyedBy: Keys.self)
                var object = fields.nestedContainer(keyedBy: Keys.self, forKey: .object)
                var list = fields.nestedUnkeyedContainer(forKey: .list)
                try object.encode(1, forKey: .object)
                try list.encode("a")
                try list.encodeNil()
                try ["x": true].encode(to: fields.superEncoder())
                try object.encode(2.5, forKey: .list)
                try 7.encode(to: list.superEncoder())
            }
        }
        let text = String(decoding: try ValueEncoder.bytes([Odd(), Odd()]), as: UTF8.self)
        let one = #"{"list":["a",null,7],"object":{"list":2.5,"object":1},"super":{"x":true}}"#
        #expect(text == "[\(one),\(one)]")
    }

    @Test func writesLargeNumbersAsText() throws {
        #expect(String(decoding: try ValueEncoder.bytes([UInt64.max]), as: UTF8.self) == #"["18446744073709551615"]"#)
        #expect(String(decoding: try ValueEncoder.bytes([1.5, 2]), as: UTF8.self) == "[1.5,2]")
    }
}
