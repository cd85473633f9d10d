internal import AgentLink
internal import FleetModel
internal import FleetRuntime
internal import Logging

/// Drives the agent's end of the link: transport and disk on one side, the session machine on the other.
actor LinkDriver {
    /// What the link asks the rest of the agent to do.
    enum Request: Sendable {
        case desired(ServiceID, InstallSpec)
        case answer(id: UInt64, AgentQuestion, deadline: Duration)
    }

    private static let shortestWait = Duration.milliseconds(20)
    /// Without a session for so long, the log says so once.
    private static let silence = Duration.seconds(30)
    private static let never = Timestamp(milliseconds: .max)

    private var session: AgentSession
    private let coordinatorKey: String
    private let transport: any AgentTransport
    private let store: AgentStore
    private let contents: any ContentStore
    private let waiters = ContentWaiters()
    private let time: TimeSource
    private let entropy: any EntropySource
    private let keychain: (any AgentKeychain)?
    private let logger: Logger
    private let requests: AsyncStream<Request>.Continuation
    private(set) var isLive = false
    private let alarm = Alarm()
    /// Since when there is no session; nil with one, and once the log has told it.
    private var silentSince: Timestamp?
    /// When `keepTime` wakes by itself; before all time while it does not sleep.
    private var sleepsUntil = Timestamp.zero

    init(
        session: AgentSession, coordinatorKey: String, transport: any AgentTransport, store: AgentStore,
        contents: any ContentStore, time: TimeSource, entropy: any EntropySource, keychain: (any AgentKeychain)?,
        logger: Logger,
        requests: AsyncStream<Request>.Continuation
    ) {
        self.session = session
        self.coordinatorKey = coordinatorKey
        self.transport = transport
        self.store = store
        self.contents = contents
        self.time = time
        self.entropy = entropy
        self.keychain = keychain
        self.logger = logger
        self.requests = requests
    }

    /// Reads the transport until it is closed.
    func receive() async throws {
        while let batch = await transport.next() {
            for input in batch {
                switch input {
                case .connected: try await perform(session.connected(at: time.now))
                case .disconnected: try await perform(session.disconnected(at: time.now))
                case .frame(let frame): try await perform(session.received(frame, at: time.now))
                }
            }
        }
    }

    /// Keeps the session's time; at the end of the process says goodbye and closes the transport.
    ///
    /// Sleeps until the session's next deadline, so that an idle agent costs next to nothing; an input that brings an
    /// earlier one wakes it.
    func keepTime() async throws {
        if !isLive { silentSince = time.now }
        while !Task.isCancelled {
            let at = time.now
            let silent = silentSince.map { max(Self.shortestWait, Self.silence - at.since($0)) }
            let due = session.wake(at: at).map { max(Self.shortestWait, $0) }
            let wait = [due, silent].compactMap(\.self).min()
            sleepsUntil = wait.map { at.advanced(by: $0) } ?? Self.never
            do {
                try await alarm.sleep(for: wait, on: time)
            } catch {
                break
            }
            sleepsUntil = .zero
            tellSilence(at: time.now)
            try await perform(session.tick(at: time.now))
        }
        for case .send(let frame) in session.close(at: time.now) { _ = transport.send(frame) }
        transport.close()
        try await store.commit { _ in }
    }

    /// A key that is not admitted is not answered at all: nothing else would say why an agent stays away.
    private func tellSilence(at now: Timestamp) {
        guard let since = silentSince, now.since(since) >= Self.silence else { return }
        silentSince = nil
        logger.warning(
            """
            no answer from the coordinator: it is away, cannot be reached, or does not admit this agent's key \
            (flotilla supervisor show, on its side, says which); installs are kept as they are wanted
            """)
    }

    /// Call after every commit that made reports.
    func outboxGrew() async throws(JournalError) {
        let state = await store.state
        try await perform(
            session.outboxGrew(first: state.firstKept, last: state.lastSequence, at: time.now))
    }

    func answer(_ id: UInt64, _ answer: AgentAnswer) async throws(JournalError) {
        try await perform(session.answer(id: id, answer, at: time.now))
    }

    /// The content's bytes: from the disk, else from the coordinator, however long that takes.
    func content(_ digest: ContentDigest) async throws -> [UInt8] {
        if let bytes = try await contents.get(digest) { return bytes }
        async let arrival = waiters.wait(for: digest)
        try await perform(session.fetchContent(digest, at: time.now))
        return try await arrival.get()
    }

    private func perform(_ actions: [AgentSession.Action]) async throws(JournalError) {
        wakeEarlier()
        for action in actions { try await perform(action) }
    }

    /// Rings when the session's next deadline is before the end of the sleep under way.
    private func wakeEarlier() {
        guard sleepsUntil > .zero else { return }
        let at = time.now
        guard let due = session.wake(at: at) else { return }
        guard at.advanced(by: max(Self.shortestWait, due) + Self.shortestWait) < sleepsUntil else { return }
        sleepsUntil = .zero
        alarm.ring()
    }

    private func perform(_ action: AgentSession.Action) async throws(JournalError) {
        switch action {
        case .send(let frame):
            if !transport.send(frame) { logger.debug("the link's outbox is full") }
        case .reconnect: transport.reconnect()
        case .live(let epoch, let acked):
            let key = coordinatorKey
            let term = session.lastTerm
            // On disk before the first report goes out.
            try await store.commit { draft in
                draft.add(.served(by: key, epoch: epoch, term: term))
                if draft.state.untoldAfter != nil { draft.add(.untold(after: nil)) }
            }
            isLive = true
            silentSince = nil
            logger.info("link is live", metadata: ["link.epoch": "\(epoch)", "\(LogKey.eventSequence)": "\(acked)"])
            if keychain?.isOfAge == true { try await perform(session.wantKey(at: time.now)) }
        case .lost(let reason):
            isLive = false
            silentSince = time.now
            logger.info("link lost", metadata: ["\(LogKey.error)": "\(reason)"])
        case .refused(let code, let text):
            logger.warning("the coordinator refused", metadata: ["link.code": "\(code)", "\(LogKey.error)": "\(text)"])
            if code == RefusalCode.outboxRewound { try await beginIncarnation() }
        case .accept(let service, let spec): try await accept(service, spec)
        case .fullSync(let wanted):
            // What is not listed is left alone: absence never deletes.
            if Sabotage.isActive(.absenceDeletes) { try await deleteAbsent(wanted) }
        case .readOutbox(let from, let limit):
            let reports = await store.state.reports(from: from, limit: limit).map {
                OutboxReport(sequence: $0.sequence, bytes: ReportCodec.encode($0))
            }
            try await perform(session.outboxRead(reports, at: time.now))
        case .acknowledged(let through):
            let known = await store.state.acknowledged
            guard through > known else { return }
            try Failpoint.agentReportsAcknowledged.failStorage()
            await store.acknowledge(through: through)
            let state = await store.state
            try await perform(session.outboxGrew(first: state.firstKept, last: state.lastSequence, at: time.now))
        case .answer(let id, let question, let deadline):
            requests.yield(.answer(id: id, question, deadline: deadline))
        case .storeContent(let digest, let bytes): try await arrived(digest, bytes)
        case .contentFailed(let digest, let error): waiters.settle(digest, .failure(error))
        case .makeKey:
            let key = newKey()
            if Sabotage.isActive(.settleKeyEarly) { settleKey() }
            try await perform(session.keyMade(key, at: time.now))
        case .useKey(let choice):
            logger.notice("dialling with the \(choice == .new ? "new" : "old") key")
            keychain?.use(choice == .new ? .new : .old)
        case .keySettled: settleKey()
        case .keyRefused(let reason):
            logger.warning("the new key is not taken", metadata: ["\(LogKey.error)": "\(reason)"])
            keychain?.discard()
        case .reject(let reason): logger.debug("frame rejected", metadata: ["\(LogKey.error)": "\(reason)"])
        }
    }

    private func newKey() -> String? {
        guard let keychain else {
            logger.notice("the coordinator asks for a new key; this agent cannot make one")
            return nil
        }
        do throws(FleetError) {
            let key = try keychain.prepare()
            logger.notice("made a new key", metadata: ["key.fingerprint": "\(KeyFingerprint.text(of: key.rawValue))"])
            return key.rawValue
        } catch {
            logger.error("no new key can be made", metadata: ["\(LogKey.error)": "\(error)"])
            return nil
        }
    }

    /// A failure here costs nothing but the key's second start: both keys are on the disk and are tried in turn.
    private func settleKey() {
        do throws(FleetError) {
            try keychain?.settle()
            logger.notice("the new key is in use")
        } catch {
            logger.error("the new key cannot take the old one's place", metadata: ["\(LogKey.error)": "\(error)"])
        }
    }

    private func deleteAbsent(_ wanted: [ServiceID: UInt64]) async throws(JournalError) {
        for (service, install) in await store.state.installs.sorted(by: { $0.key < $1.key })
        where wanted[service] == nil {
            var spec = install.spec
            guard case .present = spec.intent else { continue }
            spec.generation += 1
            spec.intent = .absent(.keep)
            try await accept(service, spec)
        }
    }

    /// Persists the wanted state together with what it makes of the generation before; then acknowledges.
    private func accept(_ service: ServiceID, _ spec: InstallSpec) async throws(JournalError) {
        try Failpoint.agentAccept.failStorage()
        let isNew = try await store.commit { draft in
            let known = draft.state.installs[service]
            guard spec.generation > known?.spec.generation ?? 0 || Sabotage.isActive(.applyOlderGeneration) else {
                return false
            }
            if let known { draft.supersede(known, service: service, by: spec.generation) }
            draft.add(.desired(service, spec))
            draft.report(.accepted, service: service, generation: spec.generation)
            return true
        }
        if isNew { requests.yield(.desired(service, spec)) }
        try Failpoint.agentAccepted.failStorage()
        try await perform(session.desiredPersisted(service, generation: spec.generation, at: time.now))
        try await outboxGrew()
    }

    private func arrived(_ digest: ContentDigest, _ bytes: [UInt8]) async throws(JournalError) {
        guard ContentDigest(sha256Of: bytes) == digest else {
            return try await perform(session.contentMismatched(digest, at: time.now))
        }
        try Failpoint.agentContentArrived.failStorage()
        // Whoever waits goes on while it is written: what is committed after it is on disk after it.
        waiters.settle(digest, .success(bytes))
        _ = try await contents.put(bytes)
        // And whoever looked for it on the disk meanwhile.
        waiters.settle(digest, .success(bytes))
        try await perform(session.contentStored(digest, at: time.now))
    }

    /// The coordinator knows more of our outbox than we do: the disk is older than what was sent. What is still to be
    /// told goes into a new outbox.
    private func beginIncarnation() async throws(JournalError) {
        let incarnation = entropy.next() | 1
        try await store.commit { draft in
            let open = draft.state.outbox
            draft.add(.incarnation(incarnation))
            for report in open { draft.report(report.body, service: report.service, generation: report.generation) }
        }
        let state = await store.state
        try await perform(
            session.newIncarnation(
                AgentSession.Outbox(
                    incarnation: state.incarnation, first: state.firstKept, last: state.lastSequence), at: time.now))
    }
}
