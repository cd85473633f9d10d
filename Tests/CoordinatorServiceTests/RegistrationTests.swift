import CoordinatorService
import FleetControl
import FleetModel
import FleetRuntime
import Testing

/// What a registration demands and shows, and which Supervisors a version may go to.
@Suite struct RegistrationTests {
    private static let definition = SourceDocument(
        name: "velero.yaml",
        text: """
            apiVersion: appplatform.wcp.vmware.com/v1alpha2
            kind: SupervisorServiceDefinition
            metadata: {name: placeholder}
            spec:
              serviceID: velero-vsphere
              version: 1.0.0
              label: Velero
              eula: "be nice"
              operatorYaml:
                format: plain
                content: |
                  apiVersion: v1
                  kind: ConfigMap
                  metadata: {name: "{{ .service.prefix }}"}
            """)

    @Test func aLicenceAgreementMustBeAccepted() async throws {
        try await TestCoordinator.with { test in
            let error = await #expect(throws: FleetError.self) {
                try await test.run(.registerService(documents: [Self.definition], dryRun: false))
            }
            #expect(error?.reason == "be nice")
            #expect(error?.next.contains("--accept-eula") == true)
            try await test.run(
                .registerService(
                    documents: [Self.definition], dryRun: false, options: RegistrationOptions(acceptsEULA: true)))
            let service = try await test.coordinator.service("velero-vsphere").service
            #expect(service.displayName == "Velero")
            #expect(service.versions.first?.format == "VSPHERE_APPS_YAML")
        }
    }

    @Test func nestedValuesOfTheOlderFormatAreRefused() async throws {
        try await TestCoordinator.with { test in
            _ = try await test.join(TestCoordinator.oslo)
            try await test.run(
                .registerService(
                    documents: [Self.definition], dryRun: false, options: RegistrationOptions(acceptsEULA: true)))
            let request = InstallRequest(
                service: ServiceID("velero-vsphere"), targets: .named([TestCoordinator.oslo]), set: ["a.b=c"])
            let error = await #expect(throws: FleetError.self) { try await test.run(.install(request)) }
            #expect(error?.message.contains("the value a of velero-vsphere 1.0.0 is not a text") == true)
        }
    }

    @Test func aRegistrationShowsTheReviewAndTheImagesSideBySide() async throws {
        try await TestCoordinator.with { configuration in
            configuration.rendering = InlineComputeExecutor()
            configuration.bundleFiles = { facts in
                let config = """
                    apiVersion: apps/v1
                    kind: Deployment
                    metadata: {name: web}
                    spec: {template: {spec: {containers: [{name: web, image: "example.com/web:\(facts.version)"}]}}}
                    """
                return ["config/web.yaml": Array(config.utf8)]
            }
        } _: { test in
            let first = try await test.run(
                .registerService(documents: TestCoordinator.package("1.0.0"), dryRun: false))
            #expect(first.lines.contains { $0.contains("1 object, 1 image, 0 claims") }, "\(first.lines)")
            let second = try await test.run(
                .addVersion(documents: TestCoordinator.package("1.1.0"), dryRun: false))
            #expect(
                second.lines.contains("  image web: example.com/web:1.0.0 | example.com/web:1.1.0"), "\(second.lines)")
        }
    }

    @Test func eachSupervisorThatDoesNotFitIsNamedWithItsFacts() async throws {
        try await TestCoordinator.with { configuration in
            configuration.planTimeout = .milliseconds(200)
        } _: { test in
            let oslo = try await test.join(TestCoordinator.oslo)
            _ = try await test.join(TestCoordinator.bergen)
            oslo.report(
                nil, 0,
                .supervisorInfo(kubernetesVersion: "v1.21.0", nodes: 3, facts: SupervisorFacts(generation: 7)))
            try await test.until {
                try await test.coordinator.supervisor(TestCoordinator.oslo).supervisor.facts?.generation == 7
            }
            try await test.run(.registerService(documents: TestCoordinator.package("1.0.0"), dryRun: false))
            let request = InstallRequest(service: TestCoordinator.harbor, targets: .all)
            let error = await #expect(throws: FleetError.self) { try await test.run(.install(request)) }
            #expect(error?.code == .incompatible)
            #expect(error?.exitCode == 5)
            #expect(
                error?.reason
                    == "sv-oslo is a vSphere 7 Supervisor, which does not support Supervisor Services packaged with "
                    + "Carvel"
            )
            let views = try await test.coordinator.plan(.install(request))
            #expect(views.map(\.supervisor) == [TestCoordinator.bergen, TestCoordinator.oslo])
            #expect(views[1].refusal?.code == .incompatible)
            #expect(views[0].refusal?.code != .incompatible)
        }
    }
}
