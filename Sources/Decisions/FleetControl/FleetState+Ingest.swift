package import FleetModel

extension FleetState {
    /// What became of a batch of reports.
    package struct Ingest: Hashable, Sendable {
        /// Records of the reports that are new, in order.
        package var records: [FleetRecord]
        /// Everything up to here is (or will be, once `records` are on disk) taken in: the cumulative acknowledgement.
        package var acknowledged: UInt64
    }

    /// The records of the reports of a batch that were not taken in yet (contract C3).
    ///
    /// A report taken in before gives no record. A hole in the sequence ends the batch before it — the agent sends
    /// again from `acknowledged` — unless the agent's explicit gap report covers it.
    package func ingest(_ reports: [AgentReport], from supervisor: SupervisorID, incarnation: UInt64) -> Ingest {
        var cursor = cursors[supervisor] ?? Cursor(incarnation: incarnation, sequence: 0)
        if incarnation > cursor.incarnation { cursor = Cursor(incarnation: incarnation, sequence: 0) }
        guard incarnation == cursor.incarnation, supervisors[supervisor]?.enrolment == .enrolled else {
            return Ingest(records: [], acknowledged: 0)
        }
        var records: [FleetRecord] = []
        for report in reports where report.sequence > cursor.sequence {
            if report.sequence != cursor.sequence + 1 {
                guard case .gap(let from, let to) = report.body, from <= cursor.sequence + 1,
                    to + 1 >= report.sequence
                else { break }
            }
            cursor.sequence = report.sequence
            records.append(
                .report(
                    .init(
                        supervisor: supervisor, incarnation: incarnation,
                        task: task(of: report, supervisor), report: report)))
        }
        return Ingest(records: records, acknowledged: cursor.sequence)
    }

    private func task(of report: AgentReport, _ supervisor: SupervisorID) -> TaskID? {
        guard let service = report.service, report.generation > 0 else { return nil }
        let key = InstallKey(service: service, supervisor: supervisor)
        guard let spec = entries[key]?.install.spec, spec.generation == report.generation else { return nil }
        return spec.task
    }
}
