package import FleetModel
internal import SwiftProtobuf

/// The bytes of a report, as they lie in the agent's outbox, travel, and lie in the coordinator's journal.
package enum ReportCodec {
    /// Bytes kept of each text of a report; longer ones are cut and say so.
    package static let textBytes = 32 << 10
    /// Reason word of the note that stands for a report of a kind this version does not know.
    package static let unknownReason = "UnknownReport"
    /// Reason word of the note that stands for bytes that are no report.
    package static let unreadableReason = "UnreadableReport"

    package static func encode(_ report: AgentReport) -> [UInt8] {
        (try? WireReport(report, textBytes: textBytes).serializedBytes()) ?? []
    }

    /// Unknown kinds and words become a note; throws only on bytes that are no report at all.
    package static func decode(_ bytes: [UInt8]) throws(LinkError) -> AgentReport {
        guard let wire = try? WireReport(serializedBytes: bytes) else { throw .malformed("Report") }
        return wire.report()
    }

    /// As `decode`, but bytes that are no report become a note too: a feed must not stop at one bad report.
    package static func read(_ bytes: [UInt8], sequence: UInt64) -> AgentReport {
        if let report = try? decode(bytes), report.sequence == sequence { return report }
        return AgentReport(
            sequence: sequence, at: .zero, service: nil, generation: 0,
            body: .note(reason: unreadableReason, message: "report \(sequence) cannot be read (\(bytes.count) bytes)"))
    }
}
