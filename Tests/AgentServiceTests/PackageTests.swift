import AgentService
import FleetModel
import FleetRuntime
import KubernetesClient
import PackageSources
import ResourceModel
import Testing

/// What goes into a rendering beside the user's values: image locks and the Supervisor's properties.
@Suite struct PackageTests {
    private static let pinned = "registry.example.com/web@sha256:" + String(repeating: "a", count: 64)

    /// The bundle is pulled from nowhere: the coordinator has it, and the link is cut while it comes.
    @Test func aSiteWithoutARegistryGetsTheBundleOverTheLink() async throws {
        let bench = Bench()
        // Several pieces of the link (1 MiB each).
        let archive = TarWriter.archive([
            "config/map.yaml": Array(Bench.configMap("web", "one").utf8),
            "notes.txt": [UInt8](repeating: 0x61, count: 5 << 20),
        ])
        let image = "registry.example.com/web@sha256:" + String(repeating: "b", count: 64)
        var package = try YAMLDocuments.readOne(
            Bench.package([:], version: "1.0.0", template: Bench.ytt, schema: .null))
        package[at: "spec", "template", "spec", "fetch"] = [["imgpkgBundle": ["image": .string(image)]]]
        let selection = PackageSelection(
            version: "1.0.0", package: await bench.coordinator.put(YAMLWriter.text(package)),
            values: await bench.coordinator.put(""), bundleImage: image, bundleTree: nil,
            bundleContent: await bench.coordinator.put(String(decoding: archive, as: UTF8.self)),
            namespace: Bench.namespace)
        try await bench.withAgent { transport in
            await bench.coordinator.want(
                Bench.service,
                InstallSpec(
                    generation: 1, intent: .present(selection), command: CommandID("c-1"), task: TaskID("t-1")))
            for _ in 0..<3 {
                try await Task.sleep(for: .milliseconds(30))
                transport.cut(true)
                transport.cut(false)
            }
            let outcome = try await bench.outcome(1)
            #expect(outcome.verdict == .succeeded, "\(outcome.message)")
        }
    }

    @Test func aBundleThatNobodyHasIsNamedWithWhatToAdd() async throws {
        let bench = Bench()
        let image = "registry.example.com/web:1"
        var package = try YAMLDocuments.readOne(
            Bench.package([:], version: "1.0.0", template: Bench.ytt, schema: .null))
        package[at: "spec", "template", "spec", "fetch"] = [["imgpkgBundle": ["image": .string(image)]]]
        let selection = PackageSelection(
            version: "1.0.0", package: await bench.coordinator.put(YAMLWriter.text(package)),
            values: await bench.coordinator.put(""), bundleImage: image, bundleTree: nil, namespace: Bench.namespace)
        try await bench.withAgent { _ in
            await bench.coordinator.want(
                Bench.service,
                InstallSpec(
                    generation: 1, intent: .present(selection), command: CommandID("c-1"), task: TaskID("t-1")))
            let outcome = try await bench.outcome(1)
            #expect(outcome.verdict != .succeeded)
            #expect(outcome.message.contains("registry.example.com/web:1"))
            #expect(outcome.message.contains("the coordinator: it holds no bundle of this version"))
            #expect(outcome.message.contains("--to-tar bundle.tar"))
        }
    }

    private static func deployment(_ images: [String]) -> String {
        let containers = images.enumerated().map { "{name: c\($0.offset), image: \"\($0.element)\"}" }
        return """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: 1
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  containers: [\(containers.joined(separator: ", "))]

            """
    }

    private static let lock = """
        apiVersion: imgpkg.carvel.dev/v1alpha1
        kind: ImagesLock
        images:
        - image: \(pinned)
          annotations: {kbld.carvel.dev/id: "example/web:1"}

        """

    private static let withLock: Value = [
        ["ytt": ["paths": ["config/"]]], ["kbld": ["paths": ["-", ".imgpkg/images.yml"]]],
    ]

    private static func notes(_ bench: Bench) async -> [String] {
        await bench.coordinator.reports.compactMap { report in
            if case .note("ImagesUnresolved", let message) = report.body { message } else { nil }
        }
    }

    @Test func pinsImagesByTheLockAsKbldDoesAndWarnsOnceOfTheOthers() async throws {
        let bench = Bench()
        let files = [
            "config/web.yaml": Self.deployment(["example/web:1", "example/other:2"]), ".imgpkg/images.yml": Self.lock,
        ]
        let spec = await bench.present(1, files: files, template: Self.withLock)
        try await bench.withAgent { (_: PairedTransport) async throws -> Void in
            await bench.coordinator.want(Bench.service, spec)
            let outcome = try await bench.outcome(1)
            #expect(outcome.verdict == .succeeded, "\(outcome.message)")
            let live = try #require(try await bench.live("Deployment", "web", group: "apps"))
            let containers = live[at: "spec", "template", "spec", "containers"]?.arrayValue ?? []
            #expect(containers.map { $0["image"]?.stringValue } == [Self.pinned, "example/other:2"])
            #expect(
                live[at: "metadata", "annotations", "kbld.k14s.io/images"]?.stringValue?.contains(Self.pinned) == true)
        }
        // After a restart everything is rendered again.
        try await bench.withAgent { (_: PairedTransport) async throws -> Void in
            let id = await bench.coordinator.ask(.why(Bench.service))
            try await bench.eventually("an answer") { await bench.coordinator.answer(id) != nil }
        }
        let warning = "not in the package's image lock and without a digest, used as they are: example/other:2"
        #expect(await Self.notes(bench) == [warning])
    }

    @Test func aPlanWarnsOfImagesThatNothingPins() async throws {
        let bench = Bench()
        let files = ["config/web.yaml": Self.deployment(["example/other:2"]), ".imgpkg/images.yml": Self.lock]
        let spec = await bench.present(1, files: files, template: Self.withLock)
        guard case .present(let selection) = spec.intent else { return }
        try await bench.withAgent { (_: PairedTransport) async throws -> Void in
            try await bench.eventually("a link") { await !bench.coordinator.reports.isEmpty }
            let id = await bench.coordinator.ask(.plan(Bench.service, selection))
            try await bench.eventually("an answer") { await bench.coordinator.answer(id) != nil }
            guard case .plan(let plan)? = await bench.coordinator.answer(id) else {
                Issue.record("no plan")
                return
            }
            #expect(plan.warnings.contains { $0.hasSuffix("used as they are: example/other:2") })
        }
    }

    @Test func aLockThatIsNoneIsAnError() async throws {
        let bench = Bench()
        let files = ["config/a.yaml": Bench.configMap("a", "one"), ".imgpkg/images.yml": "kind: Other\n"]
        let spec = await bench.present(1, files: files, template: Self.withLock)
        try await bench.withAgent { (_: PairedTransport) async throws -> Void in
            await bench.coordinator.want(Bench.service, spec)
            let outcome = try await bench.outcome(1)
            #expect(outcome.verdict == .failed)
            #expect(outcome.message.hasPrefix("kbld: Error: .imgpkg/images.yml: "))
        }
    }

    @Test func givesThePropertiesThatTheSchemaAsksFor() async throws {
        var bench = Bench()
        bench.properties = try SupervisorProperties(configured: ["virtualIP": "192.0.2.7", "vcPort": 443])
        let template = """
            #@ load("@ytt:data", "data")
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: facts}
            data:
              ip: #@ data.values.virtualIP
              count: #@ str(data.values.controlPlaneCount)
              uuid: #@ data.values.supervisorUUID
              sso: #@ data.values.ssoDomain

            """
        let defaults = "virtualIP: none\ncontrolPlaneCount: 0\nsupervisorUUID: none\nssoDomain: vsphere.local\n"
        func property(_ type: String) -> Value { ["type": .string(type)] }
        let spec = await bench.present(
            1,
            files: ["config/schema.yaml": "#@data/values-schema\n---\n" + defaults, "config/facts.yaml": template],
            schema: [
                "properties": [
                    "virtualIP": property("string"), "controlPlaneCount": property("integer"),
                    "supervisorUUID": property("string"), "ssoDomain": property("string"),
                ]
            ])
        let nodes = try await bench.client.list(
            GroupVersionKind(group: "", version: "v1", kind: "Node"),
            options: ListOptions(labelSelector: "node-role.kubernetes.io/control-plane")
        ).items.count
        #expect(nodes > 0)
        let namespaceKind = GroupVersionKind(group: "", version: "v1", kind: "Namespace")
        var system = try await bench.client.find(namespaceKind, namespace: nil, name: "kube-system")
        if system == nil {
            system = try await bench.client.create([
                "apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "kube-system"],
            ])
        }
        try await bench.withAgent { [bench] (_: PairedTransport) async throws -> Void in
            await bench.coordinator.want(Bench.service, spec)
            let outcome = try await bench.outcome(1)
            #expect(outcome.verdict == .succeeded, "\(outcome.message)")
        }
        let facts = try await bench.live("ConfigMap", "facts")?["data"]
        #expect(facts?["ip"] == "192.0.2.7")
        #expect(facts?["count"]?.stringValue == "\(nodes)")
        #expect(facts?["uuid"]?.stringValue == system?.uid)
        #expect(facts?["sso"] == "vsphere.local")
    }

    @Test func refusesPropertiesThatNoPackageCanAskFor() {
        let error = #expect(throws: FleetError.self) {
            try SupervisorProperties(configured: ["virtualIp": "192.0.2.7"])
        }
        #expect(error?.reason.contains("virtualIP") == true)
    }
}
