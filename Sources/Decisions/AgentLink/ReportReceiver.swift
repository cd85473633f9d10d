internal import FleetModel

/// The coordinator's view of one agent's outbox: in order, once, without a hole that is not named by a gap report.
struct ReportReceiver: Hashable, Sendable {
    struct Intake: Hashable, Sendable {
        var reports: [CoordinatorSession.ReceivedReport] = []
        var duplicates = 0
        /// Reports beyond the credit; they were not taken.
        var overCredit = 0
        /// The hole's first sequence, when there is one.
        var missing: UInt64?
    }

    private(set) var incarnation: UInt64
    /// On the coordinator's disk.
    private(set) var acked: UInt64
    /// Handed to the driver.
    private(set) var received: UInt64
    private var unpersisted: [UInt64] = []
    private var askedFor: UInt64 = 0
    private var askedAt: Duration?

    init(incarnation: UInt64, acked: UInt64) {
        self.incarnation = incarnation
        self.acked = acked
        received = acked
    }

    /// A new session. What was handed over before and is not yet on disk stays handed over.
    mutating func resume(incarnation: UInt64, acked: UInt64) {
        if incarnation == self.incarnation {
            persisted(through: acked)
        } else {
            self = ReportReceiver(incarnation: incarnation, acked: acked)
        }
        askedAt = nil
    }

    mutating func persisted(through sequence: UInt64) {
        acked = max(acked, sequence)
        received = max(received, acked)
        unpersisted.removeAll { $0 <= acked }
    }

    mutating func take(_ entries: [WireReportEntry], credit: Int) -> Intake {
        var intake = Intake()
        for entry in entries {
            guard entry.sequence > received || Sabotage.isActive(.takeReportsTwice) else {
                intake.duplicates += 1
                continue
            }
            guard unpersisted.count < credit else {
                intake.overCredit += 1
                continue
            }
            // No outbox gets there; a peer that claims it must not make the next number overflow.
            guard entry.sequence < .max else {
                intake.missing = received + 1
                return intake
            }
            let bytes = entry.report.octets
            let report = ReportCodec.read(bytes, sequence: entry.sequence)
            guard
                entry.sequence == received + 1 || Self.closesHole(report, after: received)
                    || Sabotage.isActive(.skipAGap)
                    || (Sabotage.isActive(.takeReportsTwice) && entry.sequence <= received)
            else {
                intake.missing = received + 1
                return intake
            }
            received = max(received, entry.sequence)
            unpersisted.append(entry.sequence)
            intake.reports.append(CoordinatorSession.ReceivedReport(bytes: bytes, report: report))
        }
        return intake
    }

    /// True when the same hole may be asked for (again).
    mutating func mayAsk(for missing: UInt64, now: Duration, pause: Duration) -> Bool {
        if askedFor == missing, let askedAt, now - askedAt < pause { return false }
        askedFor = missing
        askedAt = now
        return true
    }

    /// A gap report names the hole before it: the agent trimmed what lay there.
    private static func closesHole(_ report: AgentReport, after received: UInt64) -> Bool {
        guard case .gap(let from, let to) = report.body else { return false }
        return from <= received + 1 && to == report.sequence - 1
    }
}
