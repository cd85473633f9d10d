internal import ArgumentParser
internal import FleetModel
internal import FleetRuntime
internal import Foundation
internal import OperatorClient
internal import ZeroMQ

/// `flotilla-bench agents`: connects simulated agents and does what standard input says, one JSON line per result.
///
/// Lines: `install SERVICE`, `uninstall SERVICE`, `round SERVICE TEXT` (a reconfiguration of every agent's install),
/// `feed N` (N events from every agent), `live` (wait until all are live), `quit`.
struct AgentsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agents", abstract: "Connect simulated agents and do what standard input says.")

    @OptionGroup var target: Target

    @Option(help: "The coordinator's command socket: tcp://host:port.")
    var endpoint: String

    @Option(help: "Folder for a journal per agent; without it wanted states are accepted in memory.")
    var disks: String?

    func run() async throws {
        _ = try Context.shared()
        let keys = try AgentKeys.load(target.agents)
        guard keys.agents.count >= target.count else {
            throw ValidationError("\(target.agents) has \(keys.agents.count) agents: enrol first")
        }
        let pairs = try keys.agents.prefix(target.count).map { try CurveKeyPair(secretKey: $0.secretKey) }
        let names = keys.agents.prefix(target.count).map { SupervisorID($0.name) }
        let disks = try disks.map { try AgentDisks(folder: $0, count: target.count) }
        let fleet = try AgentFleet(disks: disks)
        fleet.start(endpoint: endpoint, serverKey: keys.serverKey, keys: pairs) { error in
            Report(["event": "failed", "error": .text("\(error)")]).print()
            Foundation.exit(1)
        }
        let driver = Driver(
            fleet: fleet, client: try OperatorClient(endpoint: try OperatorEndpoint(target.server)), names: names)
        try await withThrowingTaskGroup(of: Void.self) { group in
            if let disks {
                group.addTask {
                    try await disks.run { index, write in fleet.order(.persisted(agent: index, write)) }
                }
            }
            try await driver.obey()
            group.cancelAll()
        }
        fleet.order(.stop)
        try await Task.sleep(for: .milliseconds(300))
        Foundation.exit(0)
    }
}
