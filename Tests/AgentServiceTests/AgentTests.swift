import AgentService
import FleetModel
import FleetRuntime
import KubernetesClient
import ResourceModel
import Testing

@Suite struct AgentTests {
    @Test func installsAPlainManifestAndReportsInOrder() async throws {
        let bench = Bench()
        let spec = await bench.present(1, files: ["config/a.yaml": Bench.configMap("a", "one")])
        try await bench.withAgent { (_: PairedTransport) async throws -> Void in
            await bench.coordinator.want(Bench.service, spec)
            let outcome = try await bench.outcome(1)
            #expect(outcome.verdict == .succeeded)
            #expect(outcome.message == "Reconcile succeeded")
            #expect(outcome.objectCount == 1)
            #expect(try await bench.live("ConfigMap", "a")?["data"]?["key"] == "one")
            let namespace = try await bench.client.find(
                GroupVersionKind(group: "", version: "v1", kind: "Namespace"), namespace: nil, name: Bench.namespace)
            #expect(namespace?.objectLabels["appplatform.vmware.com/serviceId"] == Bench.service.rawValue)
            let record = try await bench.live("ConfigMap", "\(Bench.service).app")
            #expect(record?.objectLabels["kapp.k14s.io/is-app"] == "")
        }
        let reports = await bench.coordinator.reports
        #expect(reports.map(\.sequence) == Array(1...UInt64(reports.count)))
        #expect(reports.contains { $0.body == .accepted && $0.generation == 1 })
    }

    @Test func reconfiguresInPlaceAndDeletesWhatIsNoLongerDeclared() async throws {
        let bench = Bench()
        let first = await bench.present(
            1, files: ["config/a.yaml": Bench.configMap("a", "one"), "config/b.yaml": Bench.configMap("b", "one")])
        let second = await bench.present(2, files: ["config/a.yaml": Bench.configMap("a", "two")])
        try await bench.withAgent { (_: PairedTransport) async throws -> Void in
            await bench.coordinator.want(Bench.service, first)
            #expect(try await bench.outcome(1).verdict == .succeeded)
            let uid = try await bench.live("ConfigMap", "a")?.uid
            await bench.coordinator.want(Bench.service, second)
            #expect(try await bench.outcome(2).verdict == .succeeded)
            let live = try await bench.live("ConfigMap", "a")
            #expect(live?.uid == uid)
            #expect(live?["data"]?["key"] == "two")
            #expect(try await bench.live("ConfigMap", "b") == nil)
        }
    }

    @Test func repairsDriftAtOnceAndSaysSo() async throws {
        let bench = Bench()
        let spec = await bench.present(1, files: ["config/a.yaml": Bench.configMap("a", "one")])
        try await bench.withAgent { (_: PairedTransport) async throws -> Void in
            await bench.coordinator.want(Bench.service, spec)
            #expect(try await bench.outcome(1).verdict == .succeeded)
            _ = try await bench.client.patch(
                GroupVersionKind(group: "", version: "v1", kind: "ConfigMap"), namespace: Bench.namespace, name: "a",
                type: .merge, body: ["data": ["key": "edited"]])
            try await bench.eventually("a drift report and the repair") {
                let told = await bench.coordinator.reports.contains { report in
                    if case .drift(let resource, _) = report.body { resource.hasPrefix("configmap/a ") } else { false }
                }
                guard told else { return false }
                return try await bench.live("ConfigMap", "a")?["data"]?["key"] == "one"
            }
            try await bench.eventually("the repair is over") {
                await bench.coordinator.reports.contains { report in
                    if case .note("Repaired", _) = report.body { true } else { false }
                }
            }
            try await bench.client.delete(
                GroupVersionKind(group: "", version: "v1", kind: "ConfigMap"), namespace: Bench.namespace, name: "a")
            try await bench.eventually("the object is there again") {
                try await bench.live("ConfigMap", "a") != nil
            }
        }
        #expect(await bench.coordinator.outcomes(1).count == 1)
    }

    @Test func reportsTheServersOwnWordsWhenItRefuses() async throws {
        let bench = Bench()
        let spec = await bench.present(
            1,
            files: [
                "config/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: Not_A_Name}\ndata: {a: b}\n"
            ])
        try await bench.withAgent { (_: PairedTransport) async throws -> Void in
            await bench.coordinator.want(Bench.service, spec)
            let outcome = try await bench.outcome(1)
            #expect(outcome.verdict == .failed)
            #expect(outcome.message.hasPrefix("kapp: Error:"))
            #expect(outcome.message.contains("(reason: Invalid)"))
        }
    }

    @Test func uninstallKeepsClaimsAndAReinstallAdoptsThem() async throws {
        let bench = Bench()
        let files = ["config/a.yaml": Bench.configMap("a", "one"), "config/c.yaml": Bench.claim("data", "5Gi")]
        let first = await bench.present(1, files: files)
        let again = await bench.present(3, files: files)
        try await bench.withAgent { (_: PairedTransport) async throws -> Void in
            await bench.coordinator.want(Bench.service, first)
            #expect(try await bench.outcome(1).verdict == .succeeded)
            let uid = try await bench.live("PersistentVolumeClaim", "data")?.uid
            await bench.coordinator.want(Bench.service, bench.absent(2, .keep))
            #expect(try await bench.outcome(2).verdict == .succeeded)
            #expect(try await bench.live("ConfigMap", "a") == nil)
            #expect(try await bench.live("PersistentVolumeClaim", "data")?.uid == uid)
            await bench.coordinator.want(Bench.service, again)
            #expect(try await bench.outcome(3).verdict == .succeeded)
            #expect(try await bench.live("PersistentVolumeClaim", "data")?.uid == uid)
        }
    }

    @Test func neverDeletesDataWithoutConsentByName() async throws {
        let bench = Bench()
        let first = await bench.present(
            1, files: ["config/a.yaml": Bench.configMap("a", "one"), "config/c.yaml": Bench.claim("data", "5Gi")])
        let without = await bench.present(2, files: ["config/a.yaml": Bench.configMap("a", "one")])
        try await bench.withAgent { (_: PairedTransport) async throws -> Void in
            await bench.coordinator.want(Bench.service, first)
            #expect(try await bench.outcome(1).verdict == .succeeded)
            await bench.coordinator.want(Bench.service, without)
            let refused = try await bench.outcome(2)
            #expect(refused.verdict == .refused)
            #expect(refused.message.contains("data (5Gi)"))
            await bench.coordinator.want(Bench.service, bench.absent(3, .delete))
            #expect(try await bench.outcome(3).verdict == .refused)
            #expect(try await bench.live("PersistentVolumeClaim", "data") != nil)
            #expect(try await bench.live("ConfigMap", "a") != nil)
            await bench.coordinator.want(Bench.service, bench.absent(4, .delete, consent: .confirmed(bench.key)))
            #expect(try await bench.outcome(4).verdict == .succeeded)
            #expect(try await bench.live("PersistentVolumeClaim", "data") == nil)
        }
    }

    @Test func refusesANamespaceThatIsNotTheServices() async throws {
        let bench = Bench()
        _ = try await bench.client.create([
            "apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(Bench.namespace)],
        ])
        let spec = await bench.present(1, files: ["config/a.yaml": Bench.configMap("a", "one")])
        try await bench.withAgent { (_: PairedTransport) async throws -> Void in
            await bench.coordinator.want(Bench.service, spec)
            let outcome = try await bench.outcome(1)
            #expect(outcome.verdict == .refused)
            #expect(outcome.message.contains("is not this service's"))
            #expect(try await bench.live("ConfigMap", "a") == nil)
        }
    }

    @Test func givesASupersededGenerationItsOwnOutcome() async throws {
        let bench = Bench()
        let stuck = await bench.present(1, files: ["config/a.yaml": Bench.configMap("a", "one")])
        let next = await bench.present(2, files: ["config/a.yaml": Bench.configMap("a", "two")])
        try await bench.withAgent { (_: PairedTransport) async throws -> Void in
            await bench.coordinator.want(Bench.service, stuck)
            await bench.coordinator.want(Bench.service, next)
            #expect(try await bench.outcome(2).verdict == .succeeded)
            #expect(try await bench.live("ConfigMap", "a")?["data"]?["key"] == "two")
        }
        let verdicts = await bench.coordinator.outcomes(1).map(\.verdict)
        #expect(verdicts == [] || verdicts == [.superseded] || verdicts == [.succeeded])
    }
}
