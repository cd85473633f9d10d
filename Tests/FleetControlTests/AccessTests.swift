import FleetControl
import FleetModel
import Testing

/// Who may do what: the matrix of roles and commands, and what ends a credential (contract C7).
@Suite struct AccessTests {
    static let alice = OperatorID("alice")
    static let scope = TargetSelection.named([SupervisorID("a")])

    /// One sample of every command.
    static func commands(on supervisor: SupervisorID) -> [FleetCommand] {
        let harbor = TestFleet.harbor
        let request = InstallRequest(service: harbor, targets: .named([supervisor]))
        return [
            .registerService(documents: [], dryRun: false), .addVersion(documents: [], dryRun: true),
            .activateService(harbor), .deactivateService(harbor), .activateVersion(harbor, version: "1.0.0"),
            .deactivateVersion(harbor, version: "1.0.0"), .deleteVersion(harbor, version: "1.0.0"),
            .deleteService(harbor),
            .addSupervisor(SupervisorID("c"), moid: "domain-c3", labels: [:], tokenLifetime: 60),
            .acceptSupervisor(supervisor, fingerprint: nil), .rejectSupervisor(supervisor), .rotateKey(supervisor),
            .removeSupervisor(supervisor), .install(request), .upgrade(request), .reconfigure(request),
            .uninstall(UninstallRequest(service: harbor, targets: .named([supervisor]))),
            .adoptDrift(InstallKey(service: harbor, supervisor: supervisor), valueChanges: [:]),
            .setOperator(alice, privileges: [.administer], scope: .all, certificates: [], isNew: false),
            .lockOperator(alice, locked: true), .removeOperator(alice), .createToken(alice, lifetime: 60),
            .revokeToken(AccessTokenID("tk-1")),
        ]
    }

    static func fleet(_ privileges: [Privilege], scope: TargetSelection = scope) throws -> (TestFleet, Principal) {
        var fleet = TestFleet()
        try fleet.register(TestFleet.harbor, "1.0.0")
        try fleet.add("a", labels: ["region": "north"])
        try fleet.add("b", labels: ["region": "south"])
        try fleet.run(
            .setOperator(alice, privileges: privileges, scope: scope, certificates: [], isNew: true))
        try fleet.run(.createToken(alice, lifetime: 3600))
        let token = try #require(fleet.state.operators[alice]?.tokens.first)
        let principal = try fleet.state.authenticate(token: token.digest, from: "127.0.0.1", at: fleet.now)
        return (fleet, principal)
    }

    @Test(arguments: Privilege.allCases, 0..<23)
    func everyCommandNeedsItsPrivilege(held: Privilege, index: Int) throws {
        let (fleet, alice) = try Self.fleet([held])
        let command = Self.commands(on: SupervisorID("a"))[index]
        var error: FleetError?
        do throws(FleetError) {
            try fleet.state.authorize(command, by: alice, at: fleet.now)
        } catch let refusal { error = refusal }
        #expect((error == nil) == (held == command.privilege))
        guard let error else { return }
        #expect(error.code == .unauthorized)
        #expect(error.reason == "it needs the privilege \(command.privilege.rawValue)")
        #expect(error.next.contains("flotilla operator change alice"))
    }

    @Test func theMatrixCoversEveryKindOfCommand() {
        let kinds = Set(Self.commands(on: SupervisorID("a")).map { "\($0)".prefix { $0 != "(" } })
        #expect(kinds.count == 23)
        #expect(Set(Self.commands(on: SupervisorID("a")).map(\.privilege)) == [.install, .manage, .administer])
    }

    @Test(arguments: [
        (TargetSelection.named([SupervisorID("a")]), "a", true), (.named([SupervisorID("a")]), "b", false),
        (.all, "b", true), (.labels("region=north"), "a", true), (.labels("region=north"), "b", false),
    ])
    func installHoldsInsideTheScopeOnly(scope: TargetSelection, supervisor: String, allowed: Bool) throws {
        let (fleet, alice) = try Self.fleet([.install], scope: scope)
        let command = FleetCommand.install(
            InstallRequest(service: TestFleet.harbor, targets: .named([SupervisorID(supervisor)])))
        var error: FleetError?
        do throws(FleetError) {
            try fleet.state.authorize(command, by: alice, at: fleet.now)
        } catch let refusal { error = refusal }
        #expect((error == nil) == allowed)
        if let error { #expect(error.reason.contains("\(supervisor) is outside its scope")) }
    }

    @Test func allMeansEverySupervisorAndIsNeverNarrowedInSilence() throws {
        let (fleet, alice) = try Self.fleet([.install])
        #expect(throws: FleetError.self) {
            try fleet.state.authorize(
                .install(InstallRequest(service: TestFleet.harbor, targets: .all)), by: alice, at: fleet.now)
        }
    }

    @Test(arguments: ["revoke", "lock", "remove", "expire"])
    func whatEndsACredentialEndsIt(by means: String) throws {
        var (fleet, alice) = try Self.fleet([.manage])
        let token = try #require(fleet.state.operators[Self.alice]?.tokens.first)
        #expect(throws: Never.self) {
            try fleet.state.authorize(.activateService(TestFleet.harbor), by: alice, at: fleet.now)
        }
        switch means {
        case "revoke": try fleet.run(.revokeToken(token.id))
        case "lock": try fleet.run(.lockOperator(Self.alice, locked: true))
        case "remove": try fleet.run(.removeOperator(Self.alice))
        default: fleet.now = token.expires
        }
        var error: FleetError?
        do throws(FleetError) {
            try fleet.state.authorize(.activateService(TestFleet.harbor), by: alice, at: fleet.now)
        } catch let refusal { error = refusal }
        #expect(error?.code == .unauthenticated)
        #expect(throws: FleetError.self) {
            try fleet.state.authenticate(token: token.digest, from: "x", at: fleet.now)
        }
    }

    @Test func aRetryByOneWhoMayNotIsRefusedToo() throws {
        var (fleet, alice) = try Self.fleet([.read])
        try fleet.run(.deactivateService(TestFleet.harbor), id: "c-shared")
        var context = fleet.context("c-shared")
        context.by = alice
        let retry = context
        #expect(throws: FleetError.self) {
            try fleet.state.decide(.deactivateService(TestFleet.harbor), retry)
        }
    }

    @Test func aCertificateStandsForOneOperator() throws {
        var (fleet, _) = try Self.fleet([.read])
        let certificate = ContentDigest("sha256:" + String(repeating: "a", count: 64))
        try fleet.run(
            .setOperator(Self.alice, privileges: [], scope: .all, certificates: [certificate], isNew: false))
        #expect(fleet.state.operators[Self.alice]?.tokens.count == 1)
        #expect(throws: FleetError.self) {
            try fleet.run(
                .setOperator(OperatorID("bob"), privileges: [], scope: .all, certificates: [certificate], isNew: true))
        }
        let principal = try fleet.state.authenticate(certificate: certificate, from: "x", at: fleet.now)
        #expect(principal.operatorID == Self.alice)
    }

    @Test func operatorsSurviveASnapshot() throws {
        let (fleet, _) = try Self.fleet([.install, .manage])
        let restored = try FleetState(snapshot: fleet.state.snapshotBytes())
        #expect(restored.operators == fleet.state.operators)
        #expect(restored == fleet.state)
    }

    @Test func theAuditNamesWhoFromWhereWhatAndWhy() throws {
        var (fleet, alice) = try Self.fleet([.manage])
        var context = fleet.context("c-audit")
        context.by = alice
        context.reason = "ticket 4711"
        let decision = try fleet.state.decide(.deactivateService(TestFleet.harbor), context)
        fleet.take(decision.records)
        let entry = fleet.journal.compactMap { $0.record.auditEntry(at: $0.at, position: 1) }.last
        #expect(entry?.by == "operator:alice")
        #expect(entry?.from == "127.0.0.1")
        #expect(entry?.action == "deactivate harbor.community.tanzu.vmware.com")
        #expect(entry?.reason == "ticket 4711")
        #expect(entry?.outcome == .accepted)
    }

    @Test func theAuditNamesTheVersionThatWasRegistered() throws {
        var (fleet, alice) = try Self.fleet([.manage])
        var context = fleet.context("c-register")
        context.by = alice
        context.packages = [TestFleet.facts(TestFleet.harbor, "2.7.0")]
        let document = SourceDocument(name: "-", text: "")
        let decision = try fleet.state.decide(.addVersion(documents: [document], dryRun: false), context)
        fleet.take(decision.records)
        let entry = fleet.journal.compactMap { $0.record.auditEntry(at: $0.at, position: 1) }.last
        #expect(entry?.action == "add version harbor.community.tanzu.vmware.com 2.7.0 (standard input)")
    }
}
