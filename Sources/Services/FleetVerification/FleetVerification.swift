package import AgentService
internal import CoordinatorService
package import FleetControl
package import FleetModel
package import FleetRuntime

/// Reads what the processes left on disk and says whether every promise was kept; changes nothing.
package struct FleetVerification: Sendable {
    /// What was found, with what was looked at.
    package struct Report: Hashable, Codable, Sendable {
        package var findings: [Finding]
        package var records = 0
        package var commands = 0
        package var reports = 0
        package var agents = 0
        package var clusters = 0
        package var objects = 0

        /// Nothing is broken and nothing differs.
        package var holds: Bool { findings.allSatisfy { $0.severity == .note } }

        package init(findings: [Finding] = []) { self.findings = findings }
    }

    private static let page = 1_000

    package private(set) var report = Report()
    /// The coordinator's state, once its journal was read.
    package private(set) var state: FleetState?

    package init() {}

    /// The coordinator's journal: chain, every record, counts, and that snapshot and records come to the same state.
    package mutating func coordinator(_ journal: any Journal) async throws(JournalError) {
        var check = HistoryCheck()
        let first = try await journal.firstPosition()
        let last = try await journal.lastPosition()
        let snapshot = try await journal.snapshot()
        var whole: FleetState? = first == 1 ? FleetState() : nil
        var resumed: FleetState?
        if let snapshot {
            do { resumed = try FleetState(snapshot: snapshot.payload) } catch {
                report.findings.append(
                    Finding(
                        .broken, "snapshot.unreadable", "coordinator", "\(error)", position: snapshot.position,
                        next: "restore the coordinator from a backup"))
            }
        }
        if first > 1 {
            report.findings.append(
                Finding(.note, "history.trimmed", "coordinator", "records before \(first) were removed by retention"))
        }
        var position = first
        while position <= last {
            let page = try await journal.records(from: position, limit: Self.page)
            guard !page.isEmpty else { throw .damaged(position: position, detail: "the record is missing") }
            for stored in page where stored.position <= last {
                report.records += 1
                take(stored, &check, &whole, &resumed, snapshotAt: snapshot?.position ?? 0)
            }
            position += UInt64(page.count)
        }
        state = resumed ?? whole
        if let whole, let resumed, whole != resumed {
            report.findings.append(
                Finding(
                    .broken, "fold.differs", "coordinator",
                    "the snapshot with the records after it comes to another state than all records",
                    position: snapshot?.position, next: "keep a copy of the data directory and report it"))
        }
        if let state { check.finish(state) }
        report.findings += check.findings
        report.commands = check.commands
        report.reports = check.reports
        if check.surplus > 0 {
            report.findings.append(Finding(.note, "surplus", "coordinator", "\(check.surplus) further findings"))
        }
    }

    private mutating func take(
        _ stored: JournalRecord, _ check: inout HistoryCheck, _ whole: inout FleetState?,
        _ resumed: inout FleetState?, snapshotAt: UInt64
    ) {
        do throws(FleetError) {
            guard let record = try RecordCodec.record(stored) else {
                check.skip(position: stored.position)
                whole?.skip(to: stored.position)
                if stored.position > snapshotAt { resumed?.skip(to: stored.position) }
                return
            }
            check.take(record, position: stored.position)
            whole?.fold(record, at: stored.at, position: stored.position)
            if stored.position > snapshotAt { resumed?.fold(record, at: stored.at, position: stored.position) }
        } catch {
            report.findings.append(
                Finding(
                    .broken, "record.unreadable", "coordinator", error.description, position: stored.position,
                    next: "restore the coordinator from a backup"))
        }
    }

    /// One agent's journal against what the coordinator wants and has of it.
    ///
    /// `before` was read before the coordinator's journal and `view` after it, so that live processes give no false
    /// alarm; the same view twice when nothing runs.
    package mutating func agent(
        _ supervisor: SupervisorID, before: AgentJournalView, after view: AgentJournalView
    ) {
        report.agents += 1
        guard let state else { return }
        let cursor = state.acknowledged(supervisor, incarnation: view.incarnation)
        let place = "supervisor/\(supervisor)"
        if before.incarnation == view.incarnation, cursor < before.acknowledged {
            add(
                .broken, "feed.lost", place,
                "the agent was told that reports up to \(before.acknowledged) are kept, the coordinator has \(cursor)",
                "the coordinator's journal is older than its agents know; restore a newer backup")
        }
        if cursor > view.lastSequence {
            add(
                .broken, "agent.rewound", place,
                "the coordinator has reports up to \(cursor), the agent's journal ends at \(view.lastSequence)",
                "the agent's journal was restored; it will begin a new outbox when it connects")
        }
        let unsent = view.lastSequence > cursor ? view.lastSequence - cursor : 0
        if unsent > 0 { add(.note, "feed.waiting", place, "\(unsent) reports wait for the coordinator") }
        for install in view.installs { compare(install, supervisor, state, cursor >= view.lastSequence) }
        for (key, entry) in state.entries.sorted(by: { $0.key < $1.key })
        where key.supervisor == supervisor && !entry.removed && !entry.isRefused {
            guard !view.installs.contains(where: { $0.service == key.service }) else { continue }
            add(.differs, "desired.unknown", "\(key)", "wanted, and not yet known to the agent", "flotilla doctor")
        }
    }

    private mutating func compare(
        _ install: AgentJournalView.Install, _ supervisor: SupervisorID, _ state: FleetState, _ allTaken: Bool
    ) {
        let key = InstallKey(service: install.service, supervisor: supervisor)
        guard let entry = state.entries[key] else {
            add(.broken, "install.orphan", "\(key)", "the agent holds it, the coordinator never wanted it")
            return
        }
        let wanted = entry.install.spec
        let held = install.spec
        if held.generation > wanted.generation {
            add(
                .broken, "generation.ahead", "\(key)",
                "the agent holds generation \(held.generation), the coordinator wants \(wanted.generation)",
                "the coordinator's journal was restored; it raises the generation when the agent connects")
        } else if held.generation < wanted.generation, !entry.isRefused {
            add(
                .differs, "desired.behind", "\(key)",
                "the agent holds generation \(held.generation), wanted is \(wanted.generation)", "flotilla doctor")
        } else if held.generation == wanted.generation, held.intent != wanted.intent {
            add(.broken, "desired.differs", "\(key)", "generation \(held.generation) means two different things")
        }
        let reported = entry.install.status.observedGeneration
        if allTaken, install.finalGeneration > reported {
            add(
                .broken, "outcome.lost", "\(key)",
                "the agent reported generation \(install.finalGeneration), the coordinator observed \(reported)")
        }
        guard case .present = held.intent, held.generation == install.finalGeneration else { return }
        if let applied = install.applied, applied.generation != held.generation {
            add(
                .differs, "applied.behind", "\(key)",
                "applied is generation \(applied.generation), accepted \(held.generation)", "flotilla why \(key)")
        }
    }

    package mutating func add(
        _ severity: Finding.Severity, _ kind: String, _ object: String, _ detail: String, _ next: String = ""
    ) {
        report.findings.append(Finding(severity, kind, object, detail, next: next))
    }

    package mutating func count(cluster objects: Int) {
        report.clusters += 1
        report.objects += objects
    }

    /// A journal that cannot be read to its end.
    package mutating func damaged(_ name: String, _ error: JournalError) {
        switch error {
        case .damaged(let position, let detail):
            report.findings.append(
                Finding(
                    .broken, "journal.damaged", name, detail, position: position,
                    next: "stop the process and restore its directory from a backup"))
        case .storage(let detail): add(.broken, "journal.unreadable", name, detail)
        case .trimmed(let first): add(.note, "history.trimmed", name, "records before \(first) were removed meanwhile")
        case .fenced, .closed: add(.broken, "journal.unreadable", name, "\(error)")
        }
    }
}
