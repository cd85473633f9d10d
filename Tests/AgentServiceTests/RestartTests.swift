import AgentLink
import AgentService
import FleetModel
import FleetRuntime
import KubernetesClient
import ResourceModel
import Testing

@Suite struct RestartTests {
    @Test(arguments: 0..<12) func anAgentKilledAnywhereEndsWithOneOutcome(milliseconds step: Int) async throws {
        let bench = Bench()
        let spec = await bench.present(
            1, files: ["config/a.yaml": Bench.configMap("a", "one"), "config/c.yaml": Bench.claim("data", "1Gi")])
        await bench.coordinator.want(Bench.service, spec)
        // Killed after a while, whatever it was doing then.
        try await bench.withAgent { (_: PairedTransport) async throws -> Void in
            try await Task.sleep(for: .milliseconds(step * 4))
        }
        try await bench.withAgent { (_: PairedTransport) async throws -> Void in
            #expect(try await bench.outcome(1).verdict == .succeeded)
            #expect(try await bench.live("ConfigMap", "a")?["data"]?["key"] == "one")
        }
        #expect(await bench.coordinator.outcomes(1).count == 1)
        let sequences = await bench.coordinator.reports.map(\.sequence)
        #expect(sequences == Array(1...UInt64(sequences.count)))
    }

    @Test func keepsReconcilingWithTheCoordinatorAway() async throws {
        let bench = Bench()
        let spec = await bench.present(1, files: ["config/a.yaml": Bench.configMap("a", "one")])
        try await bench.withAgent { (_: PairedTransport) async throws -> Void in
            await bench.coordinator.want(Bench.service, spec)
            #expect(try await bench.outcome(1).verdict == .succeeded)
        }
        try await bench.withAgent { (transport: PairedTransport) async throws -> Void in
            transport.cut(true)
            _ = try await bench.client.patch(
                GroupVersionKind(group: "", version: "v1", kind: "ConfigMap"), namespace: Bench.namespace, name: "a",
                type: .merge, body: ["data": ["key": "edited"]])
            try await bench.eventually("the repair, with nobody asking") {
                try await bench.live("ConfigMap", "a")?["data"]?["key"] == "one"
            }
        }
        #expect(await bench.coordinator.outcomes(1).count == 1)
    }

    /// The first repair may be that of the start itself; the later ones only a watch can have asked for.
    @Test func editsAndDeletionsAreSeenAfterARestart() async throws {
        let kind = GroupVersionKind(group: "", version: "v1", kind: "ConfigMap")
        let bench = Bench()
        let spec = await bench.present(1, files: ["config/a.yaml": Bench.configMap("a", "one")])
        try await bench.withAgent { (_: PairedTransport) async throws -> Void in
            await bench.coordinator.want(Bench.service, spec)
            #expect(try await bench.outcome(1).verdict == .succeeded)
        }
        try await bench.withAgent { (_: PairedTransport) async throws -> Void in
            for round in 1...2 {
                _ = try await bench.client.patch(
                    kind, namespace: Bench.namespace, name: "a", type: .merge, body: ["data": ["key": "edited"]])
                try await bench.eventually("repair \(round) of an edit") {
                    try await bench.live("ConfigMap", "a")?["data"]?["key"] == "one"
                }
                try await bench.client.delete(kind, namespace: Bench.namespace, name: "a")
                try await bench.eventually("repair \(round) of a deletion") {
                    try await bench.live("ConfigMap", "a") != nil
                }
            }
        }
        #expect(await bench.coordinator.outcomes(1).count == 1)
    }

    @Test func anEarlierDeadlineWakesAnIdleLink() async throws {
        var timing = LinkTiming()
        timing.heartbeat = .seconds(600)
        timing.resendFirst = .milliseconds(50)
        let bench = Bench(timing: timing)
        await bench.coordinator.stopAcknowledging()
        let spec = await bench.present(1, files: ["config/a.yaml": Bench.configMap("a", "one")])
        try await bench.withAgent { (_: PairedTransport) async throws -> Void in
            // The link sleeps until its heartbeat; only then a report comes up, which has to be repeated soon.
            try await bench.eventually("facts of the cluster") { await !bench.coordinator.reports.isEmpty }
            await bench.coordinator.want(Bench.service, spec)
            try await bench.eventually("a report sent again") { await bench.coordinator.repeatedReports > 0 }
        }
    }

    @Test func aFailedJournalStopsTheAgent() async throws {
        let bench = Bench()
        bench.journal.fail(with: .storage(detail: "disk full"))
        await #expect(throws: JournalError.self) { try await bench.agent(PairedTransport()).work() }
    }
}
