import Foundation
import TestSupport
import Testing

/// One simulator, one coordinator and one agent as real processes in a folder of their own.
final class FleetOfOne {
    let folder: String
    let catalog = TestData.packageRoot.appendingPathComponent("Config/catalog").path
    private(set) var running: [RunningProgram] = []
    /// Everything that programs printed which have ended.
    private(set) var printed = ""

    init() throws {
        // Unix sockets have short paths.
        folder = "/tmp/flotilla-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    var environment: [String: String] {
        [
            "SWIFT_BACKTRACE": "enable=no", "NO_COLOR": "1", "FLOTILLA_SERVER": "unix:\(folder)/operator.sock",
            "XDG_CONFIG_HOME": folder,
        ]
    }

    @discardableResult
    func start(_ name: String, _ arguments: [String], failpoints: String = "") throws -> RunningProgram {
        let program = try RunningProgram(
            name, arguments, environment: environment.merging(["FLOTILLA_FAILPOINTS": failpoints]) { $1 })
        running.append(program)
        return program
    }

    /// - Parameter failpoints: of the coordinator.
    func startAll(
        coordinator arguments: [String] = [], failpoints: String = "", logLevel: String = "info"
    ) async throws {
        try start(
            "supervisor-simulator",
            [
                "--listen", "127.0.0.1:0", "--moid", "domain-c8", "--kubeconfig-out", "\(folder)/kubeconfig",
                "--clock-speed", "50", "--seed", "3",
            ])
        try start(
            "flotilla-coordinator",
            [
                "--data-dir", "\(folder)/coordinator", "--operator-socket", "\(folder)/operator.sock", "--listen",
                "tcp://127.0.0.1:0", "--enrolment-listen", "tcp://127.0.0.1:0", "--catalog", catalog, "--set",
                "log.level=\(logLevel)",
            ] + arguments, failpoints: failpoints)
        try await appears("\(folder)/kubeconfig")
        try await appears("\(folder)/operator.sock")
    }

    @discardableResult
    func startAgent(logLevel: String = "info") throws -> RunningProgram {
        try start(
            "flotilla-agent",
            [
                "--join", "\(folder)/join.yaml", "--kubeconfig", "\(folder)/kubeconfig", "--data-dir",
                "\(folder)/agent", "--set", "log.level=\(logLevel)",
            ])
    }

    /// One command; what it printed is kept.
    @discardableResult
    func flotilla(_ arguments: String...) async throws -> ProgramResult { try await run(arguments) }

    @discardableResult
    func run(_ arguments: [String]) async throws -> ProgramResult {
        let result = try await RunningProgram("flotilla", arguments, environment: environment).result()
        printed += result.output + result.errors
        return result
    }

    func stop(_ program: RunningProgram) async throws {
        running.removeAll { $0 === program }
        program.interrupt()
        let result = try await program.result()
        printed += result.output + result.errors
    }

    func stopAll() async throws {
        for program in running.reversed() { try await stop(program) }
    }

    func appears(_ path: String) async throws {
        try await until("\(path) never appeared") { FileManager.default.fileExists(atPath: path) }
    }

    func connected() async throws {
        try await until("the agent is not connected") {
            try await flotilla("supervisor", "show", "sv-oslo").output.contains("sv-oslo  connected")
        }
    }

    func until(_ complaint: String, _ condition: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now.advanced(by: .seconds(180))
        while try await !condition() {
            try #require(ContinuousClock.now < deadline, "\(complaint)")
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// `key.fingerprint` as the agent logged it last.
    static func fingerprint(in log: String) -> String? {
        guard let range = log.range(of: "key.fingerprint\":\"", options: .backwards) else { return nil }
        return String(log[range.upperBound...].prefix { $0 != "\"" })
    }

    func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }
}
