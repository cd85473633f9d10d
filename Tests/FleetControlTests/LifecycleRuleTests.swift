import FleetControl
import FleetModel
import Testing

/// Every refusal of the service and version life cycle: its code, its rule and the command to type.
@Suite struct LifecycleRuleTests {
    struct Rule: Sendable, CustomTestStringConvertible {
        var name: String
        var given: @Sendable (inout TestFleet) throws -> Void
        var command: FleetCommand
        var packages: [PackageFacts] = []
        var code: FleetError.Code
        var reason: String
        var next: String
        var testDescription: String { name }
    }

    static let harbor = TestFleet.harbor
    static let rules: [Rule] = [
        Rule(
            name: "a service is registered once", given: { try $0.register(harbor, "2.6.1") },
            command: .registerService(documents: [], dryRun: false), packages: [TestFleet.facts(harbor, "2.6.3")],
            code: .alreadyExists, reason: "registered once", next: "flotilla service add-version"),
        Rule(
            name: "a version needs its service", given: { _ in },
            command: .addVersion(documents: [], dryRun: false), packages: [TestFleet.facts(harbor, "2.6.3")],
            code: .notFound, reason: "registered service", next: "flotilla service register"),
        Rule(
            name: "a registered version never changes", given: { try $0.register(harbor, "2.6.1") },
            command: .addVersion(documents: [], dryRun: false), packages: [TestFleet.facts(harbor, "2.6.1")],
            code: .alreadyExists, reason: "never changes", next: "flotilla service show harbor"),
        Rule(
            name: "a deactivated service takes no version",
            given: {
                try $0.register(harbor, "2.6.1")
                try $0.run(.deactivateService(harbor))
            },
            command: .addVersion(documents: [], dryRun: false), packages: [TestFleet.facts(harbor, "2.6.3")],
            code: .notAllowedInCurrentState, reason: "no version can be added", next: "flotilla activate harbor"),
        Rule(
            name: "a repeated activate is refused", given: { try $0.register(harbor, "2.6.1") },
            command: .activateService(harbor), code: .notAllowedInCurrentState, reason: "repeated activate",
            next: "flotilla service show harbor"),
        Rule(
            name: "a repeated deactivate is refused",
            given: {
                try $0.register(harbor, "2.6.1")
                try $0.run(.deactivateService(harbor))
            },
            command: .deactivateService(harbor), code: .notAllowedInCurrentState, reason: "repeated deactivate",
            next: "flotilla service show harbor"),
        Rule(
            name: "the last active version stays", given: { try $0.register(harbor, "2.6.1") },
            command: .deactivateVersion(harbor, version: "2.6.1"), code: .notAllowedInCurrentState,
            reason: "last ACTIVATED version", next: "flotilla deactivate harbor"),
        Rule(
            name: "no version of a deactivated service is activated",
            given: {
                try $0.register(harbor, "2.6.1")
                try $0.run(.deactivateService(harbor))
            },
            command: .activateVersion(harbor, version: "2.6.1"), code: .notAllowedInCurrentState,
            reason: "no version of a DEACTIVATED service", next: "flotilla activate harbor"),
        Rule(
            name: "an active version is not deleted", given: { try $0.register(harbor, "2.6.1", "2.6.3") },
            command: .deleteVersion(harbor, version: "2.6.1"), code: .notAllowedInCurrentState,
            reason: "must be DEACTIVATED", next: "flotilla deactivate harbor --version 2.6.1"),
        Rule(
            name: "an installed version is not deleted",
            given: {
                try $0.register(harbor, "2.6.1", "2.6.3")
                try $0.add("sv-oslo")
                try $0.run(.install(TestFleet.request(["sv-oslo"], version: "2.6.1")))
                $0.succeed("sv-oslo")
                try $0.run(.deactivateVersion(harbor, version: "2.6.1"))
            },
            command: .deleteVersion(harbor, version: "2.6.1"), code: .notAllowedInCurrentState,
            reason: "removed from every Supervisor", next: "flotilla uninstall harbor --on sv-oslo"),
        Rule(
            name: "an active service is not deleted", given: { try $0.register(harbor, "2.6.1") },
            command: .deleteService(harbor), code: .notAllowedInCurrentState, reason: "must be DEACTIVATED",
            next: "flotilla deactivate harbor"),
        Rule(
            name: "an installed service is not deleted",
            given: {
                try $0.register(harbor, "2.6.1")
                try $0.add("sv-oslo")
                try $0.run(.install(TestFleet.request(["sv-oslo"])))
                try $0.run(.deactivateService(harbor))
            },
            command: .deleteService(harbor), code: .notAllowedInCurrentState,
            reason: "removed from every Supervisor", next: "flotilla uninstall harbor --on sv-oslo"),
        Rule(
            name: "a deactivated service is not installed",
            given: {
                try $0.register(harbor, "2.6.1")
                try $0.add("sv-oslo")
                try $0.run(.deactivateService(harbor))
            },
            command: .install(TestFleet.request(["sv-oslo"])), code: .notAllowedInCurrentState,
            reason: "takes no install", next: "flotilla activate harbor"),
        Rule(
            name: "a deactivated version is not installed",
            given: {
                try $0.register(harbor, "2.6.1", "2.6.3")
                try $0.add("sv-oslo")
                try $0.run(.deactivateVersion(harbor, version: "2.6.3"))
            },
            command: .install(TestFleet.request(["sv-oslo"], version: "2.6.3")), code: .notAllowedInCurrentState,
            reason: "cannot be installed or set", next: "flotilla activate harbor --version 2.6.3"),
        Rule(
            name: "an unknown version",
            given: {
                try $0.register(harbor, "2.6.1")
                try $0.add("sv-oslo")
            },
            command: .install(TestFleet.request(["sv-oslo"], version: "9.9.9")), code: .notFound,
            reason: "registered: 2.6.1", next: "flotilla service show harbor"),
        Rule(
            name: "the same version again",
            given: {
                try $0.register(harbor, "2.6.1")
                try $0.add("sv-oslo")
                try $0.run(.install(TestFleet.request(["sv-oslo"])))
            },
            command: .install(TestFleet.request(["sv-oslo"])), code: .alreadyExists, reason: "no change",
            next: "flotilla reconfigure harbor --on sv-oslo"),
        Rule(
            name: "no downgrade",
            given: {
                try $0.register(harbor, "2.6.1", "2.6.3")
                try $0.add("sv-oslo")
                try $0.run(.install(TestFleet.request(["sv-oslo"])))
                $0.succeed("sv-oslo")
            },
            command: .upgrade(TestFleet.request(["sv-oslo"], version: "2.6.1")), code: .notAllowedInCurrentState,
            reason: "cannot be downgraded", next: "flotilla uninstall harbor --on sv-oslo"),
        Rule(
            name: "an upgrade needs an install",
            given: {
                try $0.register(harbor, "2.6.1")
                try $0.add("sv-oslo")
            },
            command: .upgrade(TestFleet.request(["sv-oslo"])), code: .notFound, reason: "",
            next: "flotilla install harbor --on sv-oslo"),
        Rule(
            name: "an unknown Supervisor",
            given: {
                try $0.register(harbor, "2.6.1")
                try $0.add("sv-oslo")
            },
            command: .install(TestFleet.request(["sv-olso"])), code: .notFound, reason: "Did you mean sv-oslo?",
            next: "flotilla supervisor list"),
        Rule(
            name: "data is deleted by name only",
            given: {
                try $0.register(harbor, "2.6.1")
                try $0.add("sv-oslo")
                try $0.run(.install(TestFleet.request(["sv-oslo"])))
            },
            command: .uninstall(
                UninstallRequest(service: harbor, targets: .named([SupervisorID("sv-oslo")]), data: .delete)),
            code: .refused, reason: "keeps claims and volumes",
            next: "flotilla uninstall harbor --on sv-oslo --delete-data --confirm harbor@sv-oslo"),
        Rule(
            name: "two services in one namespace",
            given: {
                try $0.register(harbor, "2.6.1")
                try $0.register(ServiceID("harbor.example.com"), "1.0.0")
                try $0.add("sv-oslo")
                try $0.run(.install(TestFleet.request(["sv-oslo"])))
            },
            command: .install(TestFleet.request(["sv-oslo"], service: ServiceID("harbor.example.com"))),
            code: .refused, reason: "belongs to one service",
            next: "flotilla uninstall harbor.community.tanzu.vmware.com --on sv-oslo"),
        Rule(
            name: "a Supervisor that has not joined",
            given: {
                try $0.register(harbor, "2.6.1")
                try $0.run(
                    .addSupervisor(
                        SupervisorID("sv-oslo"), moid: "domain-c8", labels: [:], tokenLifetime: 60, autoAccept: true))
            },
            command: .install(TestFleet.request(["sv-oslo"])), code: .notAllowedInCurrentState,
            reason: "join token", next: "flotilla-agent --join FILE --kubeconfig FILE"),
        Rule(
            name: "an install that is being removed",
            given: {
                try $0.register(harbor, "2.6.1")
                try $0.add("sv-oslo")
                try $0.run(.install(TestFleet.request(["sv-oslo"])))
                try $0.run(
                    .uninstall(UninstallRequest(service: harbor, targets: .named([SupervisorID("sv-oslo")]))))
            },
            command: .install(TestFleet.request(["sv-oslo"])), code: .notAllowedInCurrentState, reason: "REMOVING",
            next: "flotilla task follow t-2"),
    ]

    @Test(arguments: rules) func isRefusedWithTheRuleAndTheCommandToType(_ rule: Rule) throws {
        var fleet = TestFleet()
        try rule.given(&fleet)
        let before = fleet.state
        let error = #expect(throws: FleetError.self) { try fleet.run(rule.command, packages: rule.packages) }
        #expect(error?.code == rule.code)
        #expect(error?.reason.contains(rule.reason) == true, "\(error?.reason ?? "")")
        #expect(error?.next.hasPrefix(rule.next) == true, "\(error?.next ?? "")")
        #expect(fleet.state == before)
    }

    @Test func deactivatingLeavesInstalledCopiesAndDeletingRemovesEveryVersion() throws {
        var fleet = TestFleet()
        try fleet.register(Self.harbor, "2.6.1", "2.6.3")
        try fleet.add("sv-oslo")
        try fleet.run(.install(TestFleet.request(["sv-oslo"], version: "2.6.1")))
        fleet.succeed("sv-oslo")
        let reply = try fleet.run(.deactivateService(ServiceID("harbor")))
        #expect(reply.lines.contains("1 installed copy keeps running on sv-oslo"))
        #expect(fleet.install("sv-oslo")?.status.state == .configured)
        #expect(fleet.state.services[Self.harbor]?.versions.allSatisfy { $0.state == .deactivated } == true)
        try fleet.run(.uninstall(UninstallRequest(service: Self.harbor, targets: .all)))
        #expect(fleet.install("sv-oslo")?.status.state == .removing)
        fleet.succeed("sv-oslo")
        #expect(fleet.install("sv-oslo") == nil)
        try fleet.run(.deleteService(Self.harbor))
        #expect(fleet.state.services.isEmpty)
    }

    @Test func aNewerVersionMarksInstalledOnesAsBehind() throws {
        var fleet = TestFleet()
        try fleet.register(Self.harbor, "2.6.1")
        try fleet.add("sv-oslo")
        try fleet.run(.install(TestFleet.request(["sv-oslo"])))
        fleet.succeed("sv-oslo")
        #expect(fleet.state.installs.map { fleet.state.view($0).newerVersion } == [nil])
        try fleet.run(.addVersion(documents: [], dryRun: false), packages: [TestFleet.facts(Self.harbor, "2.10.0")])
        #expect(fleet.state.installs.map { fleet.state.view($0).newerVersion } == ["2.10.0"])
        #expect(
            fleet.journal.compactMap { $0.record.event(at: $0.at, position: 1)?.reason }.last == "VersionRegistered")
    }

    @Test func anInstallOfANewerVersionIsAnUpgrade() throws {
        var fleet = TestFleet()
        try fleet.register(Self.harbor, "2.6.1", "2.6.3")
        try fleet.add("sv-oslo")
        try fleet.run(.install(TestFleet.request(["sv-oslo"], version: "2.6.1")))
        fleet.succeed("sv-oslo")
        let reply = try fleet.run(.install(TestFleet.request(["sv-oslo"])))
        #expect(fleet.state.tasks[reply.task!]?.operation == .upgrade)
        #expect(fleet.install("sv-oslo")?.spec.generation == 2)
        #expect(fleet.install("sv-oslo")?.desiredVersion == "2.6.3")
        #expect(fleet.install("sv-oslo")?.status.currentVersion == "2.6.1")
    }

    @Test func anAmbiguousNameIsRefusedWithTheCandidates() throws {
        var fleet = TestFleet()
        try fleet.register(Self.harbor, "2.6.1")
        try fleet.register(TestFleet.contour, "1.0.0")
        let error = #expect(throws: FleetError.self) { try fleet.state.resolve(ServiceID("community")) }
        #expect(error?.reason.contains("contour.community.tanzu.vmware.com, harbor.community") == true)
        #expect(try fleet.state.resolve(ServiceID("harbor")) == Self.harbor)
        let typo = #expect(throws: FleetError.self) { try fleet.state.resolve(ServiceID("habor")) }
        #expect(typo?.reason == "Did you mean harbor?")
    }
}
