import FleetModel
import FleetRuntime
import KubernetesClient
import ResourceModel
import Testing

@Suite struct FeedTests {
    private static let deployment = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              containers: [{name: c, image: "registry.example.com/web:1"}]

        """

    @Test func streamsEventsAndPodPhasesOnceEachAcrossARestart() async throws {
        let bench = Bench()
        let spec = await bench.present(1, files: ["config/web.yaml": Self.deployment])
        try await bench.withAgent { (_: PairedTransport) async throws -> Void in
            await bench.coordinator.want(Bench.service, spec)
            let outcome = try await bench.outcome(1)
            #expect(outcome.verdict == .succeeded, "\(outcome.message)")
            try await bench.eventually("events and both pods running") {
                let told = await bench.coordinator.reports
                let running = told.count { report in
                    if case .objectPhase(_, "Running") = report.body { true } else { false }
                }
                return running == 2
                    && told.contains { report in
                        if case .kubernetesEvent(_, "ScalingReplicaSet", _, _, _) = report.body { true } else { false }
                    }
            }
        }
        let before = await events(bench)
        try await bench.withAgent { (_: PairedTransport) async throws -> Void in
            // A change made now is told after everything the restart could have told again.
            try await bench.client.delete(
                GroupVersionKind(group: "apps", version: "v1", kind: "Deployment"), namespace: Bench.namespace,
                name: "web")
            try await bench.eventually("the deployment is back and told") {
                let scaled = await events(bench).count { $0.contains("ScalingReplicaSet") }
                return scaled >= 2
            }
        }
        let after = await events(bench)
        #expect(Array(after.prefix(before.count)) == before)
        // Pods have names of their own; the deployment's events read the same each time it is made.
        let ofPods = after.filter { $0.contains(" Pod/") }
        #expect(Set(ofPods).count == ofPods.count)
    }

    private func events(_ bench: Bench) async -> [String] {
        await bench.coordinator.reports.compactMap { report in
            guard case .kubernetesEvent(_, let reason, let object, let message, let count) = report.body else {
                return nil
            }
            return "\(reason) \(object) \(message) \(count)"
        }
    }
}
