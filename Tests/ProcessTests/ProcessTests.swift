import Foundation
import TestSupport
import Testing

/// The real programs, as a user or systemd starts them.
@Suite struct ProcessTests {
    static let servers = [
        ("flotilla-coordinator", "coordinator.yaml"), ("flotilla-agent", "agent.yaml"),
        ("supervisor-simulator", "simulator.yaml"),
    ]

    private func run(_ name: String, _ arguments: String...) async throws -> ProgramResult {
        try await RunningProgram(name, arguments, environment: ["SWIFT_BACKTRACE": "enable=no"]).result()
    }

    private func shell(_ command: String, in folder: String) async throws -> ProgramResult {
        try await RunningProgram(
            at: "/bin/bash", ["-c", "cd \"$0\" && \(command)", folder], environment: [:]
        ).result()
    }

    @Test(arguments: servers)
    func theConfigurationFilesAreTheProgramsDefaults(program: String, file: String) async throws {
        let path = TestData.packageRoot.appendingPathComponent("Config/\(file)").path
        let printed = try await run(program, "--print-config")
        #expect(printed.code == 0)
        #expect(try printed.output == String(contentsOfFile: path, encoding: .utf8))
    }

    @Test(arguments: servers)
    func anUnknownKeyIsRefusedByName(program: String, file: String) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("config-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent(file)
        try "nosuchkey: 1\n".write(to: path, atomically: true, encoding: .utf8)
        let checked = try await run(program, "--check-config", "--config", path.path)
        #expect(checked.code == 2)
        #expect(checked.errors.contains("nosuchkey"))
    }

    @Test func packagesAreCheckedAndComparedWithoutACoordinator() async throws {
        let harbor = TestData.packageRoot.appendingPathComponent("Config/catalog/harbor").path
        let checked = try await run("flotilla", "package", "check", harbor, "-o", "json")
        #expect(checked.code == 0, "\(checked.errors)")
        #expect(checked.output.contains("\"PackageReviewList\""))
        let strict = try await run("flotilla", "package", "check", "\(harbor)/2.6.3", "--strict")
        #expect([0, 5].contains(strict.code))
        let compared = try await run("flotilla", "package", "diff", "\(harbor)/2.6.1", "\(harbor)/2.6.3")
        #expect(compared.code == 0, "\(compared.errors)")
        #expect(compared.output.contains("2.6.1 → 2.6.3"))
        let missing = try await run("flotilla", "package", "check", "/nonexistent.yaml")
        #expect(missing.code == 7)
        let same = try await run("flotilla", "package", "diff", harbor + "/2.6.3", harbor + "/2.6.3", "--exit-code")
        #expect(same.code == 0, "\(same.errors)")
    }

    @Test func everyProgramSaysItsOptions() async throws {
        for program in ["flotilla"] + Self.servers.map(\.0) {
            let help = try await run(program, "--help")
            #expect(help.code == 0)
            #expect(help.output.contains("USAGE: \(program)"))
        }
    }

    @Test(.timeLimit(.minutes(10))) func faultsOfARunningSimulatorAreSetListedAndCleared() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("faults-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let kubeconfig = folder.appendingPathComponent("k.yaml").path
        let simulator = try RunningProgram(
            "supervisor-simulator",
            ["--supervisors", "2", "--set", "addressing=prefixes", "--kubeconfig-out", kubeconfig], environment: [:])
        try await simulator.waitFor("/domain-c9\n")
        func fault(_ arguments: String...) async throws -> ProgramResult {
            try await RunningProgram(
                "supervisor-simulator", ["fault"] + arguments,
                environment: ["KUBECONFIG": kubeconfig, "SWIFT_BACKTRACE": "enable=no"]
            ).result()
        }
        #expect(try await fault("list").output == "no faults\n")
        let set = try await fault("set", "storage-full", "after=1h", "lasts=1m")
        #expect(set.output == "fault storage-full set\n", "\(set.errors)")
        #expect(try await fault("set", "latency", "delay=20ms", "path=/pods").code == 0)
        #expect(
            try await fault("list").output == """
                NAME          KIND          ACTIVE  HITS  FIELDS
                storage-full  storage-full  no      0     after=3600s lasts=60s
                latency       latency       yes     0     delay=20ms path=/pods

                """)
        #expect(try await fault("list", "--context", "domain-c9").output == "no faults\n")
        #expect(try await fault("clear", "latency").output == "fault latency cleared\n")
        let unknown = try await fault("clear", "latency")
        #expect(unknown.code == 7)
        #expect(unknown.errors.contains("there is no fault \"latency\""), "\(unknown.errors)")
        let wrong = try await fault("set", "laziness")
        #expect(wrong.code == 2)
        #expect(wrong.errors.contains("known: latency, error"), "\(wrong.errors)")
        #expect(try await fault("clear").output == "all faults cleared\n")
        simulator.interrupt()
        #expect(try await simulator.result().code == 0)
        #expect(try await fault("list").code != 0)
    }

    @Test(
        .enabled(
            if: FileManager.default.fileExists(atPath: "/usr/bin/systemd-analyze"), "systemd-analyze is not installed"))
    func theUnitsAreValidOnceInstalled() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("units-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // The programs are named by where they will be; for the check any executable stands in for them.
        let command = """
            for unit in *.service; do sed -E 's#^(Exec[A-Za-z]*=)/[^ ]*/(flotilla|supervisor)[a-z-]*#\\1/bin/true#' \
                "$unit" > '\(folder.path)'/"$unit"; done; systemd-analyze verify '\(folder.path)'/*.service
            """
        let units = TestData.packageRoot.appendingPathComponent("deploy/systemd").path
        let verified = try await shell(command, in: units)
        #expect(verified.code == 0, "\(verified.errors)")
        #expect(!verified.errors.contains("flotilla") && !verified.errors.contains("supervisor-simulator"))
        let exposure = try await shell(
            "systemd-analyze security --offline=true --threshold=15 --no-pager '\(folder.path)'/*.service", in: units)
        #expect(exposure.code == 0, "\(exposure.output.suffix(2000))\(exposure.errors)")
    }

    @Test func theInstallerSaysWhatItWouldDo() async throws {
        let folder = TestData.packageRoot.appendingPathComponent("deploy").path
        let programs = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
        let install = try await shell("./install --dry-run --root /nonexistent --from '\(programs)'", in: folder)
        #expect(install.code == 0, "\(install.errors)")
        #expect(install.output.contains("flotilla-agent@.service"))
        let uninstall = try await shell("./install --uninstall --dry-run --root /nonexistent", in: folder)
        #expect(uninstall.code == 0, "\(uninstall.errors)")
    }
}
