import Foundation
import TestSupport
import Testing

/// A site with nothing but an agent: the bundle comes over the link.
@Suite struct SourcelessAgentTests {
    private let folder: String
    private let catalog = TestData.packageRoot.appendingPathComponent("Config/catalog").path

    init() throws {
        // Unix sockets have short paths.
        folder = "/tmp/flotilla-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private var environment: [String: String] {
        [
            "SWIFT_BACKTRACE": "enable=no", "NO_COLOR": "1", "FLOTILLA_SERVER": "unix:\(folder)/operator.sock",
            "XDG_CONFIG_HOME": folder,
        ]
    }

    private func start(_ name: String, _ arguments: String...) throws -> RunningProgram {
        try RunningProgram(name, arguments, environment: environment)
    }

    private func flotilla(_ arguments: String...) async throws -> ProgramResult {
        try await RunningProgram("flotilla", arguments, environment: environment).result()
    }

    private func appears(_ path: String) async throws {
        let deadline = ContinuousClock.now.advanced(by: .seconds(60))
        while !FileManager.default.fileExists(atPath: path) {
            try #require(ContinuousClock.now < deadline, "\(path) never appeared")
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    @Test func installsWhatTheCoordinatorHadASourceFor() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let simulator = try start(
            "supervisor-simulator", "--listen", "127.0.0.1:0", "--moid", "domain-c8", "--kubeconfig-out",
            "\(folder)/kubeconfig", "--clock-speed", "50", "--seed", "3")
        let coordinator = try start(
            "flotilla-coordinator", "--data-dir", "\(folder)/coordinator", "--operator-socket",
            "\(folder)/operator.sock", "--listen", "tcp://127.0.0.1:0", "--enrolment-listen", "tcp://127.0.0.1:0",
            "--catalog", catalog)
        var running = [simulator, coordinator]
        do {
            try await appears("\(folder)/kubeconfig")
            try await appears("\(folder)/operator.sock")
            let added = try await flotilla(
                "supervisor", "add", "sv-oslo", "--moid", "domain-c8", "--auto-accept", "-o", "\(folder)/join.yaml")
            #expect(added.code == 0, "\(added.errors)")
            running.append(
                try start(
                    "flotilla-agent", "--join", "\(folder)/join.yaml", "--kubeconfig", "\(folder)/kubeconfig",
                    "--data-dir", "\(folder)/agent"))
            let registered = try await flotilla(
                "service", "register", "\(catalog)/velero/1.9.5/package.yaml", "\(catalog)/velero/metadata.yaml")
            #expect(registered.code == 0, "\(registered.errors)")
            let installed = try await flotilla(
                "install", "velero", "--version", "1.9.5", "--on", "sv-oslo", "--wait", "--timeout", "120s")
            #expect(installed.code == 0, "\(installed.output) \(installed.errors)")
            #expect(installed.output.contains("CONFIGURED"))
        } catch {
            Issue.record(error)
        }
        for program in running.reversed() {
            program.interrupt()
            _ = try await program.result()
        }
    }
}
