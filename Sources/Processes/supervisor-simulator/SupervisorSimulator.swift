internal import ArgumentParser
internal import FleetModel
internal import FleetRuntime
internal import Foundation
internal import Logging
internal import ResourceModel
internal import ServiceLifecycle
internal import SupervisorCluster
internal import SupervisorHTTP
internal import UnixSignals

/// `supervisor-simulator`: one make-believe Supervisor that kubectl and Flotilla's agent take for a real one.
@main
struct SupervisorSimulator: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "supervisor-simulator",
        abstract: "Run a simulated vSphere Supervisor: a Kubernetes API server with controllers, in memory.",
        discussion: """
            Prints one line on standard output when it accepts connections. SIGTERM and SIGINT end it; its objects are \
            gone then. Faults are switched with PUT /flotilla-simulator/v1/faults.
            """)

    @Option(help: "Address to listen on; port 0 takes any free one.")
    var listen = "127.0.0.1:0"

    @Option(name: .customLong("kubeconfig-out"), help: "Write a kubeconfig with CA and token here (mode 0600).")
    var kubeconfigOut: String?

    @Option(help: "vCenter's name of the Supervisor.")
    var moid = "domain-c8"

    @Option(help: "The API server's version to behave like: 1.25 or 1.32.")
    var kubernetes = ServerProfile.kubernetes125

    @Option(name: .customLong("clock-speed"), help: "Cluster seconds per real second, 0.01 to 100000.")
    var clockSpeed = 1.0

    @Option(help: "Seed of names and uids.")
    var seed: UInt64 = 1

    @Option(help: "YAML file with settings of the controllers: durations, ready rules, fault switches.")
    var config: String?

    @Option(help: "Number of worker nodes.")
    var workers = 3

    @Option(
        help: "Bearer token of the administrator; default: a random one, found in the kubeconfig.")
    var token: String?

    @Flag(name: .customLong("no-tls"), help: "Serve plain HTTP, where everybody is the administrator.")
    var noTLS = false

    mutating func validate() throws {
        guard (0.01...100_000).contains(clockSpeed) else {
            throw ValidationError("--clock-speed must be 0.01 to 100000")
        }
        guard (0...500).contains(workers) else { throw ValidationError("--workers must be 0 to 500") }
        guard address != nil else { throw ValidationError("--listen must be HOST:PORT") }
    }

    private var address: (host: String, port: Int)? {
        guard let colon = listen.lastIndex(of: ":"), let port = Int(listen[listen.index(after: colon)...]),
            (0...65_535).contains(port)
        else { return nil }
        return (String(listen[..<colon]), port)
    }

    /// The controllers' settings from `--config`, a mapping of their names (durations, ready rules, fault switches).
    private func controllerSettings() throws -> ControllerSettings {
        var settings = ControllerSettings()
        guard let config else { return settings }
        let text = try String(contentsOfFile: config, encoding: .utf8)
        try settings.apply(YAMLDocuments.readOne(text))
        return settings
    }

    func run() async throws {
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        var logger = Logger(label: "supervisor-simulator")
        logger.logLevel = .notice
        guard let address else { throw ValidationError("--listen must be HOST:PORT") }
        let token =
            token ?? (UUID().uuidString + UUID().uuidString).replacingOccurrences(of: "-", with: "").lowercased()
        var settings = ClusterSettings()
        settings.profile = kubernetes
        settings.seed = seed
        settings.moid = moid
        settings.clockSpeed = clockSpeed
        settings.workerNodes = workers
        if !noTLS { settings.tokens = [.admin(token)] }
        let time = TimeSource(clock: ContinuousClock()) {
            Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        }
        let supervisor = SimulatedSupervisor(
            settings: settings, time: time, controllers: StandardControllers(settings: try controllerSettings()))
        var front = SupervisorFront.Configuration()
        front.host = address.host
        front.port = address.port
        if !noTLS { front.identity = try ServerIdentity(hosts: ["localhost", "127.0.0.1", address.host]) }
        let scheme = noTLS ? "http" : "https"
        let authority = front.identity?.authorityPEM
        let output = kubeconfigOut
        let name = moid
        let failed = FailureNote()
        let service = SupervisorFront(supervisor, configuration: front, logger: logger) { port in
            let server = "\(scheme)://\(address.host):\(port)"
            do {
                if let output {
                    let text = Kubeconfig.text(server: server, name: name, token: token, authorityPEM: authority)
                    try Kubeconfig.write(text, to: output)
                }
                // Not `print`, which keeps the line back when standard output is a file or a pipe.
                try FileHandle.standardOutput.write(contentsOf: Data("listening on \(server)\n".utf8))
            } catch {
                failed.set("cannot announce the server (kubeconfig: \(output ?? "none")): \(error)")
                kill(getpid(), SIGTERM)
            }
        }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: service, successTerminationBehavior: .gracefullyShutdownGroup)],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await group.run()
        if let failure = failed.text { throw FleetError(.internalError, failure) }
    }
}

extension ServerProfile: ExpressibleByArgument {}
