import AgentLink
import FleetModel

extension LinkWorld {
    mutating func handle(_ event: Event, working: Bool, faulty: Bool) {
        switch event {
        case .toAgent(let frame, let connection):
            if connection == self.connection { run(agent.received(frame, at: at)) }
        case .toCoordinator(let frame, let connection):
            run(coordinator.received(frame, from: .init([UInt8(truncatingIfNeeded: connection)]), at: at))
        case .connected(let number):
            connection = number
            run(agent.connected(at: at))
        case .agentPersisted(let service, let spec, let life):
            guard life == agentLife else { return }
            if spec.generation > agentDisk[service]?.generation ?? 0 { agentDisk[service] = spec }
            agentHistory[service, default: []].append(spec.generation)
            run(agent.desiredPersisted(service, generation: spec.generation, at: at))
            append(.accepted, service: service, generation: spec.generation)
            fetchMissing(spec)
        case .journalled(let incarnation, let sequence, let life):
            guard life == coordinatorLife else { return }
            let done = pendingJournal.filter { $0.incarnation == incarnation && $0.report.report.sequence <= sequence }
            journal += done
            pendingJournal.removeFirst(done.count)
            run(coordinator.persisted(incarnation: incarnation, through: sequence, at: at))
        case .answered(let id, let life):
            guard life == agentLife else { return }
            run(agent.answer(id: id, .inventory(Self.inventory(id)), at: at))
        case .work:
            if working { work() }
            schedule(20 + random.below(60), .work)
        case .fault(let kind):
            if faulty { breakSomething(kind) }
            let every = [faults.cutEvery, faults.agentRestartEvery, faults.coordinatorRestartEvery][kind]
            if every > 0 { schedule(1 + random.below(every * 2), .fault(kind)) }
        }
    }

    private mutating func work() {
        for _ in 0...random.below(4) {
            append(.note(reason: "Work", message: "at \(now)"), service: nil, generation: 0)
        }
        if random.chance(0.3) {
            let service = ServiceID("s\(random.below(6)).example")
            let values = Array("values \(now)".utf8) + [UInt8](repeating: 0x61, count: random.below(200))
            let digest = Self.digest(values)
            content[digest] = values
            // A bundle takes many pieces; most outlive a cut.
            let bundle = Array("bundle \(now)".utf8) + [UInt8](repeating: 0x62, count: random.below(4000))
            content[Self.digest(bundle)] = bundle
            let spec = InstallSpec(
                generation: (wanted[service]?.generation ?? 0) + 1,
                intent: .present(
                    PackageSelection(
                        version: "1.0.0", package: Self.digest([1]), values: digest, bundleImage: nil, bundleTree: nil,
                        bundleContent: Self.digest(bundle), namespace: "svc-x")),
                command: CommandID("c\(now)"), task: TaskID("t-1"))
            wanted[service] = spec
            run(coordinator.want(service, spec, at: at))
        }
        if random.chance(0.1) {
            asked += 1
            run(coordinator.ask(id: asked, .inventory(ServiceID("s1")), deadline: .seconds(5), at: at))
        }
    }

    private mutating func append(_ body: AgentReport.Body, service: ServiceID?, generation: UInt64) {
        let sequence = UInt64(outbox.count) + 1
        outbox.append(
            ReportCodec.encode(
                AgentReport(sequence: sequence, at: at, service: service, generation: generation, body: body)))
        run(agent.outboxGrew(first: UInt64(trimmed) + 1, last: sequence, at: at))
    }

    private mutating func breakSomething(_ kind: Int) {
        switch kind {
        case 0: reconnect()
        case 1:
            agentLife += 1
            agent = Self.newAgent(
                life: agentLife, seed: random.next(),
                outbox: .init(incarnation: 7, first: UInt64(trimmed) + 1, last: UInt64(outbox.count)),
                accepted: agentDisk.mapValues(\.generation))
            reconnect()
        default:
            coordinatorLife += 1
            pendingJournal = []
            coordinator = CoordinatorSession(configuration: coordinator.configuration)
        }
    }

    /// Level-triggered, as an agent's reconcile is: what is wanted and not here is fetched.
    private mutating func fetchMissing() {
        for (_, spec) in agentDisk.sorted(by: { $0.key < $1.key }) { fetchMissing(spec) }
    }

    private mutating func fetchMissing(_ spec: InstallSpec) {
        guard case .present(let selection) = spec.intent else { return }
        for digest in [selection.values, selection.bundleContent].compactMap({ $0 }) where agentContent[digest] == nil {
            run(agent.fetchContent(digest, at: at))
        }
    }

    mutating func reconnect() {
        connection = nil
        connections += 1
        run(agent.disconnected(at: at))
        schedule(1 + random.below(300), .connected(connections))
    }

    /// A digest that is good enough for a test: 64 hexadecimal digits of the bytes.
    static func digest(_ bytes: [UInt8]) -> ContentDigest {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let hex = String(hash, radix: 16)
        return ContentDigest("sha256:" + String(repeating: "0", count: 64 - hex.count) + hex)
    }

    private mutating func carry(_ make: (UInt64) -> Event) {
        guard let connection else { return }
        if random.chance(faults.loss) { return }
        schedule(1 + random.below(faults.delay), make(connection))
        if random.chance(faults.duplication) { schedule(1 + random.below(faults.delay * 3), make(connection)) }
    }

    mutating func run(_ actions: [AgentSession.Action]) {
        for action in actions {
            switch action {
            case .send(let frame): carry { .toCoordinator(frame, connection: $0) }
            case .reconnect: reconnect()
            case .accept(let service, let spec):
                // One writer: persisted in the order of acceptance.
                persistAt = max(persistAt, now + random.below(30))
                schedule(persistAt - now, .agentPersisted(service, spec, life: agentLife))
            case .readOutbox(let from, let limit):
                let read = outbox.indices.dropFirst(Int(from) - 1).prefix(limit).map {
                    OutboxReport(sequence: UInt64($0) + 1, bytes: outbox[$0])
                }
                run(agent.outboxRead(Array(read), at: at))
            case .answer(let id, _, _): schedule(random.below(100), .answered(id, life: agentLife))
            case .storeContent(let digest, let bytes):
                if Self.digest(bytes) == digest {
                    agentContent[digest] = bytes
                    run(agent.contentStored(digest, at: at))
                } else {
                    run(agent.contentMismatched(digest, at: at))
                }
            case .reject(let reason): failures.append("agent: \(reason)")
            case .refused(let code, let text):
                if code == RefusalCode.invalidFrame || code == RefusalCode.outboxRewound { failures.append(text) }
            case .live: fetchMissing()
            case .lost, .fullSync, .acknowledged, .contentFailed, .makeKey, .useKey, .keySettled, .keyRefused: break
            }
        }
    }

    mutating func run(_ actions: [CoordinatorSession.Action]) {
        for action in actions {
            switch action {
            case .send(let frame, let peer):
                carry { .toAgent(frame, connection: peer.bytes == [UInt8(truncatingIfNeeded: $0)] ? $0 : 0) }
            case .resume(let greeting):
                epoch += 1
                let acked = journal.last { $0.incarnation == greeting.incarnation }?.report.report.sequence ?? 0
                run(coordinator.resume(acked: acked, wanted: wanted, epoch: epoch, at: at))
            case .reports(let incarnation, let reports):
                pendingJournal += reports.map { (incarnation, $0) }
                let last = reports[reports.count - 1].report.sequence
                schedule(random.below(40), .journalled(incarnation: incarnation, through: last, life: coordinatorLife))
            case .answered(let id, let answer): answers[id, default: []].append(answer)
            case .readContent(let digest, let offset, let limit):
                guard let bytes = content[digest] else {
                    run(coordinator.contentMissing(digest, at: at))
                    continue
                }
                let piece = Array(bytes.dropFirst(Int(offset)).prefix(limit))
                run(
                    coordinator.contentRead(
                        digest, offset: offset, total: UInt64(bytes.count), bytes: piece, at: at))
            case .reject(let reason):
                // An agent may still want a content that a newer generation no longer names.
                if !reason.contains("is not wanted") { failures.append("coordinator: \(reason)") }
            case .agentAhead(let service, let generation):
                failures.append("agent ahead: \(service) \(generation)")
            case .cut, .live, .stale, .recovered, .lost, .desiredAccepted, .keyOffered: break
            }
        }
    }
}
