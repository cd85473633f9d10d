import FleetModel
import ResourceModel
import Testing

struct CompatibilityTests {
    /// Cases of hashicorp/go-version's own tests, and its rules for pre-releases.
    @Test(arguments: [
        (">= 1.0, < 1.2", "1.1.5", true), ("< 1.0, < 1.2", "1.1.5", false), ("= 1.0", "1.1.5", false),
        ("= 1.0", "1.0.0", true), ("1.0", "1.0.0", true), ("~> 1.0", "2.0", false), ("~> 1.0", "1.1", true),
        ("~> 1.0", "1.2.3", true), ("~> 1.0.0", "1.2.3", false), ("~> 1.0.0", "1.0.7", true),
        ("~> 1.0.0", "1.1.0", false), ("~> 1.0.7", "1.0.4", false), ("~> 1.0.7", "1.0.7", true),
        ("~> 1.0.7", "1.0.8", true), ("~> 1.0.7", "1.0.7.5", true), ("~> 1.0.7", "1.0.6.99", false),
        ("~> 1.0.7", "1.0.8.0", true), ("~> 1.0.9.5", "1.0.9.5", true), ("~> 1.0.9.5", "1.0.9.4", false),
        ("~> 1.0.9.5", "1.0.9.6", true), ("~> 1.0.9.5", "1.0.9.5.0", true), ("~> 2.0", "2.1.0-beta", false),
        ("~> 2.1.0-a", "2.2.0", false), ("~> 2.1.0-a", "2.1.0", false), ("~> 2.1.0-a", "2.1.0-beta", true),
        (">= 2.1.0-a", "2.1.1-beta", false), (">= 2.0.0", "2.1.0-beta", false), (">= 2.1.0-a", "2.1.1", true),
        ("!= 1.0", "1.0.1", true), (">=9.0.0.0, <9.1", "9.0.0.0100", true), ("", "1", true),
    ])
    func goVersionsGrammar(_ constraint: String, _ version: String, _ holds: Bool) throws {
        let parsed = try #require(SegmentedVersion(version))
        #expect(try VersionConstraints(constraint).contains(parsed) == holds)
    }

    @Test(arguments: [">= x", "1.0 || 2.0", "~> ", "^1.0", ">= 1.0,,", "1..2", ">=1.0 <2.0"])
    func malformedConstraintsAreRefused(_ text: String) {
        let error = #expect(throws: VersionConstraints.ParseError.self) { try VersionConstraints(text) }
        #expect(error?.description.hasPrefix("Malformed constraint: ") == true)
    }

    static func package(_ version: String, _ annotations: [String: String], kubernetes: String = "") throws
        -> PackageDocument
    {
        let prefix = "appplatform.vmware.com/"
        let lines = annotations.sorted { $0.key < $1.key }.map { "    \(prefix)\($0.key): '\($0.value)'" }
        let text = """
            apiVersion: data.packaging.carvel.dev/v1alpha1
            kind: Package
            metadata:
              name: web.example.com.\(version)
              annotations: {}
            spec:
              refName: web.example.com
              version: \(version)
              kubernetesVersionSelection: {constraints: '\(kubernetes)'}
              template:
                spec:
                  fetch: [{inline: {paths: {a.yaml: "a: 1"}}}]
                  template: [{ytt: {paths: [a.yaml]}}]
                  deploy: [{kapp: {}}]
            """
            .replacing(
                "  annotations: {}",
                with: (["  annotations:"] + (lines.isEmpty ? ["    a: b"] : lines)).joined(separator: "\n"))
        let registration = try PackageRegistration([SourceDocument(name: "p.yaml", text: text)])
        return try #require(registration.packages.first)
    }

    static let eight = PackageCompatibility.Site(
        name: "sv-oslo", kubernetes: "v1.26.4+vmware.wcp.1",
        facts: SupervisorFacts(generation: 8, version: "8.0.3.0", capabilities: ["A": true, "B": false]))

    private func errors(
        _ package: PackageDocument, on site: PackageCompatibility.Site = eight,
        over installed: PackageDocument? = nil
    ) -> [String] {
        package.findings(on: site, installed: installed, installedVersion: nil).filter { $0.severity == .error }
            .map(\.message)
    }

    @Test func eachConstraintIsNamedWithTheFactsItMissed() throws {
        #expect(errors(try Self.package("1.0.0", [:], kubernetes: ">=1.26.0")).isEmpty)
        let old = try Self.package("1.0.0", ["supervisor-version-constraints": ">= 9.0"], kubernetes: ">=1.27.0")
        #expect(
            errors(old) == [
                "kubernetesVersionSelection \">=1.27.0\" does not admit Kubernetes v1.26.4+vmware.wcp.1 of sv-oslo",
                "appplatform.vmware.com/supervisor-version-constraints \">= 9.0\" does not admit Supervisor version "
                    + "8.0.3.0 of sv-oslo",
            ])
        #expect(errors(try Self.package("1.0.0", ["required_capability": "A"])).isEmpty)
        #expect(errors(try Self.package("1.0.0", ["required_capability": "B"])).first?.contains("not active") == true)
        #expect(errors(try Self.package("1.0.0", ["required_capability": "C"])).first?.contains("not there") == true)
    }

    @Test func bothEndsOfAnUpgradeMayForbidIt() throws {
        let installed = try Self.package("1.0.0", ["destination-version-upgrade-constraints": "<2.0.0"])
        let target = try Self.package("2.0.0", ["source-version-upgrade-constraints": ">=1.5.0"])
        let found = errors(target, over: installed)
        #expect(found.count == 2)
        #expect(found[0].contains("\">=1.5.0\" of 2.0.0 does not admit an upgrade from 1.0.0"))
        #expect(found[1].contains("\"<2.0.0\" of the installed 1.0.0 does not admit an upgrade to 2.0.0"))
        #expect(errors(try Self.package("1.6.0", [:]), over: installed).isEmpty)
    }

    @Test func aCarvelPackageIsRefusedOnVSphere7() throws {
        var site = Self.eight
        site.facts?.generation = 7
        #expect(
            errors(try Self.package("1.0.0", [:]), on: site) == [
                "sv-oslo is a vSphere 7 Supervisor, which does not support Supervisor Services packaged with Carvel"
            ])
    }

    @Test func whatIsNotKnownIsAWarning() throws {
        let package = try Self.package(
            "1.0.0", ["supervisor-version-constraints": ">= 9.0", "required_capability": "A"], kubernetes: ">=1.27.0")
        let findings = package.findings(
            on: .init(name: "sv-new", kubernetes: nil, facts: nil), installed: nil, installedVersion: nil)
        #expect(findings.map(\.severity) == [.warning, .warning, .warning])
    }

    @Test(arguments: [
        ("supervisor-version-constraints", "~9"), ("source-version-upgrade-constraints", "~1.0"),
        ("destination-version-upgrade-constraints", "newest"), ("vcenter-version-constraints", ">> 1"),
    ])
    func anInvalidExpressionIsRefusedWithItsText(_ name: String, _ text: String) {
        let error = #expect(throws: FleetError.self) { try Self.package("1.0.0", [name: text]) }
        #expect(error?.message.contains("\"\(text)\"") == true)
        #expect(error?.message.contains("p.yaml:") == true)
    }

    @Test func theHookIsReadAndItsAnswersAreJudged() throws {
        let package = try Self.package(
            "1.0.0",
            [
                "compatibility-check_service": "guard", "compatibility-check_url": "check",
                "compatibility-check_port": "8443", "compatibility-check_protocol": "https",
                "compatibility-check_method": "post", "compatibility-check_data": "{}",
            ])
        let hook = try #require(package.compatibility.hook)
        #expect(hook.service == "guard" && hook.url == "/check" && hook.port == 8443 && hook.scheme == .https)
        #expect(hook.method == "POST")
        #expect(package.compatibility.hookData == "{}")
        #expect(CompatibilityHook.findings(status: 200, body: #"{"results":[]}"#).isEmpty)
        let mixed =
            #"{"results":[{"severity":"ERROR","message":"no"},{"severity":"ODD"},{"severity":"INFO","message":"i"}]}"#
        #expect(CompatibilityHook.findings(status: 200, body: mixed) == [.init(.error, "no"), .init(.info, "i")])
        #expect(
            CompatibilityHook.findings(status: 503, body: "down").map(\.message) == [
                "the compatibility check answered 503: down"
            ])
        #expect(CompatibilityHook.findings(status: 200, body: "hello").first?.severity == .error)
    }

    @Test(arguments: [
        ("fetch: [{inline: {paths: {a.yaml: \"a: 1\"}}}]", "fetch: [{git: {url: a}}]", "fetch.0: fetch step \"git\""),
        ("fetch: [{inline: {paths: {a.yaml: \"a: 1\"}}}]", "fetch: [{http: {url: a}}]", "fetch.0: fetch step \"http\""),
        (
            "fetch: [{inline: {paths: {a.yaml: \"a: 1\"}}}]", "fetch: [{helmChart: {name: a}}]",
            "fetch step \"helmChart\""
        ),
        (
            "template: [{ytt: {paths: [a.yaml]}}]", "template: [{helmTemplate: {}}]",
            "template.0: template step \"helmTemplate\""
        ),
        (
            "template: [{ytt: {paths: [a.yaml]}}]", "template: [{ytt: {}}, {cue: {}}]",
            "template.1: template step \"cue\""
        ),
        ("template: [{ytt: {paths: [a.yaml]}}]", "template: [{sops: {}}]", "template step \"sops\""),
    ])
    func otherEnginesAndFetchersAreRefusedByStep(_ old: String, _ new: String, _ words: String) throws {
        let text = YAMLWriter.text(try Self.package("1.0.0", [:]).document)
        #expect(!text.isEmpty)
        let source = """
            apiVersion: data.packaging.carvel.dev/v1alpha1
            kind: Package
            metadata: {name: web.example.com.1.0.0}
            spec:
              refName: web.example.com
              version: 1.0.0
              template:
                spec:
                  fetch: [{inline: {paths: {a.yaml: "a: 1"}}}]
                  template: [{ytt: {paths: [a.yaml]}}]
                  deploy: [{kapp: {}}]
            """
        let error = #expect(throws: FleetError.self) {
            try PackageRegistration([SourceDocument(name: "p.yaml", text: source.replacing(old, with: new))])
        }
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
        #expect(error?.message.hasPrefix("p.yaml:") == true)
    }
}
