import FleetModel
import Packaging
import ResourceModel
import TestSupport
import Testing

/// vSphere 7's service formats: read, and rendered as they come to a Supervisor.
struct OlderFormatTests {
    static let namespace = "svc-velero-vsphere-domain-c8"

    static let definition = """
        apiVersion: appplatform.wcp.vmware.com/v1alpha2
        kind: SupervisorServiceDefinition
        metadata: {name: placeholder}
        spec:
          serviceID: velero-vsphere
          version: 1.2.0
          label: Velero vSphere Operator
          description: Backups
          eula: |
            be nice
          crdYaml:
            format: plain
            content: |
              apiVersion: apiextensions.k8s.io/v1
              kind: CustomResourceDefinition
              metadata: {name: veleroservices.veleroappoperator.vmware.com}
          operatorYaml:
            format: plain
            content: |
              apiVersion: v1
              kind: ConfigMap
              metadata:
                name: '{{ .service.prefix }}-config'
                namespace: '{{ .service.namespace }}'
              data:
                {{- range $key, $value := .Values }}
                {{ $key }}: {{ $value | quote }}
                {{- end }}
                image: {{ .Values.registryName | default "docker.io" }}/velero
        """

    static let packed = """
        apiVersion: appplatform.wcp.vmware.com/v1alpha2
        kind: SupervisorServiceDefinition
        metadata: {name: placeholder}
        spec:
          serviceID: velero-vsphere
          version: 1.3.0
          operatorYaml:
            format: gzip
            rawContent: H4sIAAAAAAACA13LvQqAIBRA4d2nuLgntLo2t7Zf9BqX8AcVCcR3LyIaWg/fwcQb5cIxaGizODhYDUsMjvcVk/BU0WJFLQACetIgewdVKDc2pFImxyeMMZlnkS8rCc3ffv3mUlwW5VbfeAAAAA==
        """

    static let configMap = """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: objectscale
          labels: {appplatform.vmware.com/kind: supervisorservice}
        data:
          objectscale-crd.yaml: |-
            # none
          objectscale-operator.yaml: |-
            apiVersion: v1
            kind: Secret
            metadata: {name: "{{ .service.prefix }}", namespace: "{{ .service.namespace }}"}
            stringData:
              auth: '{{ printf "%s:%s" .Values.registryUsername .Values.registryPasswd | b64enc }}'
          objectscale.yaml: |-
            apiVersion: appplatform.wcp.vmware.com/v1alpha1
            kind: SupervisorService
            metadata: {name: objectscale}
            spec:
              serviceId: dellemc-objectscale
              label: ObjectScale
              versions: ["1.0.0"]
              enabled: false
        """

    static func package(_ text: String) throws -> PackageDocument {
        try #require(try PackageRegistration([SourceDocument(name: "service.yaml", text: text)]).packages.first)
    }

    static func render(_ text: String, _ values: String = "") throws -> [Value] {
        let package = try package(text)
        guard case .inline(let files) = package.fetch else { return [] }
        return try PackageRenderer.render(
            PackageFiles(package: package, values: values, files: files.mapValues { Array($0.utf8) }),
            values: PackageRenderer.values(values), namespace: namespace, properties: [:]
        ).documents
    }

    @Test func aServiceDefinitionIsReadAndRendered() throws {
        let package = try Self.package(Self.definition)
        #expect(package.format == .vSphere)
        #expect(package.refName == "velero-vsphere")
        #expect(package.eula == "be nice\n")
        #expect(package.displayName == "Velero vSphere Operator")
        let documents = try Self.render(Self.definition, "registryName: registry.example.com\nregistryPasswd: 5")
        #expect(documents.map(\.kind) == ["CustomResourceDefinition", "ConfigMap"])
        #expect(documents[1].objectName == "velero-vsphere-domain-c8-config")
        #expect(documents[1].objectNamespace == Self.namespace)
        #expect(
            documents[1].stringMap("data") == [
                "registryName": "registry.example.com", "registryPasswd": "5", "image": "registry.example.com/velero",
            ])
        let plain = try Self.render(Self.definition)
        #expect(plain[1][at: "data", "image"] == "docker.io/velero")
    }

    @Test func packedContentIsUnpacked() throws {
        let documents = try Self.render(Self.packed)
        #expect(documents.map(\.objectName) == ["velero-vsphere-domain-c8-config"])
    }

    @Test func theConfigMapFormIsReadAndItsTextIsEnoughForTheAgent() throws {
        let package = try Self.package(Self.configMap)
        #expect(package.refName == "dellemc-objectscale")
        #expect(package.versionText == "1.0.0")
        // What the coordinator stores is the document's text; the agent reads it again.
        let again = try Self.package(YAMLWriter.text(package.document))
        #expect(again == package)
        let documents = try Self.render(Self.configMap, "{registryUsername: u, registryPasswd: p}")
        #expect(documents.last?[at: "stringData", "auth"] == "dTpw")
    }

    @Test func plainManifestsBecomeAService() throws {
        let manifests = SourceDocument(name: "m.yaml", text: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}")
        let custom = RegistrationOptions.CustomService(service: ServiceID("my-app"), version: "0.1.0")
        let package = try #require(try PackageRegistration([manifests], custom: custom).packages.first)
        #expect(package.format == .custom)
        #expect(package.refusal(of: ["a": 1])?.code == .invalidArgument)
        #expect(package.refusal(of: [:]) == nil)
        let documents = try Self.render(YAMLWriter.text(package.document))
        #expect(documents.map(\.objectName) == ["a"])
    }

    @Test func whatStandsAmongTheDefinitionsComesFirst() throws {
        let mixed = Self.definition.replacing(
            "kind: CustomResourceDefinition", with: "kind: Something")
        let documents = try Self.render(mixed)
        #expect(documents[0].objectAnnotations["kapp.k14s.io/change-group.appplatform"] != nil)
        #expect(
            documents[1].objectAnnotations["kapp.k14s.io/change-rule.appplatform"]
                == "upsert after upserting appplatform.vmware.com/crd-yaml")
    }

    @Test func nestedValuesAreRefused() throws {
        let package = try Self.package(Self.definition)
        #expect(package.refusal(of: ["registryName": ["a": 1]])?.message.contains("registryName") == true)
        #expect(package.refusal(of: ["registryName": "x", "on": true]) == nil)
    }

    @Test(arguments: [
        ("serviceID: velero-vsphere", "serviceID: Velero_vSphere", "must be a DNS label"),
        ("version: 1.2.0", "version: 1.2", "is not a string"),
        ("version: 1.2.0", "version: one", "must be valid semver"),
        ("format: plain", "format: zip", "must be plain or gzip"),
        ("content: |", "other: |", "is missing"),
        ("format: plain", "format: gzip", "is missing"),
        ("{name: veleroservices.veleroappoperator.vmware.com}", "{name: [}", "not valid YAML"),
    ])
    func brokenDefinitionsAreRefused(_ old: String, _ new: String, _ words: String) {
        let error = #expect(throws: FleetError.self) { try Self.package(Self.definition.replacing(old, with: new)) }
        #expect(error.map { "\($0)".contains(words) } == true, "\(error.map { "\($0)" } ?? "")")
        #expect(error?.message.contains("service.yaml") == true)
    }

    @Test func brokenGzipIsRefused() {
        for text in ["!!", "AAAA", "H4sIAAAAAAAA"] {
            let broken = Self.packed.split(separator: "rawContent")[0] + "rawContent: \"\(text)\""
            #expect(throws: FleetError.self) { try Self.package(String(broken)) }
        }
    }

    @Test func aTemplateThatCannotBeParsedIsRefusedInGosWords() throws {
        let package = try Self.package(Self.definition.replacing("| default \"docker.io\"", with: "| toYaml"))
        let error = #expect(throws: FleetError.self) { try PackageTemplates.check(package) }
        #expect(error?.message.contains("template: operatorYaml:10: function \"toYaml\" not defined") == true)
    }

    @Test(
        .enabled(if: TestData.exists("vsphere7-format"), "needs the shared test data"),
        arguments: TestData.names(in: "vsphere7-format").filter { $0.hasSuffix(".yaml") })
    func theReconstructedSamplesAreRead(_ name: String) throws {
        let text = try TestData.text("vsphere7-format/\(name)")
        let package = try Self.package(text)
        try PackageTemplates.check(package)
        #expect(package.format == .vSphere)
        _ = try Self.render(text)
    }
}
