package import FleetControl
package import FleetModel
package import FleetRuntime
internal import AgentLink

/// Records as the coordinator's journal holds them: JSON, but agents' reports verbatim behind a short header.
package enum RecordCodec {
    /// Kind word of a report kept as the agent sent it.
    package static let reportKind = "report.v1"

    /// - Parameter raw: the bytes of a report as received.
    package static func entry(_ record: FleetRecord, at: Timestamp, raw: [UInt8]?) throws(FleetError) -> JournalEntry {
        do {
            guard case .report(let body) = record else {
                return JournalEntry(at: at, kind: record.kind, payload: try record.payload())
            }
            var payload: [UInt8] = []
            append(body.incarnation, to: &payload)
            append(body.report.sequence, to: &payload)
            append(body.supervisor.rawValue, to: &payload)
            append(body.task?.rawValue ?? "", to: &payload)
            payload.append(contentsOf: raw ?? ReportCodec.encode(body.report))
            return JournalEntry(at: at, kind: reportKind, payload: payload)
        } catch {
            throw FleetError(.internalError, "a record \(record.kind) cannot be written", reason: "\(error)")
        }
    }

    /// Nil for a kind this version does not know. Throws on a payload that is not of its kind.
    package static func record(_ stored: JournalRecord) throws(FleetError) -> FleetRecord? {
        do {
            guard stored.kind == reportKind else {
                return try FleetRecord.read(kind: stored.kind, payload: stored.payload)
            }
        } catch {
            throw unreadable(stored, "\(error)")
        }
        var rest = stored.payload[...]
        guard let incarnation = number(&rest), let sequence = number(&rest), let supervisor = text(&rest),
            let task = text(&rest)
        else { throw unreadable(stored, "its header is cut off") }
        return .report(
            .init(
                supervisor: SupervisorID(supervisor), incarnation: incarnation,
                task: task.isEmpty ? nil : TaskID(task), report: ReportCodec.read(Array(rest), sequence: sequence)))
    }

    /// Whether a record can be of the audit, without reading its payload.
    package static func mayBeAudited(_ stored: JournalRecord) -> Bool {
        stored.kind == "command.accepted" || stored.kind == "access.refused"
    }

    private static func unreadable(_ stored: JournalRecord, _ reason: String) -> FleetError {
        FleetError(
            .internalError, "record \(stored.position) of the journal (\(stored.kind)) cannot be read", reason: reason,
            next: "restore the journal from a backup")
    }

    private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        let text = Array(text.utf8.prefix(Int(UInt8.max)))
        bytes.append(UInt8(text.count))
        bytes.append(contentsOf: text)
    }

    private static func number(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
        guard bytes.count >= 8 else { return nil }
        defer { bytes = bytes.dropFirst(8) }
        return bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func text(_ bytes: inout ArraySlice<UInt8>) -> String? {
        guard let count = bytes.first, bytes.count > Int(count) else { return nil }
        defer { bytes = bytes.dropFirst(Int(count) + 1) }
        return String(decoding: bytes.dropFirst().prefix(Int(count)), as: UTF8.self)
    }
}
