import FleetControl
import FleetModel

/// A fleet driven by records only: commands are decided, taken and kept as a journal would.
struct TestFleet {
    static let harbor = ServiceID("harbor.community.tanzu.vmware.com")
    static let contour = ServiceID("contour.community.tanzu.vmware.com")

    private(set) var state = FleetState()
    /// Everything taken so far, as (record, at), position = index + 1.
    private(set) var journal: [(record: FleetRecord, at: Timestamp)] = []
    var now = Timestamp(milliseconds: 1_000_000)
    private var commands = 0
    private var sequences: [SupervisorID: UInt64] = [:]

    mutating func take(_ records: [FleetRecord]) {
        now = now.advanced(byMilliseconds: 1000)
        for record in state.take(records, at: now) { journal.append((record, now)) }
    }

    func context(_ id: String) -> CommandContext {
        CommandContext(
            id: CommandID(id), by: Principal(name: "uid:0", from: "unix"), at: now,
            fingerprint: ContentDigest("sha256:" + id))
    }

    /// Prepares values as the driver does, then decides and takes.
    @discardableResult
    mutating func run(_ command: FleetCommand, id: String? = nil, packages: [PackageFacts] = []) throws -> CommandReply
    {
        commands += 1
        var context = context(id ?? "c-\(commands)")
        context.packages = packages
        context.joinToken = ContentDigest("sha256:token-\(commands)")
        context.accessToken = ContentDigest("sha256:access-\(commands)")
        let command = try state.resolved(command)
        if try state.remembered(context.id, fingerprint: context.fingerprint) == nil {
            switch command {
            case .install(let request): try prepare(.install, request, &context)
            case .upgrade(let request): try prepare(.upgrade, request, &context)
            case .reconfigure(let request): try prepare(.reconfigure, request, &context)
            default: break
            }
        }
        let decision = try state.decide(command, context)
        take(decision.records)
        return decision.reply
    }

    private func prepare(
        _ operation: FleetTask.Operation, _ request: InstallRequest, _ context: inout CommandContext
    ) throws {
        for target in try state.prepare(operation, request).targets {
            context.values[target.supervisor] = .init(
                base: target.base, version: target.version.version,
                values: ContentDigest("sha256:values-\(commands)-\(target.supervisor)"))
        }
    }

    static func facts(_ service: ServiceID, _ version: String) -> PackageFacts {
        PackageFacts(service: service, version: version, package: ContentDigest("sha256:\(service)-\(version)"))
    }

    mutating func register(_ service: ServiceID = harbor, _ versions: String...) throws {
        for (index, version) in versions.enumerated() {
            let facts = [Self.facts(service, version)]
            try run(
                index == 0 ? .registerService(documents: [], dryRun: false) : .addVersion(documents: [], dryRun: false),
                packages: facts)
        }
    }

    mutating func add(_ names: String..., connected: Bool = true, labels: [String: String] = [:]) throws {
        for name in names {
            let id = SupervisorID(name)
            try run(
                .addSupervisor(
                    id, moid: "domain-c\(name.utf8.count)", labels: labels, tokenLifetime: 3600, autoAccept: true))
            let token = state.supervisors[id]!.joinTokenDigest!
            take(try state.decideEnrolment(token: token, key: "key-\(name)", fingerprint: "f-\(name)", at: now).records)
            if connected { connect(name) }
        }
    }

    mutating func connect(_ name: String) {
        take([.supervisorConnected(.init(supervisor: SupervisorID(name), incarnation: 1))])
    }

    mutating func lose(_ name: String) {
        take([.supervisorLost(.init(supervisor: SupervisorID(name), reason: "silent"))])
    }

    /// A report of the agent about its newest generation of the service.
    mutating func report(_ name: String, _ body: AgentReport.Body, service: ServiceID = harbor) {
        let id = SupervisorID(name)
        let sequence = (sequences[id] ?? 0) + 1
        sequences[id] = sequence
        let generation = state.entries[InstallKey(service: service, supervisor: id)]?.install.spec.generation ?? 0
        let report = AgentReport(sequence: sequence, at: now, service: service, generation: generation, body: body)
        take(state.ingest([report], from: id, incarnation: 1).records)
    }

    mutating func succeed(_ name: String, service: ServiceID = harbor) {
        report(
            name,
            .outcome(.init(verdict: .succeeded, version: nil, objectCount: 50, message: "Reconcile succeeded")),
            service: service)
    }

    mutating func fail(_ name: String, _ words: String = "kapp: Error: boom", service: ServiceID = harbor) {
        report(
            name, .outcome(.init(verdict: .failed, version: nil, objectCount: 0, message: words)), service: service)
    }

    func target(_ task: TaskID, _ name: String) -> TaskTarget? {
        state.tasks[task]?.targets.first { $0.supervisor == SupervisorID(name) }
    }

    func install(_ name: String, _ service: ServiceID = harbor) -> ServiceInstall? {
        state.install(InstallKey(service: service, supervisor: SupervisorID(name)))
    }

    static func request(
        _ names: [String], service: ServiceID = harbor, version: String? = nil, maxParallel: Int = 0,
        maxFailures: Int = 1
    ) -> InstallRequest {
        InstallRequest(
            service: service, targets: names.isEmpty ? .all : .named(names.map { SupervisorID($0) }), version: version,
            maxParallel: maxParallel, maxFailures: maxFailures)
    }
}
