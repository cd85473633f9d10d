internal import FleetModel

/// The agent's window over its outbox: what was sent, what the coordinator has, and what may go next.
///
/// Holds positions only; the reports stay on disk and are read when their turn comes.
struct ReportSender: Hashable, Sendable {
    var outbox: AgentSession.Outbox
    private(set) var acked: UInt64 = 0
    private(set) var received: UInt64 = 0
    /// Last sequence handed to the transport in this session.
    private(set) var sent: UInt64 = 0
    private(set) var credit: UInt64 = 0
    private var reading: UInt64?
    private var backoff: Backoff
    private(set) var resendAt: Duration?

    init(outbox: AgentSession.Outbox, timing: LinkTiming) {
        self.outbox = outbox
        backoff = Backoff(first: timing.resendFirst, longest: timing.resendLongest)
    }

    mutating func start(acked: UInt64, credit: UInt32) {
        self.acked = acked
        received = acked
        sent = acked
        self.credit = UInt64(credit)
        reading = nil
        resendAt = nil
        backoff.reset()
    }

    mutating func grant(_ reports: UInt32) { credit = UInt64(reports) }

    /// Where the next read starts and how many may be sent; nil when nothing may go now.
    mutating func nextRead(limit: Int) -> (from: UInt64, limit: Int)? {
        guard reading == nil else { return nil }
        let from = nextSequence
        // Trimmed history is no debt: the window starts at the first report that is still there.
        let base = max(acked, outbox.first - 1)
        let allowed = min(outbox.last, base.addingReportingOverflow(credit).partialValue)
        guard from <= allowed else { return nil }
        reading = from
        return (from, Int(min(UInt64(limit), allowed - from + 1)))
    }

    private var nextSequence: UInt64 { max(sent + 1, outbox.first) }

    /// The part of what was read that goes out now; empty when the window has moved meanwhile.
    mutating func take(_ reports: [OutboxReport], limits: LinkLimits, now: Duration) -> [OutboxReport] {
        reading = nil
        var expected = nextSequence
        var bytes = 0
        var taken: [OutboxReport] = []
        let base = max(acked, outbox.first - 1)
        let allowed = base.addingReportingOverflow(credit).partialValue
        for report in reports.prefix(limits.batchReports) {
            guard report.sequence == expected || Self.explainsHole(report, from: expected) else { break }
            // Credit counts reports. One that stands for a hole wider than the window goes when nothing else is under
            // way: the coordinator has room for one then.
            let isAlone = taken.isEmpty && sent <= base
            guard report.sequence <= allowed || isAlone else { break }
            guard taken.isEmpty || bytes + report.bytes.count <= limits.batchBytes else { break }
            bytes += report.bytes.count
            taken.append(report)
            expected = report.sequence + 1
        }
        if let last = taken.last {
            sent = last.sequence
            if resendAt == nil { resendAt = now + backoff.next() }
        }
        return taken
    }

    /// A compacted outbox has holes; the gap report behind each says what is missing.
    private static func explainsHole(_ report: OutboxReport, from expected: UInt64) -> Bool {
        guard report.sequence > expected, report.sequence < .max else { return false }
        let read = ReportCodec.read(report.bytes, sequence: report.sequence)
        guard case .gap(let from, let to) = read.body else { return false }
        return from <= expected && to == report.sequence - 1
    }

    /// False when the coordinator claims what was never in the outbox.
    mutating func acknowledge(acked: UInt64, received: UInt64, now: Duration) -> Bool {
        guard acked <= outbox.last, received <= outbox.last else { return false }
        self.received = max(self.received, received, acked)
        guard acked > self.acked else { return true }
        self.acked = acked
        sent = max(sent, acked)
        backoff.reset()
        resendAt = sent > acked ? now + backoff.next() : nil
        return true
    }

    /// The coordinator saw a hole: go back to it. What is acknowledged is never sent again.
    mutating func rewind(to from: UInt64) {
        guard from > 0, from <= sent else { return }
        sent = max(acked, from - 1)
    }

    /// True when something was sent and not even received: it goes out again.
    mutating func resendIfDue(now: Duration) -> Bool {
        guard let due = resendAt, due <= now else { return false }
        guard sent > acked else {
            resendAt = nil
            return false
        }
        resendAt = now + backoff.next()
        reading = nil
        guard received < sent else { return false }
        sent = max(acked, received)
        return true
    }
}
