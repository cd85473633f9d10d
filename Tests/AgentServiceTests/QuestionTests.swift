import FleetModel
import FleetRuntime
import KubernetesClient
import ResourceModel
import Testing

@Suite struct QuestionTests {
    static let template = [
        "config/schema.yml": "#@data/values-schema\n---\nnamespace: \"\"\nsize: 5Gi\ngreeting: hello\n",
        "config/app.yml": """
        #@ load("@ytt:data", "data")
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: app
          namespace: #@ data.values.namespace
        data:
          greeting: #@ data.values.greeting
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata:
          name: data
          namespace: #@ data.values.namespace
        spec:
          accessModes: [ReadWriteOnce]
          resources:
            requests:
              storage: #@ data.values.size

        """,
    ]

    private func answer(_ bench: Bench, _ question: AgentQuestion) async throws -> AgentAnswer {
        try await bench.eventually("a link") { await !bench.coordinator.reports.isEmpty }
        let id = await bench.coordinator.ask(question)
        try await bench.eventually("an answer") { await bench.coordinator.answer(id) != nil }
        return try #require(await bench.coordinator.answer(id))
    }

    private func selection(_ spec: InstallSpec) throws -> PackageSelection {
        guard case .present(let selection) = spec.intent else { throw CancellationError() }
        return selection
    }

    @Test func rendersAPackageWithTheUsersValuesAndTheNamespace() async throws {
        let bench = Bench()
        let spec = await bench.present(1, files: Self.template, values: "greeting: good day\n")
        try await bench.withAgent { (_: PairedTransport) async throws -> Void in
            await bench.coordinator.want(Bench.service, spec)
            let outcome = try await bench.outcome(1)
            #expect(outcome.verdict == .succeeded, "\(outcome.message)")
            #expect(try await bench.live("ConfigMap", "app")?["data"]?["greeting"] == "good day")
        }
    }

    @Test func saysWhatAPlanWouldDoWithoutDoingIt() async throws {
        let bench = Bench()
        let first = await bench.present(1, files: Self.template)
        let bigger = await bench.present(2, files: Self.template, values: "size: 50Gi\ngreeting: good day\n")
        try await bench.withAgent { (_: PairedTransport) async throws -> Void in
            let early = try await answer(bench, .plan(Bench.service, try selection(first)))
            guard case .plan(let fresh) = early else {
                Issue.record("\(early)")
                return
            }
            #expect(fresh.changes.map(\.operation) == ["create", "create"])
            #expect(try await bench.live("ConfigMap", "app") == nil)
            await bench.coordinator.want(Bench.service, first)
            #expect(try await bench.outcome(1).verdict == .succeeded)
            let reply = try await answer(bench, .plan(Bench.service, try selection(bigger)))
            guard case .plan(let plan) = reply else {
                Issue.record("\(reply)")
                return
            }
            #expect(plan.changes.map(\.operation) == ["update", "update"])
            #expect(plan.manifests.isWellFormed)
            #expect(try await bench.live("ConfigMap", "app")?["data"]?["greeting"] == "hello")
        }
    }

    @Test func listsTheDataAndFindsTheValueOfADriftedField() async throws {
        let bench = Bench()
        let spec = await bench.present(1, files: Self.template)
        try await bench.withAgent { (transport: PairedTransport) async throws -> Void in
            await bench.coordinator.want(Bench.service, spec)
            #expect(try await bench.outcome(1).verdict == .succeeded)
            let data = try await answer(bench, .inventory(Bench.service))
            guard case .inventory(let inventory) = data else {
                Issue.record("\(data)")
                return
            }
            #expect(inventory.claims.map(\.name) == ["data"])
            #expect(inventory.total == "5Gi")
            let why = try await answer(bench, .why(Bench.service))
            guard case .why(let diagnosis) = why else {
                Issue.record("\(why)")
                return
            }
            #expect(diagnosis.state == .configured)
            let nothing = try await answer(bench, .drift(Bench.service))
            #expect(nothing == .drift([]))
            let unknown = try await answer(bench, .why(ServiceID("other.example.com")))
            guard case .failed(let error) = unknown else {
                Issue.record("\(unknown)")
                return
            }
            #expect(error.code == .notFound)
        }
    }

    /// Enlarged by hand, then a smaller size is wanted and refused: what `why` recommends must be there to adopt.
    @Test func findsTheValueOfADriftAlsoAfterARefusedReconfigure() async throws {
        let bench = Bench()
        let first = await bench.present(1, files: Self.template, values: "size: 60Gi\n")
        let second = await bench.present(2, files: Self.template, values: "size: 70Gi\n")
        let claim = GroupVersionKind(group: "", version: "v1", kind: "PersistentVolumeClaim")
        try await bench.withAgent { (_: PairedTransport) async throws -> Void in
            await bench.coordinator.want(Bench.service, first)
            #expect(try await bench.outcome(1).verdict == .succeeded)
            try await bench.eventually("the claim is bound") {
                try await bench.live("PersistentVolumeClaim", "data")?[at: "status", "phase"] == "Bound"
            }
            _ = try await bench.client.patch(
                claim, namespace: Bench.namespace, name: "data", type: .merge,
                body: ["spec": ["resources": ["requests": ["storage": "100Gi"]]]])
            await bench.coordinator.want(Bench.service, second)
            let outcome = try await bench.outcome(2)
            #expect(outcome.verdict == .failed)
            #expect(outcome.message.contains("field can not be less than"))
            guard case .why(let diagnosis) = try await answer(bench, .why(Bench.service)) else {
                Issue.record("no diagnosis")
                return
            }
            #expect(diagnosis.causes.contains { $0.next.hasPrefix("flotilla drift adopt") })
            guard case .drift(let items) = try await answer(bench, .drift(Bench.service)) else {
                Issue.record("no drift")
                return
            }
            #expect(items.map { "\($0.declared) → \($0.live)" } == ["70Gi → 100Gi"])
            #expect(items.map(\.valuePath) == ["size"])
        }
    }

    @Test func answersATemplateErrorInYttsWords() async throws {
        let bench = Bench()
        let spec = await bench.present(1, files: Self.template, values: "unknown: 1\n")
        try await bench.withAgent { (_: PairedTransport) async throws -> Void in
            await bench.coordinator.want(Bench.service, spec)
            let outcome = try await bench.outcome(1)
            #expect(outcome.verdict == .failed)
            #expect(outcome.message.hasPrefix("ytt: Error:"))
        }
    }
}
