import FleetModel
import Foundation
import Synchronization
import TestSupport
import Testing

/// The real program against a real server over a unix socket.
@Suite(.serialized) struct CommandLineTests {
    @Test func registersTheDocumentsOfAFile() async throws {
        try await RunningServer.with { server in
            let file = server.socket + ".yaml"
            let text = "# head\n---\nkind: Package\n---\nkind: PackageMetadata\n"
            try Data(text.utf8).write(to: URL(fileURLWithPath: file))
            let result = try await server.flotilla("service", "register", file)
            #expect(result.code == 0)
            #expect(result.output == "registered  1 documents  ACTIVATED\n")
            let command = await server.backend.commands.first?.command
            let document = SourceDocument(name: file, text: text)
            #expect(command == .registerService(documents: [document], dryRun: false))
        }
    }

    @Test func installFollowsItsTaskToTheEnd() async throws {
        try await RunningServer.with { server in
            let task = FleetTask.scripted()
            await server.backend.reply(with: task)
            let program = try server.start(["install", "harbor", "--on", "sv-oslo", "--wait"])
            try await program.waitFor("sent")
            await server.backend.update(
                task.with(.running) {
                    ($0.stage, $0.done, $0.total) = (.applying, 28, 50)
                    $0.message = "waiting: statefulset/harbor-database 0/1 ready"
                })
            try await program.waitFor("28/50")
            await server.backend.update(task.with(.succeeded) { $0.total = 50 })
            let result = try await program.result()
            #expect(result.code == 0)
            #expect(
                result.output == """
                    task t-7  install harbor 2.6.1 on sv-oslo
                      sv-oslo  ⠸ sent
                      sv-oslo  ⠸ applying      28/50  waiting: statefulset/harbor-database 0/1 ready
                      sv-oslo  ✓ CONFIGURED    50 objects  41 s

                    """)
        }
    }

    @Test func aTaskThatFailedSomewhereEndsDegraded() async throws {
        try await RunningServer.with { server in
            var task = FleetTask.scripted("t-8", ["sv-oslo", "sv-bergen"])
            task = task.with(.succeeded).with(.failed, of: "sv-bergen") {
                $0.message = "kapp: Error: update failed"
                $0.next = "flotilla why harbor@sv-bergen"
            }
            await server.backend.reply(with: task)
            let result = try await server.flotilla("install", "harbor", "--all", "--wait")
            #expect(result.code == 6)
            #expect(result.output.contains("kapp: Error: update failed"))
            #expect(result.output.contains("next  flotilla why harbor@sv-bergen"))
        }
    }

    @Test func refusalsPrintThreeLinesAndTheirCode() async throws {
        try await RunningServer.with { server in
            await server.backend.refuse(
                with: FleetError(.refused, "upgrade harbor on sv-oslo", reason: "Forbidden: no", next: "do this"))
            let refused = try await server.flotilla("upgrade", "harbor", "--all")
            #expect(refused.code == 5)
            #expect(refused.errors == "error: upgrade harbor on sv-oslo\n  why   Forbidden: no\n  next  do this\n")
            let absent = try await server.flotilla("service", "show", "nothing")
            #expect(absent.code == 7)
            let usage = try await server.flotilla("install", "harbor")
            #expect(usage.code == 2)
            let unknown = try await server.flotilla("instal")
            #expect(unknown.code == 2)
        }
    }

    @Test func interruptDetachesAndSaysHowToComeBack() async throws {
        try await RunningServer.with { server in
            await server.backend.reply(with: FleetTask.scripted())
            let program = try server.start(["install", "harbor", "--all", "--wait"])
            try await program.waitFor("sent")
            program.interrupt()
            let result = try await program.result()
            #expect(result.code == 130)
            #expect(result.errors.contains("flotilla task follow t-7"))
        }
    }

    /// The first server ends, as in a restart; the program finds the second one at the same place.
    @Test func followingOutlivesARestartOfTheCoordinator() async throws {
        let backend = ScriptedBackend()
        let task = FleetTask.scripted()
        await backend.reply(with: task)
        let socket = FileManager.default.temporaryDirectory.appendingPathComponent(
            "fl-\(UUID().uuidString.prefix(8)).s")
        defer { try? FileManager.default.removeItem(at: socket) }
        let program = Mutex<RunningProgram?>(nil)
        try await RunningServer.with(backend: backend, socket: socket.path) { server in
            let started = try server.start(["install", "harbor", "--all", "--wait"])
            program.withLock { $0 = started }
            try await started.waitFor("sent")
        }
        try await RunningServer.with(backend: backend, socket: socket.path) { _ in
            await backend.update(task.with(.succeeded))
            let result = try await #require(program.withLock { $0 }).result()
            #expect(result.code == 0)
            #expect(result.output.contains("✓ CONFIGURED"))
        }
        #expect(await backend.commands.count == 1)
    }

    @Test func aTimedOutWaitExitsWithThree() async throws {
        try await RunningServer.with { server in
            await server.backend.reply(with: FleetTask.scripted())
            let result = try await server.flotilla("install", "harbor", "--all", "--wait", "--timeout", "1s")
            #expect(result.code == 3)
        }
    }

    @Test func eventsAreFollowedAndResumed() async throws {
        try await RunningServer.with { server in
            for number in 1...3 { await server.backend.emit(reason: "Before", message: "\(number)") }
            let program = try server.start(["events", "--follow", "--resume", "2", "-o", "jsonl"])
            try await program.waitFor("\"position\":3")
            await server.backend.emit(reason: "After", message: "4")
            try await program.waitFor("\"position\":4")
            program.interrupt()
            let result = try await program.result()
            #expect(result.code == 130)
            #expect(!result.output.contains("\"position\":2"))
            #expect(result.errors.contains("--resume 4"))
        }
    }

    @Test func whyPrintsTheCauseAndWhatToType() async throws {
        try await RunningServer.with { server in
            let result = try await server.flotilla("why", "harbor@sv-oslo")
            #expect(result.code == 0)
            #expect(result.output.contains("ReconcileFailed. kapp: Error: update pvc"))
            #expect(result.output.contains("  cause   a volume cannot shrink\n"))
            #expect(result.output.contains("  next    flotilla drift adopt harbor@sv-oslo"))
        }
    }

    @Test func driftAdoptSendsTheLiveValues() async throws {
        try await RunningServer.with { server in
            await server.backend.drift(gives: [
                DriftItem(
                    resource: "persistentvolumeclaim/harbor-registry", field: "spec.size", declared: "60Gi",
                    live: "100Gi", valuePath: "registry.size"),
                DriftItem(resource: "configmap/x", field: "data.a", declared: "1", live: "2"),
            ])
            let result = try await server.flotilla("drift", "adopt", "harbor@sv-oslo")
            #expect(result.code == 0)
            #expect(result.errors.contains("not adopted: configmap/x"))
            let key = InstallKey(service: ScriptedBackend.harbor, supervisor: SupervisorID("sv-oslo"))
            #expect(
                await server.backend.commands.last?.command
                    == .adoptDrift(key, valueChanges: ["registry.size": "100Gi"]))
        }
    }

    @Test func uninstallShowsDataFirstAndNeedsItsNameToDeleteIt() async throws {
        try await RunningServer.with { server in
            let claim = DataInventory.Claim(
                name: "a", namespace: "n", size: "69Gi", storageClass: "s", origin: "claim", reclaimPolicy: "Delete")
            await server.backend.plan(gives: [
                PlanView(
                    supervisor: SupervisorID("sv-oslo"), inventory: DataInventory(claims: [claim], total: "69Gi"))
            ])
            await server.backend.reply(with: FleetTask.scripted(state: .pending, operation: .uninstall))
            let kept = try await server.flotilla("uninstall", "harbor", "--all")
            #expect(kept.code == 0)
            #expect(kept.output.hasPrefix("  sv-oslo  1 PVC, 69Gi: kept\n"))
            let refused = try await server.flotilla("uninstall", "harbor", "--all", "--delete-data")
            #expect(refused.code == 5)
            #expect(refused.errors.contains("--delete-data --confirm harbor@sv-oslo"))
            let deleted = try await server.flotilla(
                "uninstall", "harbor", "--all", "--delete-data", "--confirm", "harbor@sv-oslo")
            #expect(deleted.code == 0)
            guard case .uninstall(let request)? = await server.backend.commands.last?.command else {
                Issue.record("no uninstall was sent")
                return
            }
            #expect(request.data == .delete)
            #expect(request.dataConsent.map(\.description) == ["harbor@sv-oslo"])
        }
    }

    @Test func plansExitByWhatTheyFound() async throws {
        try await RunningServer.with { server in
            let oslo = SupervisorID("sv-oslo")
            let plan = ResourcePlan(
                consequence: .rolling,
                changes: [.init(operation: "update", resource: "deployment/core", consequence: .rolling)],
                manifests: ContentDigest("sha256:1"))
            await server.backend.plan(gives: [
                PlanView(supervisor: oslo, currentVersion: "1", targetVersion: "2", plan: plan)
            ])
            #expect(try await server.flotilla("plan", "upgrade", "harbor", "--all").code == 0)
            let changed = try await server.flotilla("plan", "upgrade", "harbor", "--all", "--exit-code")
            #expect(changed.code == 10)
            #expect(changed.output.contains("1 → 2"))
            await server.backend.plan(gives: [
                PlanView(supervisor: oslo, refusal: FleetError(.refused, "no", reason: "is invalid: spec: Forbidden"))
            ])
            let refused = try await server.flotilla("plan", "upgrade", "harbor", "--all", "--exit-code")
            #expect(refused.code == 5)
            #expect(refused.output.contains("is invalid: spec: Forbidden"))
        }
    }

    @Test func documentsCarryTheirVersion() async throws {
        try await RunningServer.with { server in
            let json = try await server.flotilla("service", "list", "-o", "json")
            #expect(json.output.contains("\"apiVersion\": \"flotilla.dev/v1\""))
            let names = try await server.flotilla("service", "list", "-o", "name")
            #expect(names.output == "service/harbor.community.tanzu.vmware.com\n")
            let doctor = try await server.flotilla("doctor")
            #expect(doctor.code == 0)
        }
    }

    @Test func aMissingCoordinatorIsNamed() async throws {
        let program = try RunningProgram(
            "flotilla", ["service", "list", "--server", "unix:///nonexistent/operator.sock"], environment: [:])
        let result = try await program.result()
        #expect(result.code == 1)
        #expect(result.errors.contains("no coordinator answers at unix:///nonexistent/operator.sock"))
    }
}

extension CommandLineTests {
    @Test(arguments: [
        (["instal", "harbor"], "Did you mean install?", "flotilla install"),
        (["service", "lst"], "Did you mean list?", "flotilla service list"),
    ])
    func aMistypedCommandIsGuessed(arguments: [String], why: String, next: String) async throws {
        try await RunningServer.with { server in
            let result = try await server.start(arguments).result()
            #expect(result.code == 2)
            #expect(result.errors.contains("  why   \(why)\n  next  \(next)\n"), "\(result.errors)")
        }
    }

    @Test func optionsMayStandBeforeTheCommand() async throws {
        try await RunningServer.with { server in
            let words = ["--server=unix://\(server.socket)", "service", "-o", "name", "list"]
            let program = try RunningProgram("flotilla", words, environment: ["FLOTILLA_SERVER": "unix:/nonexistent"])
            let result = try await program.result()
            #expect(result.output == "service/harbor.community.tanzu.vmware.com\n", "\(result.errors)")
            let unknown = try await server.flotilla("--nothing", "service", "list")
            #expect(unknown.code == 2)
        }
    }

    @Test func anEmptyNameIsRefusedBeforeItNamesAList() async throws {
        try await RunningServer.with { server in
            for words in [["service", "show", ""], ["supervisor", "show", ""], ["task", "show", ".."]] {
                let result = try await server.start(words).result()
                #expect(result.code == 2)
                #expect(result.errors.contains("is no name"), "\(result.errors)")
            }
        }
    }

    @Test func aTokenIsNotMadeWhereItCannotBeWritten() async throws {
        try await RunningServer.with { server in
            let result = try await server.flotilla("token", "create", "alice", "-o", "/nonexistent/alice.token")
            #expect(result.code == 2)
            #expect(result.errors.contains("/nonexistent/alice.token cannot be written"))
            #expect(await server.backend.commands.isEmpty)
        }
    }

    @Test func verifyKnowsWhoseADirectoryIs() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("fl-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data("{\"supervisor\": \"sv-oslo\"}".utf8).write(to: folder.appendingPathComponent("identity.json"))
        for words in [
            ["--data-dir", folder.path], ["--data-dir", "/nonexistent", "--agent", "sv-bergen=\(folder.path)"],
        ] {
            let result = try await RunningProgram("flotilla", ["verify"] + words, environment: [:]).result()
            #expect(result.code == 2)
            #expect(result.errors.contains("is the data directory of the agent of sv-oslo"), "\(result.errors)")
        }
    }
}
