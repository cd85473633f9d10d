import FleetModel
import Reconciliation
import ResourceModel
import Testing

/// One install from wish to outcome.
struct InstallReconcileTests {
    private var objects: [Value] {
        [
            Samples.object("v1", "Namespace", Samples.namespace, namespace: ""),
            Samples.claim("harbor-registry", "60Gi"), Samples.deployment("harbor-core"),
            Samples.object("v1", "ServiceAccount", "sa", namespace: Samples.namespace),
        ]
    }

    private static let refusal = InstallReconcile.ApplyResult.failed(
        .applying(
            .update, "persistentvolumeclaim/harbor-registry (v1) namespace: x", serverMessage: "no", reason: "Invalid"),
        isRetryable: false)

    @Test func installsInStagesAndReportsOneOutcome() {
        var harness = MachineHarness(objects)
        harness.desire(MachineHarness.spec(1))
        #expect(harness.outcomes == [.succeeded])
        #expect(harness.lastOutcome?.message == "Reconcile succeeded")
        #expect(harness.lastOutcome?.objectCount == 4)
        #expect(harness.lastOutcome?.version == "2.6.1")
        #expect(harness.machine.state == .succeeded)
        #expect(harness.machine.condition.configStatus == .configured)
        var stages = harness.stages
        stages = stages.reduce(into: []) { if $0.last != $1 { $0.append($1) } }
        #expect(stages.prefix(4) == [.fetching, .templating, .planning, .applying])
        #expect(
            harness.applied.map { String($0.split(separator: "/")[0]) } == [
                "create namespace", "create persistentvolumeclaim", "create serviceaccount", "create deployment",
            ])
        #expect(harness.record?.usedGKs.count == 4)
        #expect(harness.record?.changes.last?.successful == true)
        // 500 of 1000: half of the 5 s of jitter on top of ten minutes.
        #expect(harness.after(.start) == .milliseconds(602_500))
    }

    @Test func syncsWithoutWritingWhenNothingChanged() {
        var harness = MachineHarness(objects)
        harness.desire(MachineHarness.spec(1))
        let before = harness.applied.count
        harness.fire(.start)
        #expect(harness.applied.count == before)
        #expect(harness.outcomes.count == 1)
        #expect(harness.conditions.isEmpty)
        #expect(harness.machine.consecutiveSuccesses == 2)
    }

    @Test func repairsDriftAndDoesNotCallItAnOutcome() {
        var harness = MachineHarness(objects)
        harness.desire(MachineHarness.spec(1))
        harness.cluster.edit("Deployment", "harbor-core") { $0[at: "spec", "replicas"] = 7 }
        harness.run(harness.machine.driftSeen(resource: "deployment/harbor-core", summary: "7", now: harness.now))
        #expect(harness.after(.start) == .seconds(2))
        harness.fire(.start)
        #expect(harness.applied.last == "update deployment/harbor-core (apps/v1) namespace: svc-harbor-domain-c8")
        #expect(harness.outcomes == [.succeeded])
        let notes = harness.reports.compactMap { report -> String? in
            if case .note(let reason, _) = report.body { reason } else { nil }
        }
        #expect(notes == ["Repaired"])
    }

    @Test func failsWithTheServersWordsBacksOffAndRecoversAsACondition() {
        var harness = MachineHarness(objects)
        harness.desire(MachineHarness.spec(1))
        harness.manifests.objects[1] = Samples.claim("harbor-registry", "55Gi")
        harness.refusals["harbor-registry"] = Array(repeating: Self.refusal, count: 3)
        harness.desire(MachineHarness.spec(2))
        #expect(harness.outcomes == [.succeeded, .failed])
        #expect(harness.lastOutcome?.message.hasPrefix("kapp: Error: update persistentvolumeclaim/") == true)
        #expect(
            harness.machine.condition.friendlyDescription
                == "Reconcile failed: Deploying: Error (see .status.usefulErrorMessage for details)")
        #expect(harness.machine.state == .failed(retryAfter: .seconds(2)))
        harness.fire(.start)
        harness.fire(.start)
        #expect(harness.after(.start) == .seconds(8))
        #expect(harness.machine.consecutiveFailures == 3)
        // The same failure again is no news.
        #expect(harness.conditions.isEmpty)
        harness.fire(.start)
        #expect(harness.conditions == ["ReconcileSucceeded"])
        #expect(harness.outcomes.count == 2)
    }

    @Test func aNewerGenerationSupersedesARunningOne() {
        var harness = MachineHarness(objects)
        harness.stuck = ["harbor-core"]
        harness.desire(MachineHarness.spec(1))
        #expect(harness.machine.isRunning)
        harness.stuck = []
        harness.desire(MachineHarness.spec(2, version: "2.6.3"))
        #expect(harness.outcomes == [.superseded])
        #expect(harness.reports.contains { $0.generation == 1 && $0.body == .accepted })
        harness.cluster.edit("Deployment", "harbor-core") { $0["status"] = ["readyReplicas": 1] }
        harness.fire(.poll)
        #expect(harness.outcomes == [.superseded, .succeeded])
        #expect(harness.machine.currentVersion == "2.6.3")
    }

    @Test func olderAndRepeatedGenerationsChangeNothing() {
        var harness = MachineHarness(objects)
        harness.desire(MachineHarness.spec(5))
        let reported = harness.reports.count
        harness.desire(MachineHarness.spec(5))
        harness.desire(MachineHarness.spec(4))
        #expect(harness.reports.count == reported)
        #expect(harness.machine.spec?.generation == 5)
    }

    @Test func resultsOfOldAttemptsAreIgnored() {
        var machine = InstallReconcile(key: Samples.key)
        let now = Timestamp.zero
        _ = machine.desired(MachineHarness.spec(1), now: now)
        _ = machine.desired(MachineHarness.spec(2), now: now)
        #expect(machine.fetched(attempt: 1, .success(()), now: now).isEmpty)
        #expect(machine.state == .fetching)
        #expect(machine.polled(attempt: 2, [], now: now).isEmpty)
        #expect(machine.timerFired(.poll, id: 99, now: now).isEmpty)
    }

    @Test func anUnreachableServerIsNoOutcomeAtOnce() {
        var harness = MachineHarness(objects)
        let away = InstallReconcile.Failure("connection refused", isUnreachable: true)
        harness.fetchFailures = Array(repeating: away, count: 6)
        harness.desire(MachineHarness.spec(1))
        for _ in 0..<3 { harness.fire(.start) }
        #expect(harness.outcomes.isEmpty)
        harness.fire(.start)
        #expect(harness.outcomes == [.failed])
        harness.fire(.start)
        #expect(harness.outcomes.count == 1)
        harness.fire(.start)
        #expect(harness.conditions == ["ReconcileSucceeded"])
    }

    @Test func retriesWhatIsWorthRetryingUntilTheApplyTimeout() {
        var harness = MachineHarness(objects)
        let webhook = InstallReconcile.ApplyResult.failed(
            KappError("failed calling webhook \"x\""), isRetryable: true)
        harness.refusals["harbor-registry"] = Array(repeating: webhook, count: 2)
        harness.desire(MachineHarness.spec(1))
        #expect(harness.after(.retryApply) == .seconds(1))
        harness.fire(.retryApply)
        harness.fire(.retryApply)
        #expect(harness.outcomes == [.succeeded])

        var second = MachineHarness(objects)
        second.refusals["harbor-registry"] = Array(repeating: webhook, count: 9)
        second.desire(MachineHarness.spec(1))
        second.fire(.applyTimeout)
        #expect(
            second.lastOutcome?.message.contains("Timed out waiting after 5m0s: Last error: failed calling webhook")
                == true || second.lastOutcome?.message.contains("Timed out waiting after 5m0s:") == true)
    }

    @Test func givesUpWaitingWithTheListOfWhatIsLate() {
        var harness = MachineHarness(objects)
        harness.stuck = ["harbor-core"]
        harness.desire(MachineHarness.spec(1))
        #expect(harness.after(.poll) == .seconds(3))
        let details = harness.reports.compactMap { report -> String? in
            if case .progress(.waiting, _, _, let detail) = report.body { detail } else { nil }
        }
        #expect(details.last == "waiting: deployment/harbor-core 0/1 ready")
        harness.fire(.poll)
        harness.fire(.waitTimeout)
        #expect(
            harness.lastOutcome?.message.contains(
                "Timed out waiting after 15m0s for resources: \n\n  - deployment/harbor-core (apps/v1)") == true)
    }

    /// The namespace's wave is done while the deployment's is waited for again after the lines of what was applied.
    @Test func theLastProgressOfAWaitNamesWhatIsWaitedFor() {
        var harness = MachineHarness(objects)
        harness.stuck = ["harbor-core"]
        harness.desire(MachineHarness.spec(1))
        let details = harness.reports.compactMap { report -> String? in
            if case .progress(_, _, _, let detail) = report.body { detail } else { nil }
        }
        #expect(details.last == "waiting: deployment/harbor-core 0/1 ready")
        #expect(!details.dropFirst(3).contains(""))
    }

    @Test func aWorkloadsReadinessIsCounted() {
        func readiness(_ kind: String, _ spec: Value, _ status: Value) -> String? {
            WaitRules.readiness(of: ["apiVersion": "apps/v1", "kind": .string(kind), "spec": spec, "status": status])
        }
        #expect(readiness("StatefulSet", [:], [:]) == "0/1 ready")
        #expect(readiness("Deployment", ["replicas": 3], ["readyReplicas": 2]) == "2/3 ready")
        #expect(readiness("DaemonSet", [:], ["desiredNumberScheduled": 4, "numberReady": 1]) == "1/4 ready")
        #expect(readiness("Deployment", ["replicas": 1], ["readyReplicas": 1]) == nil)
        #expect(readiness("Job", [:], [:]) == nil)
    }

    @Test func aTerminalWaitFailureIsAnError() {
        let job = Samples.object("batch/v1", "Job", "j", namespace: Samples.namespace, ["spec": .object([:])])
        var harness = MachineHarness([job])
        harness.desire(MachineHarness.spec(1))
        harness.cluster.edit("Job", "j") {
            $0["status"] = ["conditions": [["type": "Failed", "status": "True", "reason": "R", "message": "m"]]]
        }
        harness.fire(.poll)
        #expect(
            harness.lastOutcome?.message
                == "kapp: Error: waiting on reconcile job/j (batch/v1) namespace: svc-harbor-domain-c8:\n"
                + "  Finished unsuccessfully (Failed with reason R: m)")
    }

    @Test func resumesARestoredSpecWithoutASecondOutcome() {
        var harness = MachineHarness(objects)
        harness.machine = InstallReconcile(
            key: Samples.key, restoring: MachineHarness.spec(3), outcomeReported: true, currentVersion: "2.6.1")
        harness.run(harness.machine.resume(now: harness.now))
        #expect(harness.outcomes.isEmpty)
        #expect(harness.machine.state == .succeeded)
        #expect(harness.conditions == ["ReconcileSucceeded"])
    }

    @Test(arguments: [(1, 2), (2, 4), (3, 8), (9, 512), (10, 600), (29, 600), (30, 600), (500, 600)])
    func backsOffAsKappControllerDoes(failures: Int, seconds: Int) {
        #expect(ReconcileSettings().afterFailure(failures) == .seconds(seconds))
    }

    @Test func raisesAShortSyncPeriodToThirtySeconds() {
        var settings = ReconcileSettings()
        settings.syncPeriod = .seconds(5)
        #expect(settings.afterSuccess(jitter: 0) == .seconds(30))
        #expect(settings.afterSuccess(jitter: 1) == .seconds(35))
        #expect(settings.afterFailure(20) == .seconds(30))
    }
}
