internal import FleetModel
internal import FoundationEssentials
internal import ResourceModel
internal import SwiftProtobuf

/// The agent's answers that are too large for one frame: kept until they were fetched, or nobody waits any more.
struct AnswerSender: Hashable, Sendable {
    private struct Held: Hashable, Sendable {
        var bytes: [UInt8]
        var digest: [UInt8]
        var deadline: Duration
    }

    private let limits: LinkLimits
    private var held: [UInt64: Held] = [:]

    init(limits: LinkLimits) { self.limits = limits }

    func holds(_ id: UInt64) -> Bool { held[id] != nil }

    /// False when it may not be kept: too large, or too many are under way.
    mutating func hold(_ id: UInt64, _ body: WireAnswerBody, until deadline: Duration) -> Bool {
        guard held.count < limits.partedAnswers, let bytes: [UInt8] = try? body.serializedBytes(),
            bytes.count <= limits.answerBytes
        else { return false }
        held[id] = Held(bytes: bytes, digest: FormatDigest.sha256(bytes), deadline: deadline)
        return true
    }

    /// Nil when there is none; at the end of the answer it is let go.
    mutating func part(_ id: UInt64, from offset: UInt64) -> WireAnswerPart? {
        guard let answer = held[id] else { return nil }
        guard let start = Int(exactly: offset), start < answer.bytes.count else {
            held[id] = nil
            return nil
        }
        var part = WireAnswerPart()
        part.id = id
        part.digest = answer.digest.data
        part.offset = offset
        part.total = UInt64(answer.bytes.count)
        part.bytes = Array(answer.bytes[start..<min(start + limits.chunkBytes, answer.bytes.count)]).data
        return part
    }

    mutating func expire(now: Duration) { held = held.filter { $0.value.deadline > now } }
    mutating func clear() { held = [:] }
}
