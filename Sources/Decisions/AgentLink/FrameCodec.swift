internal import FoundationEssentials
internal import SwiftProtobuf

/// Bytes of one frame and back.
enum FrameCodec {
    static func encode(_ frame: WireFrame) -> [UInt8] {
        // A proto3 message without Any has no required fields and always serializes.
        (try? frame.serializedBytes()) ?? []
    }

    static func encode(epoch: UInt64, _ body: WireFrame.OneOf_Body) -> [UInt8] {
        var frame = WireFrame()
        frame.epoch = epoch
        frame.body = body
        return encode(frame)
    }

    static func decode(_ bytes: [UInt8], limits: LinkLimits) throws(LinkError) -> (
        epoch: UInt64, body: WireFrame.OneOf_Body
    ) {
        guard bytes.count <= limits.frameBytes else { throw .tooLarge(limit: "frameBytes", bytes: bytes.count) }
        guard let frame = try? WireFrame(serializedBytes: bytes) else { throw .malformed("Frame") }
        guard let body = frame.body else { throw .unknownKind }
        return (frame.epoch, body)
    }
}

extension Data {
    var octets: [UInt8] { Array(self) }
}

extension [UInt8] {
    var data: Data { Data(self) }
}

extension Duration {
    /// Whole milliseconds, clamped to what a protocol field holds.
    var wireMilliseconds: UInt32 {
        let parts = components
        guard parts.seconds >= 0, parts.attoseconds >= 0 else { return 0 }
        let milliseconds = parts.seconds.multipliedReportingOverflow(by: 1000)
        guard !milliseconds.overflow else { return .max }
        return UInt32(clamping: milliseconds.partialValue + parts.attoseconds / 1_000_000_000_000_000)
    }
}
