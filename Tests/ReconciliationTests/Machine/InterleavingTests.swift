import FleetModel
import Reconciliation
import ResourceModel
import Testing

/// The same seed gives the same numbers on every machine (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Random orders of generations, answers, failures, timers and edits: the contract holds in all of them.
struct InterleavingTests {
    private static let objects: [Value] = [
        Samples.object("v1", "Namespace", Samples.namespace, namespace: ""),
        Samples.claim("harbor-registry", "60Gi"), Samples.deployment("harbor-core"),
        Samples.statefulSet("harbor-database", template: "data", "1Gi"),
        Samples.object("v1", "ServiceAccount", "sa", namespace: Samples.namespace),
    ]

    private func spec(_ generation: UInt64, _ numbers: inout SeededNumbers) -> InstallSpec {
        switch numbers.next() % 5 {
        case 0: MachineHarness.spec(generation, absent: .keep)
        case 1: MachineHarness.spec(generation, absent: .delete)
        default: MachineHarness.spec(generation)
        }
    }

    /// Actions in the order they run, some results arriving late.
    private func play(_ seed: UInt64) -> MachineHarness {
        var numbers = SeededNumbers(state: seed)
        var harness = MachineHarness(Self.objects)
        // Reports go to the outbox at once and in order; only work is delayed.
        var pending: [ReconcileAction] = []
        func take(_ actions: [ReconcileAction]) {
            for action in actions {
                if case .report(let generation, let body) = action {
                    harness.reports.append((generation, body))
                } else {
                    pending.append(action)
                }
            }
        }
        var generation: UInt64 = 0
        var hadClaim = false
        for _ in 0..<120 {
            switch numbers.next() % 10 {
            case 0:
                generation += 1
                take(harness.machine.desired(spec(generation, &numbers), now: harness.now))
            case 1:
                // A repeated or late generation.
                take(
                    harness.machine.desired(
                        spec(max(1, generation) - numbers.next() % max(1, generation), &numbers), now: harness.now))
            case 2:
                if let timer = harness.timers.randomElement(using: &numbers) {
                    take(harness.machine.timerFired(timer.kind, id: timer.id, now: harness.now))
                }
            case 3:
                harness.cluster.edit("Deployment", "harbor-core") { $0[at: "spec", "replicas"] = 9 }
                take(harness.machine.driftSeen(resource: "deployment/harbor-core", summary: "", now: harness.now))
            case 4:
                let refusal = InstallReconcile.ApplyResult.failed(
                    KappError("no"), isRetryable: numbers.next() % 2 == 0)
                harness.refusals["sa", default: []].append(refusal)
            case 5:
                let failure = InstallReconcile.Failure("away", isUnreachable: numbers.next() % 2 == 0)
                take(harness.machine.broke(attempt: harness.machine.attempt, failure, now: harness.now))
            default:
                guard !pending.isEmpty else { continue }
                // Mostly in order; now and then the answer of a request comes after a later one.
                let index = numbers.next() % 4 == 0 ? Int(numbers.next() % UInt64(pending.count)) : 0
                take(harness.perform(pending.remove(at: index)))
            }
            let claims = harness.cluster.objects.keys.filter { $0.kind == "PersistentVolumeClaim" }
            #expect(!hadClaim || !claims.isEmpty, "seed \(seed): a claim went without consent")
            hadClaim = !claims.isEmpty
        }
        harness.refusals = [:]
        harness.run(pending)
        for round in 0..<40 where !harness.machine.outcomeReported {
            // An old attempt's late write may have brought back what is waited to go.
            if round > 20 { harness.fire(.waitTimeout) }
            harness.cluster.edit("Deployment", "harbor-core") {
                $0["status"] = ["readyReplicas": $0[at: "spec", "replicas"] ?? 1]
            }
            for kind in [ReconcileAction.Timer.poll, .retryApply, .start] { harness.fire(kind) }
        }
        return harness
    }

    @Test(arguments: 0..<60)
    func everyGenerationEndsExactlyOnceAndInOrder(batch: UInt64) {
        for seed in batch * 10..<batch * 10 + 10 {
            let harness = play(seed)
            var outcomes: [UInt64] = []
            var accepted: [UInt64] = []
            for (generation, body) in harness.reports {
                if case .outcome = body { outcomes.append(generation) }
                if body == .accepted { accepted.append(generation) }
            }
            #expect(Set(outcomes).count == outcomes.count, "seed \(seed): an outcome was reported twice")
            #expect(accepted == accepted.sorted(), "seed \(seed): a generation was accepted after a newer one")
            #expect(Set(outcomes).isSubset(of: accepted), "seed \(seed): an outcome of nothing accepted")
            #expect(outcomes.sorted() == accepted, "seed \(seed): a generation without an outcome")
            #expect(harness.widest <= Self.objects.count)
        }
    }

    @Test func theSameSeedPlaysTheSame() {
        let (first, second) = (play(7), play(7))
        #expect(first.machine == second.machine)
        #expect(first.applied == second.applied)
    }

    @Test func aConflictIsTriedAgainAndGivenUpWhenTheEditsDiffer() throws {
        var harness = MachineHarness(Self.objects)
        harness.desire(MachineHarness.spec(1))
        harness.manifests.objects[1] = Samples.claim("harbor-registry", "70Gi")
        var live = try #require(harness.cluster.objects.values.first { $0.kind == "PersistentVolumeClaim" })
        live[at: "metadata", "resourceVersion"] = "12345"
        harness.refusals["harbor-registry"] = [.conflict(live: live)]
        harness.desire(MachineHarness.spec(2))
        #expect(harness.outcomes == [.succeeded, .succeeded])

        harness.manifests.objects[1] = Samples.claim("harbor-registry", "80Gi")
        live[at: "spec", "resources", "requests", "storage"] = "75Gi"
        harness.refusals["harbor-registry"] = [.conflict(live: live)]
        harness.desire(MachineHarness.spec(3))
        #expect(harness.outcomes.last == .failed)
        #expect(harness.lastOutcome?.message.contains("approved diff no longer matches") == true)
    }

    @Test func aSteadyInstallIsQuiet() {
        var harness = MachineHarness(Self.objects)
        harness.desire(MachineHarness.spec(1))
        let reported = harness.reports.count
        for _ in 0..<20 { harness.fire(.start) }
        #expect(harness.reports.count == reported)
        for _ in 0..<20 {
            harness.run(harness.machine.driftSeen(resource: "x", summary: "", now: harness.now))
        }
        #expect(harness.reports.count == reported + 1)
    }
}
