internal import Logging
internal import Synchronization
internal import FleetControl
internal import FleetModel
internal import FleetRuntime
internal import Metrics

extension Coordinator {
    /// One piece of work as it will be appended.
    private struct Staged {
        /// Nil for what follows from earlier work.
        var work: Work?
        var decided: Work.Decided
        var records: [FleetRecord]
    }

    /// Decides what waits, appends it with one fsync, publishes, dispatches, answers; ends when the queue is closed.
    func sequence() async {
        var working = published.withLock { $0.state }
        let appends = Counter(label: MetricName.appends)
        let recordCount = Counter(label: MetricName.records)
        var lastSnapshot = working.position
        var bytesSince = 0
        while let batch = await work.next(
            upTo: configuration.batchWork, waits: !working.isDue || failure.withLock { $0 != nil })
        {
            if let error = failure.withLock({ $0 }) {
                for item in batch { item.done(.failure(error)) }
                continue
            }
            let at = time.now
            let before = working.position
            var staged: [Staged] = []
            var budget = configuration.followingRecords
            for item in batch { stage(item, at: at, &working, &staged, &budget) }
            let following = working.take([], at: at, budget: &budget)
            if !following.isEmpty {
                let decided = Work.Decided(records: [], position: working.position)
                staged.append(Staged(work: nil, decided: decided, records: following))
            }
            let entries = await encoded(staged, at: at)
            if let error = failure.withLock({ $0 }) {
                for item in staged { item.work?.done(.failure(error)) }
                work.close()
                continue
            }
            let answersEarly = Sabotage.isActive(.answerBeforeAppend)
            if answersEarly { for item in staged { item.work?.done(.success(item.decided)) } }
            if Sabotage.isActive(.sendBeforeAppend) { sendEarly(staged.flatMap(\.records), at: at) }
            if !entries.isEmpty {
                do throws(JournalError) {
                    try Failpoint.coordinatorAppend.failStorage()
                    _ = try await journal.append(entries, after: before)
                    try Failpoint.coordinatorAppended.failStorage()
                } catch  where !Sabotage.isActive(.ignoreFailedAppend) {
                    fail(error.fleetError)
                    if !answersEarly { for item in staged { item.work?.done(.failure(error.fleetError)) } }
                    work.close()
                    continue
                } catch {}
                appends.increment()
                recordCount.increment(by: entries.count)
                bytesSince += entries.reduce(0) { $0 + $1.payload.count }
                let records = staged.flatMap(\.records)
                published.withLock { $0.publish(records, at: at) }
                wake(upTo: working.position)
                // What is not dispatched is sent when the agent greets, or its session's timers find it unanswered.
                if !Failpoint.coordinatorPublished.fails() { dispatch(records, at: at) }
                _ = Failpoint.coordinatorDispatched.fails()
            }
            if !answersEarly { for item in staged { item.work?.done(.success(item.decided)) } }
            if isSnapshotDue(records: working.position - lastSnapshot, bytes: bytesSince) {
                lastSnapshot = working.position
                bytesSince = 0
                _ = maintenance.push(published.withLock { $0.state })
            }
        }
    }

    /// After `snapshotEvery` records. Later when the last snapshot was larger than what they come to, so that writing
    /// snapshots stays in proportion to writing records; but not much later, because a restart reads them all.
    private func isSnapshotDue(records: UInt64, bytes: Int) -> Bool {
        guard records >= configuration.snapshotEvery else { return false }
        return bytes >= snapshotSize.load(ordering: .relaxed)
            || records >= configuration.snapshotEvery * Self.longestSnapshotFactor
    }

    private static var longestSnapshotFactor: UInt64 { 3 }

    private func stage(
        _ item: Work, at: Timestamp, _ working: inout FleetState, _ staged: inout [Staged], _ budget: inout Int
    ) {
        do throws(FleetError) {
            let own = try item.decide(working, at)
            guard !own.isEmpty else {
                staged.append(
                    Staged(work: item, decided: .init(records: [], position: working.position), records: []))
                return
            }
            let position = working.position + UInt64(own.count)
            let records = working.take(own, at: at, budget: &budget)
            staged.append(Staged(work: item, decided: .init(records: own, position: position), records: records))
        } catch {
            item.done(.failure(error))
        }
    }

    /// Records of one piece of encoding: a command for a thousand Supervisors is as many records, and encoding them
    /// takes longer than writing them.
    private static let encodedTogether = 128

    /// The staged records as the journal holds them, in order. When one cannot be written the process must end: it was
    /// folded, so the states have parted.
    private func encoded(_ staged: [Staged], at: Timestamp) async -> [JournalEntry] {
        let inputs = staged.flatMap { item in
            item.records.map { record -> (FleetRecord, [UInt8]?) in
                guard case .report(let body) = record else { return (record, nil) }
                return (record, item.work?.raw[body.report.sequence])
            }
        }
        @Sendable func entries(_ part: some Sequence<(FleetRecord, [UInt8]?)>) -> Result<[JournalEntry], FleetError> {
            Result { () throws(FleetError) in
                var entries: [JournalEntry] = []
                for (record, raw) in part { entries.append(try RecordCodec.entry(record, at: at, raw: raw)) }
                return entries
            }
        }
        var results: [Result<[JournalEntry], FleetError>] = []
        if inputs.count <= Self.encodedTogether {
            results = [entries(inputs)]
        } else {
            let parts = stride(from: 0, to: inputs.count, by: Self.encodedTogether).map {
                Array(inputs[$0..<min($0 + Self.encodedTogether, inputs.count)])
            }
            results = await withTaskGroup(of: (Int, Result<[JournalEntry], FleetError>).self) { group in
                for (index, part) in parts.enumerated() { group.addTask { (index, entries(part)) } }
                var results = [Result<[JournalEntry], FleetError>?](repeating: nil, count: parts.count)
                for await (index, result) in group { results[index] = result }
                return results.compactMap(\.self)
            }
        }
        do throws(FleetError) {
            var all: [JournalEntry] = []
            for result in results { all += try result.get() }
            return all
        } catch {
            fail(error)
            return []
        }
    }

    /// Sends what the records want of agents; only what is on disk gets here.
    private func dispatch(_ records: [FleetRecord], at: Timestamp) {
        var keysChanged = false
        for record in records {
            switch record {
            case .targetStarted(let body): want(body.key, at: at)
            case .generationRaised(let body): want(body.key, at: at)
            case .supervisorEnrolled: keysChanged = true
            case .supervisorRemoved where Sabotage.isActive(.takeFromRemoved): break
            case .supervisorRemoved(let body):
                keysChanged = true
                end(body.supervisor, at: at)
            case .supervisorInvited(let body):
                keysChanged = true
                end(body.supervisor, at: at)
            case .agentKeyAsked(let body): wantKey(of: body.supervisor, at: at)
            case .agentKeyOffered: keysChanged = true
            case .agentKeyChanged(let body):
                keysChanged = true
                wantKey(of: body.supervisor, at: at)
            case .agentKeyEnded: keysChanged = true
            case .report(let body): forgetIfGone(body, at: at)
            case .coordinatorStarted, .historyTrimmed, .serviceRegistered, .versionRegistered, .serviceStateChanged,
                .versionStateChanged, .versionDeleted, .serviceDeleted, .supervisorConnected, .supervisorLost,
                .taskCreated, .targetDeferred, .targetResumed, .targetSuperseded, .targetNotSent, .taskFinished,
                .commandAccepted, .planSaved, .operatorSet, .operatorLocked, .operatorRemoved, .tokenCreated,
                .tokenRevoked,
                .accessRefused, .supervisorPending, .supervisorRejected:
                break
            }
        }
        if keysChanged { admit(published.withLock { $0.state }) }
    }

    func admit(_ state: FleetState) {
        var keys: [LinkKey: SupervisorID] = [:]
        for (key, supervisor) in state.admittedKeys { keys[LinkKey(key)] = supervisor }
        if Sabotage.isActive(.keepEndedKeys) { keys.merge(sessions.withLock { $0.keys }) { new, _ in new } }
        sessions.withLock { $0.keys = keys }
        hub.admit(keys)
    }

    /// Writes snapshots, trims history and removes unreferenced content, one at a time, beside the sequencer.
    func maintain() async {
        let snapshots = Counter(label: MetricName.snapshots)
        var memo = SnapshotMemo()
        while let states = await maintenance.next(upTo: 1) {
            for state in states {
                do {
                    try Failpoint.coordinatorSnapshot.failService()
                    let bytes = try state.snapshotBytes(&memo)
                    try await journal.save(
                        JournalSnapshot(
                            position: state.position + (Sabotage.isActive(.snapshotTooNew) ? 1 : 0),
                            format: FleetState.snapshotFormat,
                            payload: bytes))
                    snapshotSize.store(bytes.count, ordering: .relaxed)
                    snapshots.increment()
                    try Failpoint.coordinatorSnapshotSaved.failService()
                    try await trim(behind: state.position)
                    try Failpoint.coordinatorTrimmed.failService()
                    try await collectContent()
                } catch {
                    log.error("snapshot failed, history is kept", metadata: [LogKey.error: "\(error)"])
                    if let error = error as? JournalError { endIfDiskFailed(error) }
                }
            }
        }
    }

    private func trim(behind snapshot: UInt64) async throws(JournalError) {
        guard snapshot > configuration.retainedRecords else { return }
        let keep = snapshot - configuration.retainedRecords
        let first = try await journal.firstPosition()
        // Trims in strides of a tenth, so that a gap record is rare.
        guard keep > first, keep - first >= configuration.retainedRecords / 10 else { return }
        _ = work.push(
            Work(
                decide: { _, _ in [.historyTrimmed(.init(from: first, to: keep - 1))] },
                done: { _ in }), beyondLimit: true)
        try await journal.trim(before: keep)
        published.withLock { $0.firstPosition = keep }
    }
}
