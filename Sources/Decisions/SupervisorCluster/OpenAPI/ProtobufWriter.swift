internal import ResourceModel

/// Writes length-delimited protobuf fields.
struct ProtobufWriter {
    private(set) var bytes: [UInt8] = []

    /// Absent and empty texts are not written, as in proto3.
    mutating func text(_ number: Int, _ value: Value?) {
        guard let text = value?.stringValue, !text.isEmpty else { return }
        field(number, Array(text.utf8))
    }

    mutating func message(_ number: Int, _ write: (inout ProtobufWriter) -> Void) {
        var inner = ProtobufWriter()
        write(&inner)
        field(number, inner.bytes)
    }

    private mutating func field(_ number: Int, _ content: [UInt8]) {
        varint(UInt64(number) << 3 | 2)
        varint(UInt64(content.count))
        bytes += content
    }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
