import FleetModel
import ResourceModel
import Testing

import flotilla

@Suite struct RenderingTests {
    private static let plain = Paint(on: false)
    private static let start = ScriptedBackend.start

    private func view(_ name: String, heardMinutesAgo: Int64?, namespace: String? = nil) -> SupervisorView {
        var supervisor = Supervisor(id: SupervisorID(name), moid: "domain-c8", addedAt: Self.start)
        supervisor.enrolment = .enrolled
        var installs: [InstallView] = []
        if let namespace {
            let digest = ContentDigest("sha256:0")
            let selection = PackageSelection(
                version: "2.6.1", package: digest, values: digest, bundleImage: nil, bundleTree: nil,
                namespace: namespace)
            let install = ServiceInstall(
                key: InstallKey(service: ScriptedBackend.harbor, supervisor: supervisor.id),
                spec: InstallSpec(
                    generation: 1, intent: .present(selection), command: CommandID("c"), task: TaskID("t-7")),
                status: InstallStatus(state: .configured, observedGeneration: 1, since: Self.start))
            installs = [InstallView(install: install, newerVersion: "2.6.3")]
        }
        return SupervisorView(
            supervisor: supervisor, connected: heardMinutesAgo == nil,
            lastHeard: heardMinutesAgo.map { Self.start.advanced(byMilliseconds: -$0 * 60_000) }, installs: installs)
    }

    @Test func aPlanTellsRefusedFromUnknownAndNamesWhatComesFirst() {
        let edited = ResourcePlan(
            consequence: .impossible,
            changes: [
                .init(operation: "update", resource: "pvc/registry", consequence: .impossible, message: "less")
            ], manifests: ContentDigest("sha256:0"), warnings: [ResourcePlan.outsideEdit(of: "pvc/registry")])
        let oslo = PlanView(supervisor: SupervisorID("sv-oslo"), plan: edited)
        let away = PlanView(
            supervisor: SupervisorID("sv-tromso"),
            refusal: FleetError(.unavailable, "the agent of sv-tromso is away", reason: "the question needs its answer")
        )
        let lines = PlanText.table([oslo, away], service: ScriptedBackend.harbor, wide: false)
        #expect(lines.contains("sv-oslo: next  flotilla drift adopt harbor@sv-oslo"))
        #expect(lines.contains { $0.contains("unknown") && $0.hasSuffix("the agent of sv-tromso is away") })
        #expect(PlanText.isRefused([oslo, away]) && PlanText.isPartial([oslo, away]))
        #expect(!PlanText.isRefused([away]) && !PlanText.isPartial([oslo]))
    }

    /// The picture of the story (user-experience.md §1).
    @Test func aTaskLooksAsInTheStory() {
        var task = FleetTask.scripted("t-7", ["sv-oslo", "sv-bergen", "sv-tromso"])
        task = task.with(.succeeded) { $0.total = 50 }
            .with(.running, of: "sv-bergen") {
                ($0.stage, $0.done, $0.total) = (.applying, 28, 50)
                $0.message = "waiting: statefulset/harbor-database 0/1 ready"
                $0.startedAt = nil
            }
            .with(.deferred, of: "sv-tromso")
        let context = TaskContext(
            supervisors: [
                SupervisorID("sv-oslo"): view("sv-oslo", heardMinutesAgo: nil, namespace: "svc-harbor-domain-c8"),
                SupervisorID("sv-tromso"): view("sv-tromso", heardMinutesAgo: 14),
            ], now: Self.start)
        #expect(TaskText.head(task) == "task t-7  install harbor 2.6.1 on 3 Supervisors")
        #expect(
            TaskText.lines(task, context: context, paint: Self.plain) == [
                "  sv-oslo    ✓ CONFIGURED    50 objects in svc-harbor-domain-c8  41 s",
                "  sv-bergen  ⠸ applying      28/50  waiting: statefulset/harbor-database 0/1 ready",
                "  sv-tromso  – deferred      last heard 14 min ago; will apply when it returns",
            ])
    }

    @Test func largeTasksShowFailuresFirstAndCountTheRest() {
        let names = (0..<200).map { "sv-\($0)" }
        let task = FleetTask.scripted("t-1", names, state: .succeeded).with(.failed, of: "sv-150") {
            $0.message = "kapp: Error: first\nsecond line"
        }
        let lines = TaskText.lines(task, context: TaskContext(now: Self.start), paint: Self.plain)
        #expect(lines.contains { $0.contains("sv-150") && $0.contains("kapp: Error: first") })
        #expect(lines.contains("      second line"))
        #expect(lines.last == "  … and 160 more Supervisors")
    }

    @Test(
        arguments: [
            ([TaskTarget.State.succeeded, .succeeded], 0), ([.failed], 1), ([.failed, .notSent], 1),
            ([.succeeded, .failed], 6), ([.succeeded, .notSent], 6), ([.refused], 5), ([.refused, .refused], 5),
            ([.succeeded, .deferred], 3), ([.failed, .deferred], 6), ([.succeeded, .superseded], 0),
        ] as [([TaskTarget.State], Int32)])
    func exitCodesDeriveFromTheObservedState(states: [TaskTarget.State], code: Int32) {
        var task = FleetTask.scripted("t-1", states.indices.map { "sv-\($0)" })
        for (index, state) in states.enumerated() { task.targets[index].state = state }
        #expect(TaskVerdict.exitCode(of: task) == code)
    }

    @Test func whyReadsAsInTheStory() {
        let diagnosis = Diagnosis(
            state: .error, reason: "ReconcileFailed",
            message: "kapp: Error: update persistentvolumeclaim/harbor-registry", since: Self.start,
            causes: [
                Diagnosis.Cause(
                    text: "the live volume (100Gi) is larger than the declared one (60Gi); a volume cannot shrink",
                    next: "flotilla drift adopt harbor@sv-oslo", effect: "declares 100Gi, nothing is reinstalled")
            ])
        #expect(
            DiagnosisText.why(diagnosis, now: Self.start.advanced(byMilliseconds: 125_000)) == """
                ERROR since 2 min: ReconcileFailed. kapp: Error: update persistentvolumeclaim/harbor-registry
                  cause   the live volume (100Gi) is larger than the declared one (60Gi); a volume cannot shrink
                  next    flotilla drift adopt harbor@sv-oslo          declares 100Gi, nothing is reinstalled
                """)
    }

    @Test func anOutdatedInstallIsMarkedAsBehind() {
        let text = InventoryText.supervisor(
            view("sv-oslo", heardMinutesAgo: nil, namespace: "svc-harbor-domain-c8"), now: Self.start)
        #expect(text.contains("behind: 2.6.3 is available"))
    }

    @Test func documentsHaveRFC3339TimesAndNulls() {
        let text = JSONWriter.text(Documents.task(FleetTask.scripted()))
        #expect(text.contains("\"createdAt\":\"2026-11-22T13:00:00.000Z\""))
        #expect(text.contains("\"finishedAt\":null"))
        #expect(text.contains("\"apiVersion\":\"flotilla.dev/v1\""))
    }

    @Test func paintNeverSaysMoreThanTheText() {
        #expect(Paint(on: true)("x", .good) == "\u{1B}[32mx\u{1B}[0m")
        #expect(Paint(on: false)("x", .good) == "x")
    }

    @Test func errorsHaveThreeLines() {
        let error = FleetError(.refused, "upgrade harbor on sv-oslo", reason: "first\nsecond", next: "do this")
        #expect(
            ErrorText.lines(of: error) == """
                error: upgrade harbor on sv-oslo
                  why   first
                        second
                  next  do this
                """)
    }

    @Test(arguments: [(41, "41 s"), (119, "119 s"), (120, "2 min"), (7200, "2 h"), (172_800, "2 d"), (-5, "0 s")])
    func lengthsOfTimeAreRough(seconds: Int, text: String) {
        #expect(RoughTime.text(.seconds(seconds)) == text)
    }
}
