internal import Synchronization
internal import AgentLink
internal import FleetControl
internal import FleetModel
internal import FleetRuntime
internal import Logging
internal import Metrics

extension Coordinator {
    /// Takes frames in until the transport is closed; without one the coordinator is of no use.
    func listen() async {
        while let inputs = await hub.next() {
            for input in inputs {
                let at = time.now
                switch input {
                case .frame(let peer, let bytes): received(bytes, from: peer, at: at)
                case .disconnected(let peer): disconnected(peer, at: at)
                case .enrolment(let peer, let bytes): enrol(peer, bytes)
                case .refused(let refusal): refused(refusal)
                case .notice(let text): log.warning("\(text)")
                }
            }
        }
        guard let failure = hub.failure else { return }
        fail(failure)
        stop()
    }

    private func received(_ bytes: [UInt8], from peer: LinkPeer, at: Timestamp) {
        let configuration = configuration.session
        let outcome = sessions.withLock { sessions -> (SupervisorID, [CoordinatorSession.Action])? in
            guard let supervisor = sessions.keys[peer.key] else { return nil }
            sessions.heard(supervisor, at: at, configuration)
            return (supervisor, sessions.with(supervisor) { $0.received(bytes, from: peer.connection, at: at) })
        }
        guard let (supervisor, actions) = outcome else {
            hub.cut(peer)
            return
        }
        run(actions, for: supervisor, at: at)
        let isBad = actions.contains { if case .reject = $0 { true } else { false } }
        if isBad { noteBadFrame(of: supervisor, peer, at: at) }
    }

    private func disconnected(_ peer: LinkPeer, at: Timestamp) {
        let outcome = sessions.withLock { sessions -> (SupervisorID, [CoordinatorSession.Action])? in
            // A key that just ended is on the list no longer; a session of another connection ignores it.
            let holder =
                sessions.keys[peer.key] ?? sessions.known.first { $0.value.machine.connection == peer.connection }?.key
            guard let supervisor = holder else { return nil }
            return (supervisor, sessions.with(supervisor) { $0.disconnected(peer.connection, at: at) })
        }
        if let outcome { run(outcome.1, for: outcome.0, at: at) }
    }

    /// Does what sessions have due, until cancelled.
    func tick() async {
        let connected = Gauge(label: MetricName.connected)
        let position = Gauge(label: MetricName.position)
        var keysLookedAt = time.now
        while (try? await time.sleep(for: configuration.tickInterval)) != nil {
            connected.record(sessions.withLock { $0.known.values.count { $0.machine.isConnected } })
            position.record(published.withLock { $0.state.position })
            let at = time.now
            let due = sessions.withLock { sessions in
                sessions.known.keys.sorted().map { id in (id, sessions.with(id) { $0.tick(at: at) }) }
            }
            for (supervisor, actions) in due where !actions.isEmpty { run(actions, for: supervisor, at: at) }
            guard at.since(keysLookedAt) >= configuration.keyInterval || at < keysLookedAt else { continue }
            keysLookedAt = at
            endKeys(at: at)
        }
    }

    /// After a restart: agents that did not come back in time no longer hold places in tasks.
    func giveUpAwaited() async {
        guard (try? await time.sleep(for: configuration.reconnectGrace)) != nil else { return }
        let work = Work(
            decide: { state, _ in
                state.presence.filter { $0.value == .awaited }.keys.sorted().map {
                    .supervisorLost(.init(supervisor: $0, reason: "it did not return after the coordinator's start"))
                }
            }, done: { _ in })
        _ = self.work.push(work, beyondLimit: true)
    }

    /// Carries out what a session decided; machines are asked again under the lock, effects happen outside it.
    func run(_ actions: [CoordinatorSession.Action], for supervisor: SupervisorID, at: Timestamp) {
        for action in actions {
            switch action {
            case .send(let frame, let connection): send(frame, to: supervisor, connection)
            case .cut(let connection):
                if let peer = LinkPeer(connection) { hub.cut(peer) }
            case .resume(let greeting): resume(greeting, supervisor, at: at)
            case .live(_, let greeting):
                log.info("agent connected", metadata: [LogKey.supervisor: "\(supervisor)"])
                push { state, _ in
                    let isParted = state.isNews(greeting.incarnation, of: supervisor)
                    // Tombstones carried out count too: a reinstall must get a newer generation than the agent knows.
                    let raised = greeting.accepted.sorted { $0.key < $1.key }.flatMap { service, accepted in
                        state.raise(
                            InstallKey(service: service, supervisor: supervisor), above: accepted, isParted: isParted)
                    }
                    return [.supervisorConnected(.init(supervisor: supervisor, incarnation: greeting.incarnation))]
                        + raised
                }
                noteKey(of: supervisor)
            case .stale: log.info("agent is silent", metadata: [LogKey.supervisor: "\(supervisor)"])
            case .recovered: log.info("agent is heard again", metadata: [LogKey.supervisor: "\(supervisor)"])
            case .lost(let reason): lost(supervisor, reason: reason)
            case .agentAhead(let service, let accepted):
                let key = InstallKey(service: service, supervisor: supervisor)
                push { state, _ in state.raise(key, above: accepted) }
            case .desiredAccepted: break
            case .reports(let incarnation, let reports): take(reports, incarnation, from: supervisor)
            case .answered(let id, let answer):
                let question = Sessions.QuestionID(supervisor: supervisor, id: id)
                sessions.withLock { $0.questions.removeValue(forKey: question) }?.resume(returning: answer)
            case .readContent(let digest, let offset, let limit):
                let read = ContentRead(supervisor: supervisor, digest: digest, offset: offset, limit: limit)
                if !contentReads.push(read) {
                    let actions = sessions.withLock { $0.with(supervisor) { $0.contentMissing(digest, at: at) } }
                    run(actions, for: supervisor, at: at)
                }
            case .keyOffered(let key, let connection): take(key, over: connection, from: supervisor)
            case .reject(let reason): rejected(reason, of: supervisor)
            }
        }
    }

    private func resume(_ greeting: CoordinatorSession.Greeting, _ supervisor: SupervisorID, at: Timestamp) {
        if Failpoint.coordinatorGreeted.fails() { return giveUp(supervisor, at: at) }
        if let term = configuration.term, !term.knows(name: greeting.lastTerm, epoch: greeting.lastEpoch) {
            noteNewerCopy(supervisor, epoch: greeting.lastEpoch)
            let text = RefusalCode.olderCopyText(epoch: term.firstEpoch, known: greeting.lastEpoch)
            let actions = sessions.withLock { sessions in
                sessions.with(supervisor) { $0.refuse(code: RefusalCode.olderCopy, text: text, at: at) }
            }
            return run(actions, for: supervisor, at: at)
        }
        // Asked under the lock: a copy of the state would make the next record copy the fleet.
        let (wanted, acked) = published.withLock { published in
            (
                published.state.wanted(of: supervisor),
                published.state.acknowledged(supervisor, incarnation: greeting.incarnation)
            )
        }
        let wantsKey = wantsNewKey(of: supervisor)
        let actions = sessions.withLock { sessions in
            let epoch = sessions.nextEpoch()
            return sessions.with(supervisor) {
                $0.wantKey(wantsKey, at: at) + $0.resume(acked: acked, wanted: wanted, epoch: epoch, at: at)
            }
        }
        run(actions, for: supervisor, at: at)
        // What was published between the two locks is wanted again; a machine drops what it knows already.
        let now = published.withLock { $0.state.wanted(of: supervisor) }
        for (service, spec) in now.sorted(by: { $0.key < $1.key }) where wanted[service] != spec {
            want(InstallKey(service: service, supervisor: supervisor), at: at)
        }
    }

    private func noteNewerCopy(_ supervisor: SupervisorID, epoch: UInt64) {
        let isNew = sessions.withLock { $0.newerElsewhere.updateValue(epoch, forKey: supervisor) == nil }
        guard isNew else { return }
        log.error(
            "this journal is an older copy of the one that served the agent, which is refused",
            metadata: [LogKey.supervisor: "\(supervisor)", "link.epoch": "\(epoch)"])
    }

    private func lost(_ supervisor: SupervisorID, reason: String) {
        log.info("agent lost", metadata: [LogKey.supervisor: "\(supervisor)", LogKey.error: "\(reason)"])
        push { state, _ in
            guard state.isConnected(supervisor) else { return [] }
            return [.supervisorLost(.init(supervisor: supervisor, reason: reason))]
        }
    }

    /// Appends reports as received, then acknowledges them; what finds no place is sent again by the agent.
    private func take(
        _ reports: [CoordinatorSession.ReceivedReport], _ incarnation: UInt64, from supervisor: SupervisorID
    ) {
        if Failpoint.coordinatorReports.fails() { return giveUp(supervisor, at: time.now) }
        var raw: [UInt64: [UInt8]] = [:]
        for report in reports { raw[report.report.sequence] = report.bytes }
        let bodies = reports.map(\.report)
        let work = Work(
            decide: { state, _ in state.ingest(bodies, from: supervisor, incarnation: incarnation).records },
            raw: raw,
            done: { result in
                // The session waits for these and asks for no others: without them it must begin anew.
                guard case .success = result else { return self.giveUp(supervisor, at: self.time.now) }
                self.reportCount.increment(by: bodies.count)
                let at = self.time.now
                if Failpoint.coordinatorAcknowledge.fails() { return self.giveUp(supervisor, at: at) }
                let through = self.published.withLock { $0.state.acknowledged(supervisor, incarnation: incarnation) }
                let actions = self.sessions.withLock { sessions in
                    sessions.with(supervisor) { $0.persisted(incarnation: incarnation, through: through, at: at) }
                }
                self.run(actions, for: supervisor, at: at)
            })
        if Sabotage.isActive(.acknowledgeBeforeAppend), let last = bodies.last?.sequence {
            let at = time.now
            let actions = sessions.withLock { sessions in
                sessions.with(supervisor) { $0.persisted(incarnation: incarnation, through: last, at: at) }
            }
            run(actions, for: supervisor, at: at)
        }
        if !self.work.push(work, beyondLimit: true) {
            log.warning("reports not taken, the coordinator stops", metadata: [LogKey.supervisor: "\(supervisor)"])
        }
    }

    /// Ends a session that cannot go on; its agent finds out with its next frame, and greets.
    private func giveUp(_ supervisor: SupervisorID, at: Timestamp) {
        let actions = sessions.withLock { sessions in sessions.with(supervisor) { $0.abandon(at: at) } }
        run(actions, for: supervisor, at: at)
    }

    func push(_ decide: @escaping @Sendable (FleetState, Timestamp) throws(FleetError) -> [FleetRecord]) {
        _ = work.push(Work(decide: decide, done: { _ in }), beyondLimit: true)
    }

    func send(_ frame: [UInt8], to supervisor: SupervisorID, _ connection: CoordinatorSession.Connection) {
        guard let peer = LinkPeer(connection) else { return }
        // A frame that finds no place is sent again by the session's own timers.
        if !hub.send(frame, to: peer) {
            log.debug("frame not taken", metadata: [LogKey.supervisor: "\(supervisor)"])
        }
    }

    // MARK: Wanted state

    func want(_ key: InstallKey, at: Timestamp) {
        guard let spec = published.withLock({ $0.state.install(key)?.spec }) else { return }
        let actions = sessions.withLock { $0.with(key.supervisor) { $0.want(key.service, spec, at: at) } }
        run(actions, for: key.supervisor, at: at)
    }

    /// A deliberate bug (`Sabotage.sendBeforeAppend`): agents get what is not on disk yet.
    func sendEarly(_ records: [FleetRecord], at: Timestamp) {
        for case .targetStarted(let body) in records {
            let key = body.key
            let actions = sessions.withLock { $0.with(key.supervisor) { $0.want(key.service, body.spec, at: at) } }
            run(actions, for: key.supervisor, at: at)
        }
    }

    func forgetIfGone(_ body: FleetRecord.Reported, at: Timestamp) {
        guard let service = body.report.service else { return }
        let key = InstallKey(service: service, supervisor: body.supervisor)
        guard published.withLock({ $0.state.entries[key]?.removed }) == true else { return }
        _ = sessions.withLock { sessions in
            sessions.with(body.supervisor) { machine in
                machine.forget(service, at: at)
                return []
            }
        }
    }

    /// The Supervisor was removed or invited anew: its live session ends at once and its questions fail.
    func end(_ supervisor: SupervisorID, at: Timestamp) {
        let actions = sessions.withLock { sessions in
            sessions.with(supervisor) { $0.close(reason: "this Supervisor was removed", at: at) }
        }
        run(actions.filter { if case .lost = $0 { false } else { true } }, for: supervisor, at: at)
        sessions.withLock { $0.known[supervisor] = nil }
    }
}
