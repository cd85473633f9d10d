internal import AgentLink
internal import ArgumentParser
internal import FleetModel
internal import FleetRuntime
internal import Foundation
internal import OperatorClient
internal import ZeroMQ
internal import ZeroMQLink

/// `flotilla-bench enrol`: invites and enrols agents as an operator and real agents do.
struct EnrolCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enrol", abstract: "Add Supervisors and enrol a key for each; writes the keys to a file.")

    /// The coordinator takes 50 enrolments per second and drops the rest.
    private static let perSecond = 40
    private static let atOnce = 24
    private static let timeout = Duration.seconds(30)

    @OptionGroup var target: Target

    func run() async throws {
        _ = try Context.shared()
        var keys = try AgentKeys.load(target.agents)
        let client = try OperatorClient(endpoint: try OperatorEndpoint(target.server))
        let first = keys.agents.count
        try await withThrowingTaskGroup(of: (AgentKeys.Agent, String).self) { group in
            for index in first..<max(first, target.count) {
                if index - first >= Self.atOnce, let (agent, serverKey) = try await group.next() {
                    keys.agents.append(agent)
                    keys.serverKey = serverKey
                }
                group.addTask { try await Self.enrol(index, client) }
                try await Task.sleep(for: .seconds(1) / Self.perSecond)
            }
            for try await (agent, serverKey) in group {
                keys.agents.append(agent)
                keys.serverKey = serverKey
            }
        }
        keys.agents.sort { $0.name < $1.name }
        try keys.save(target.agents)
        await client.shutdown()
        Report(["event": "enrolled", "count": .number(Double(keys.agents.count))]).print()
    }

    private static func enrol(_ index: Int, _ client: OperatorClient) async throws -> (AgentKeys.Agent, String) {
        let digits = String(index)
        let name = "load-" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        let reply = try await client.submit(
            .addSupervisor(
                SupervisorID(name), moid: "domain-c\(index)", labels: [:], tokenLifetime: 3600, autoAccept: true),
            id: CommandID("bench-" + SystemEntropy().hexadecimal(bytes: 8)))
        guard let join = reply.joinFile else { throw ValidationError("no join file for \(name)") }
        let pair = try CurveKeyPair.generate()
        _ = try await ZeroMQEnrolment.enrol(
            EnrolmentRequest(
                token: join.token, publicKey: pair.publicKey, agentVersion: "bench", supervisor: join.supervisor),
            endpoint: join.enrolment, serverKey: LinkKey(join.coordinatorKey), keys: pair, timeout: timeout,
            time: TimeSource(clock: ContinuousClock(), wall: WallClock.now))
        return (AgentKeys.Agent(name: name, secretKey: pair.secretKey), join.coordinatorKey)
    }
}
