internal import ArgumentParser
internal import FleetModel
internal import FleetRuntime
internal import Foundation
internal import OperatorClient

/// Carries out the lines of standard input, one after the other.
struct Driver {
    let fleet: AgentFleet
    let client: OperatorClient
    let names: [SupervisorID]
    private let clock = ContinuousClock()

    init(fleet: AgentFleet, client: OperatorClient, names: [SupervisorID]) {
        self.fleet = fleet
        self.client = client
        self.names = names
    }

    func obey() async throws {
        for await line in Self.lines() {
            let words = line.split(separator: " ").map(String.init)
            switch words.first {
            case "live": await live()
            case "install" where words.count == 2: try await install(ServiceID(words[1]))
            case "uninstall" where words.count == 2: try await uninstall(ServiceID(words[1]))
            case "round" where words.count == 3: try await round(ServiceID(words[1]), words[2])
            case "feed" where words.count == 2: await feed(Int(words[1]) ?? 0)
            case "quit": return
            default: throw ValidationError("cannot read the line: \(line)")
            }
        }
    }

    /// Standard input, read on a thread of its own because a read blocks.
    private static func lines() -> AsyncStream<String> {
        let (stream, continuation) = AsyncStream.makeStream(of: String.self)
        let thread = Thread {
            while let line = readLine() { continuation.yield(line) }
            continuation.finish()
        }
        thread.name = "orders"
        thread.start()
        return stream
    }

    private func live() async {
        let count = names.count
        let start = clock.now
        await fleet.board.wait { $0.live == count }
        Report([
            "event": "live", "count": .number(Double(count)), "ms": .number(since(start)),
            "redials": .number(Double(fleet.board.counts.redials)),
        ]).print()
    }

    private func install(_ service: ServiceID) async throws {
        try await command(.install(InstallRequest(service: service, targets: .named(names))))
    }

    private func uninstall(_ service: ServiceID) async throws {
        try await command(.uninstall(UninstallRequest(service: service, targets: .named(names))))
    }

    /// A complete new set of values for every install: one command, a new generation everywhere.
    private func round(_ service: ServiceID, _ text: String) async throws {
        let request = InstallRequest(
            service: service, targets: .named(names), values: ["marker: \"\(text)\"\n"], resetValues: true)
        try await command(.reconfigure(request))
    }

    /// Done when the coordinator has acknowledged every agent's outcome, which it does after its fsync.
    private func command(_ command: FleetCommand) async throws {
        let before = fleet.board.counts.outcomes
        let count = names.count
        let start = clock.now
        let reply = try await client.submit(
            command, id: CommandID("bench-" + SystemEntropy().hexadecimal(bytes: 8)))
        let accepted = since(start)
        await fleet.board.wait { $0.outcomes >= before + count }
        let all = since(start)
        try await check(reply)
        Report([
            "event": "round", "ms": .number(all), "acceptedMs": .number(accepted),
            "commandBytes": .number(Double(fleet.board.counts.commandBytes)),
        ]).print()
    }

    /// The coordinator sees it as the agents do.
    private func check(_ reply: CommandReply) async throws {
        guard let id = reply.task else { throw ValidationError("a round has no task") }
        let tagged = try await client.task(id)
        if tagged?.body.state != .succeeded { throw ValidationError("the task of a round did not succeed") }
    }

    private func feed(_ events: Int) async {
        await fleet.prepare(events: events)
        let wanted = fleet.board.counts.reports + events * names.count
        let start = clock.now
        fleet.order(.start)
        await fleet.board.wait { $0.reports >= wanted }
        Report([
            "event": "feed", "events": .number(Double(events * names.count)), "ms": .number(since(start)),
        ]).print()
    }

    private func since(_ start: ContinuousClock.Instant) -> Double { start.duration(to: clock.now).milliseconds }
}
