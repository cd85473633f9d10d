import AgentService
import FleetModel
import FleetRuntime
import KubernetesClient
import ResourceModel
import Testing

/// What the agent itself finds out and refuses, and the older formats on the simulated Supervisor.
@Suite struct AgentCompatibilityTests {
    private static func text(_ version: String, _ annotations: [String: String], kubernetes: String = "") throws
        -> String
    {
        let files = [
            "config/a.yaml": Bench.configMap("a", version),
            "config/guard.yaml": """
            apiVersion: v1
            kind: Service
            metadata:
              name: guard
              annotations:
                simulator.flotilla.dev/answer: '{"results":[{"severity":"ERROR","message":"migrate first"}]}'
            spec: {selector: {app: guard}, ports: [{port: 80}]}

            """,
        ]
        var package = try YAMLDocuments.readOne(
            Bench.package(files, version: version, template: Bench.ytt, schema: .null))
        for (name, value) in annotations {
            package[at: "metadata", "annotations", "appplatform.vmware.com/\(name)"] = .string(value)
        }
        if !kubernetes.isEmpty {
            package[at: "spec", "kubernetesVersionSelection", "constraints"] = .string(kubernetes)
        }
        return YAMLWriter.text(package)
    }

    private static func spec(_ bench: Bench, _ generation: UInt64, _ version: String, _ text: String) async
        -> InstallSpec
    {
        let package = await bench.coordinator.put(text)
        let values = await bench.coordinator.put("")
        return InstallSpec(
            generation: generation,
            intent: .present(
                PackageSelection(
                    version: version, package: package, values: values, bundleImage: nil, bundleTree: nil,
                    namespace: Bench.namespace)),
            command: CommandID("c-\(generation)"), task: TaskID("t-\(generation)"))
    }

    @Test func aPackageThatDoesNotFitIsRefusedWithItsConstraintAndNothingIsMade() async throws {
        let bench = Bench()
        let spec = await Self.spec(bench, 1, "1.0.0", try Self.text("1.0.0", [:], kubernetes: ">=1.99.0"))
        try await bench.withAgent { (_: PairedTransport) async throws -> Void in
            await bench.coordinator.want(Bench.service, spec)
            let outcome = try await bench.outcome(1)
            #expect(outcome.verdict == .refused)
            #expect(outcome.message.contains("kubernetesVersionSelection \">=1.99.0\""), "\(outcome.message)")
            #expect(try await bench.live("ConfigMap", "a") == nil)
        }
    }

    @Test func aCarvelPackageIsRefusedOnVSphere7() async throws {
        var bench = Bench()
        bench.facts = SupervisorFacts(generation: 7)
        let spec = await Self.spec(bench, 1, "1.0.0", try Self.text("1.0.0", [:]))
        let (made, wanted) = (bench, spec)
        try await made.withAgent { (_: PairedTransport) async throws -> Void in
            await made.coordinator.want(Bench.service, wanted)
            let outcome = try await made.outcome(1)
            #expect(outcome.verdict == .refused)
            #expect(outcome.message.contains("does not support Supervisor Services packaged with Carvel"))
        }
    }

    @Test func theInstalledVersionsCheckMayForbidTheNext() async throws {
        let bench = Bench()
        let old = try Self.text("1.0.0", ["compatibility-check_service": "guard", "compatibility-check_url": "/ready"])
        let first = await Self.spec(bench, 1, "1.0.0", old)
        let second = await Self.spec(bench, 2, "2.0.0", try Self.text("2.0.0", ["compatibility-check_data": "{}"]))
        try await bench.withAgent { (_: PairedTransport) async throws -> Void in
            await bench.coordinator.want(Bench.service, first)
            let installed = try await bench.outcome(1)
            #expect(installed.verdict == .succeeded, "\(installed.message)")
            guard case .present(let selection) = second.intent else { return }
            let id = await bench.coordinator.ask(.plan(Bench.service, selection))
            try await bench.eventually("an answer") { await bench.coordinator.answer(id) != nil }
            guard case .failed(let error)? = await bench.coordinator.answer(id) else {
                Issue.record("the plan was not refused")
                return
            }
            #expect(error.code == .incompatible)
            #expect(error.reason == "migrate first")
            await bench.coordinator.want(Bench.service, second)
            let refused = try await bench.outcome(2)
            #expect(refused.verdict == .refused)
            #expect(try await bench.live("ConfigMap", "a")?.stringMap("data") == ["key": "1.0.0"])
        }
    }

    @Test func aServiceOfTheVSphere7FormatIsInstalledChangedAndRemoved() async throws {
        let bench = Bench()
        let definition = """
            apiVersion: appplatform.wcp.vmware.com/v1alpha2
            kind: SupervisorServiceDefinition
            metadata: {name: placeholder}
            spec:
              serviceID: velero-vsphere
              version: 1.0.0
              operatorYaml:
                format: plain
                content: |
                  apiVersion: v1
                  kind: ConfigMap
                  metadata: {name: "{{ .service.prefix }}", namespace: "{{ .service.namespace }}"}
                  data: {registry: "{{ .Values.registryName | default `docker.io` }}"}
            """
        let service = ServiceID("velero-vsphere")
        let namespace = "svc-velero-vsphere-domain-c8"
        let package = await bench.coordinator.put(definition)
        func spec(_ generation: UInt64, _ values: String) async -> InstallSpec {
            InstallSpec(
                generation: generation,
                intent: .present(
                    PackageSelection(
                        version: "1.0.0", package: package, values: await bench.coordinator.put(values),
                        bundleImage: nil, bundleTree: nil, namespace: namespace)),
                command: CommandID("c-\(generation)"), task: TaskID("t-\(generation)"))
        }
        let (plain, given) = (await spec(1, ""), await spec(2, "registryName: registry.example.com"))
        let kind = GroupVersionKind(group: "", version: "v1", kind: "ConfigMap")
        let name = "velero-vsphere-domain-c8"
        try await bench.withAgent { (_: PairedTransport) async throws -> Void in
            await bench.coordinator.want(service, plain)
            let first = try await bench.outcome(1)
            #expect(first.verdict == .succeeded, "\(first.message)")
            let made = try await bench.client.find(kind, namespace: namespace, name: name)
            #expect(made?.stringMap("data") == ["registry": "docker.io"])
            await bench.coordinator.want(service, given)
            #expect(try await bench.outcome(2).verdict == .succeeded)
            let changed = try await bench.client.find(kind, namespace: namespace, name: name)
            #expect(changed?.stringMap("data") == ["registry": "registry.example.com"])
            await bench.coordinator.want(service, bench.absent(3, .keep))
            #expect(try await bench.outcome(3).verdict == .succeeded)
            #expect(try await bench.client.find(kind, namespace: namespace, name: name) == nil)
        }
    }

    @Test func theAgentTellsWhatTheClusterSaysOfItself() async throws {
        let bench = Bench()
        try await bench.withAgent { (_: PairedTransport) async throws -> Void in
            try await bench.eventually("the Supervisor's facts") {
                await bench.coordinator.reports.contains { report in
                    guard case .supervisorInfo(_, _, let facts?) = report.body else { return false }
                    return facts.generation == 8 && facts.version == "8.0.3.0" && facts.capabilities?.isEmpty == false
                }
            }
        }
    }
}
