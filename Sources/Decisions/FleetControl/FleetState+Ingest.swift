package import FleetModel

extension FleetState {
    /// What became of a batch of reports.
    package struct Ingest: Hashable, Sendable {
        /// Records of the reports that are new, in order.
        package var records: [FleetRecord]
        /// Everything up to here is (or will be, once `records` are on disk) taken in: the cumulative acknowledgement.
        package var acknowledged: UInt64

        package init(records: [FleetRecord], acknowledged: UInt64) {
            self.records = records
            self.acknowledged = acknowledged
        }
    }

    /// The records of the reports of a batch that were not taken in yet (contract C3).
    ///
    /// A report taken in before gives no record. A hole in the sequence ends the batch before it — the agent sends
    /// again from `acknowledged` — unless the agent's explicit gap report covers it.
    package func ingest(_ reports: [AgentReport], from supervisor: SupervisorID, incarnation: UInt64) -> Ingest {
        guard supervisors[supervisor]?.enrolment == .enrolled || Sabotage.isActive(.takeFromRemoved) else {
            return Ingest(records: [], acknowledged: 0)
        }
        var cursor = Cursor(
            incarnation: incarnation, sequence: acknowledged(supervisor, incarnation: incarnation))
        var records: [FleetRecord] = []
        for report in reports where report.sequence > cursor.sequence || Sabotage.isActive(.takeReportsTwice) {
            if report.sequence > cursor.sequence + 1, !Sabotage.isActive(.skipAGap) {
                guard case .gap(let from, let to) = report.body, from <= cursor.sequence + 1,
                    to + 1 >= report.sequence
                else { break }
            }
            cursor.sequence = max(cursor.sequence, report.sequence)
            records.append(
                .report(
                    .init(
                        supervisor: supervisor, incarnation: incarnation,
                        task: task(of: report, supervisor), report: report)))
        }
        return Ingest(records: records, acknowledged: cursor.sequence)
    }

    /// The last sequence of an agent's outbox that was taken in; 0 when none.
    package func acknowledged(_ supervisor: SupervisorID, incarnation: UInt64) -> UInt64 {
        cursors[supervisor]?.last { $0.incarnation == incarnation }?.sequence ?? 0
    }

    /// True when the agent's outbox has a name that is not known here: its first connection, or one after a restore.
    package func isNews(_ incarnation: UInt64, of supervisor: SupervisorID) -> Bool {
        !(cursors[supervisor] ?? []).contains { $0.incarnation == incarnation }
    }

    /// The agent holds a newer generation than is wanted here: what is wanted gets a newer one still.
    ///
    /// `isParted`: one of the two journals was restored from an older copy. Then the same number may stand for another
    /// wish, and its outcome may be among what was lost.
    package func raise(_ key: InstallKey, above accepted: UInt64, isParted: Bool = false) -> [FleetRecord] {
        guard let entry = entries[key] else {
            guard accepted > held[key] ?? 0 else { return [] }
            return [.generationRaised(.init(key: key, generation: accepted, isUnknown: true))]
        }
        let wanted = entry.install.spec.generation
        if isParted, accepted < wanted, entry.removed, case .absent = entry.install.spec.intent {
            // It would bring back what was uninstalled.
            return [.generationRaised(.init(key: key, generation: wanted + 1, isRemovedAgain: true))]
        }
        if entry.removed {
            // An install of which the records were lost, over one that was removed: not wanted, and not to be lost by
            // guess. Its generation is remembered, so that the next command's is newer.
            guard wanted < accepted else { return [] }
            return [.generationRaised(.init(key: key, generation: accepted, isUnknown: true))]
        }
        guard wanted < accepted || (isParted && wanted == accepted) else { return [] }
        return [.generationRaised(.init(key: key, generation: accepted + 1))]
    }

    private func task(of report: AgentReport, _ supervisor: SupervisorID) -> TaskID? {
        guard let service = report.service, report.generation > 0 else { return nil }
        let key = InstallKey(service: service, supervisor: supervisor)
        guard let spec = entries[key]?.install.spec, spec.generation == report.generation else { return nil }
        return spec.task
    }
}
