import FleetModel
import ResourceModel
import TestSupport
import Testing

@Suite struct PackageVersionTests {
    @Test func ordersBuildMetadataAsKappControllerDoes() throws {
        let written = [
            "2.2.3", "2.5.3", "2.5.3+vmware.1-tkg.1", "2.5.3+vmware.10-tkg.1", "2.5.3+vmware.2-tkg.1",
            "2.6.3-rc.1", "2.6.3",
        ]
        let versions = try written.map { try PackageVersion($0) }
        #expect(versions.shuffled().sorted().map(\.description) == written)
    }

    @Test(arguments: ["", "1", "1.2", "01.2.3", "1.2.x", "1.2.3-", "1.2.3-01", "v1.2.3", "1.2.3+"])
    func refusesWhatIsNotAVersion(text: String) {
        #expect(throws: PackageVersion.ParseError.self) { try PackageVersion(text) }
    }

    @Test(arguments: [
        ("", "1.0.0", true), ("2.5.3", "2.5.3+vmware.1", false), (">=2.5.3+vmware.1", "2.5.3", false),
        (">=2.5.0 <2.6.0", "2.5.9", true), ("<2.0.0 || >3.0.0", "2.5.0", false), ("2.5.x", "2.5.7", true),
        (">= 1.2.0", "1.2.0", true), ("!2.6.3", "2.6.3", false), ("2.2.3 - 2.6.0", "2.4.0", false),
        (">1.2.x", "1.2.9", false), ("1.x", "1.9.0", true),
    ])
    func rangesMatchAsTheProbeShowed(range: String, version: String, matches: Bool) throws {
        #expect(try VersionRange(range).contains(PackageVersion(version)) == matches)
    }

    @Test func aTildeIsRefusedInTheParsersWords() {
        let error = #expect(throws: VersionRange.ParseError.self) { try VersionRange("~2.5.0") }
        #expect(
            error?.description
                == #"Could not parse Range "~2.5.0": Could not parse comparator "~" in "~2.5.0""#)
    }
}

@Suite struct PackageDocumentTests {
    static let package = """
        apiVersion: data.packaging.carvel.dev/v1alpha1
        kind: Package
        metadata:
          name: web.example.com.1.0.0
        spec:
          refName: web.example.com
          version: 1.0.0
          template:
            spec:
              fetch:
              - inline: {paths: {config.yaml: "a: 1"}}
              template:
              - ytt: {paths: [config.yaml]}
              deploy:
              - kapp: {}
        """

    @Test func readsAPackage() throws {
        let registration = try PackageRegistration([SourceDocument(name: "p.yaml", text: Self.package)])
        #expect(registration.packages.map(\.versionText) == ["1.0.0"])
        #expect(registration.packages[0].fetch == .inline(["config.yaml": "a: 1"]))
    }

    @Test(arguments: [
        ("refName: web.example.com", "refName: web.example", "p.yaml:6: spec.refName: \"web.example\""),
        ("version: 1.0.0", "version: 1.0", "p.yaml:7: spec.version: is not a string"),
        ("version: 1.0.0", "version: one", "p.yaml:7: spec.version: \"one\""),
        ("name: web.example.com.1.0.0", "name: web", "p.yaml:4: metadata.name: \"web\""),
        (
            "- inline: {paths: {config.yaml: \"a: 1\"}}", "- git: {url: x}",
            "p.yaml:11: spec.template.spec.fetch.0: fetch step \"git\" is not supported"
        ),
        (
            "- ytt: {paths: [config.yaml]}", "- helmTemplate: {}",
            "p.yaml:13: spec.template.spec.template.0: template step \"helmTemplate\" is not supported"
        ),
        ("kind: Package", "kind: Deployment", "p.yaml:2: kind: found data.packaging.carvel.dev/v1alpha1 Deployment"),
    ])
    func namesFileLineAndFieldOfWhatIsWrong(good: String, bad: String, message: String) {
        let text = Self.package.replacing(good, with: bad)
        let error = #expect(throws: FleetError.self) {
            try PackageRegistration([SourceDocument(name: "p.yaml", text: text)])
        }
        #expect(error?.message == message)
    }

    @Test(arguments: [
        ("hello: 1", "found a document without apiVersion and kind"), ("- a", "found array, not a mapping"),
        ("words", "found string, not a mapping"), ("kind: Foo", "found Foo"),
        ("{apiVersion: x/v1, kind: Foo}", "found x/v1 Foo"),
    ])
    func saysWhatADocumentIsThatIsNoPackage(_ text: String, _ found: String) {
        let error = #expect(throws: FleetError.self) {
            try PackageRegistration([SourceDocument(name: "p.yaml", text: text)])
        }
        #expect(error?.message == "p.yaml:1: kind: \(found)")
    }

    @Test func carriesEveryFieldOfItsSteps() throws {
        let ytt =
            "paths: [./config.yaml, a/../b], inline: {paths: {more.yml: 'b: 1'}}, ignoreUnknownComments: true, "
            + "strict: true, fileMarks: ['more.yml:exclude=true'], valuesFrom: [{path: values}]"
        let kapp =
            "intoNs: web, mapNs: [web=other], inspect: {}, delete: {rawOptions: [--wait-timeout=5m]}, "
            + "rawOptions: [--wait-timeout=1h30m, --apply-timeout=90s, --diff-changes=true, --wait=true]"
        let text = Self.package
            .replacing(
                Self.yttStep, with: "- ytt: {\(ytt)}\n      - kbld: {paths: ['-', .imgpkg/images.yml]}"
            )
            .replacing("- kapp: {}", with: "- kapp: {\(kapp)}")
        let package = try PackageRegistration([SourceDocument(name: "p.yaml", text: text)]).packages[0]
        #expect(
            package.template == [
                .ytt(
                    YttOptions(
                        paths: ["./config.yaml", "a/../b"], inline: ["more.yml": "b: 1"], ignoreUnknownComments: true,
                        fileMarks: ["more.yml:exclude=true"], valuesFrom: ["values"])),
                .kbld(paths: ["-", ".imgpkg/images.yml"]),
            ])
        #expect(package.deploy.intoNamespace == "web")
        #expect(package.deploy.mappedNamespaces == ["web": "other"])
        #expect(package.deploy.waitTimeout == .seconds(5400))
        #expect(package.deploy.applyTimeout == .seconds(90))
        #expect(package.deploy.withoutEffect == ["--diff-changes=true", "--wait-timeout=5m (delete)"])
    }

    static let inlineStep = "- inline: {paths: {config.yaml: \"a: 1\"}}"
    static let yttStep = "- ytt: {paths: [config.yaml]}"

    @Test(arguments: [
        (inlineStep, "- inline: {paths: {../../x: \"a: 1\"}}", "fetch.0.inline.paths.../../x: Invalid path: ../../x"),
        (inlineStep, "- inline: {paths: {a: 1}}", "fetch.0.inline.paths.a: is not a text"),
        (inlineStep, "- inline: {paths: {a: b}, pathsFrom: [{}]}", "fetch.0.inline.pathsFrom: is not supported"),
        (inlineStep, "- imgpkgBundle: {image: x, secretRef: {name: y}}", "fetch.0.imgpkgBundle.secretRef: is not sup"),
        (inlineStep, "- imgpkgBundle: {image: x, tagSelection: {}}", "fetch.0.imgpkgBundle.tagSelection: is not s"),
        (inlineStep, "- image: {url: x, subPath: ../y}", "fetch.0.image.subPath: Invalid path: ../y"),
        (inlineStep, "- {image: {url: x}, path: y}", "fetch.0.path: is not supported"),
        (yttStep, "- ytt: {paths: [../../etc]}", "template.0.ytt.paths.0: Invalid path: ../../etc"),
        (yttStep, "- ytt: {paths: [\"-\"]}", "template.0.ytt.paths.0: Expected stdin to be available"),
        (yttStep, "- ytt: {path: config}", "template.0.ytt.path: is not a field of this step"),
        (yttStep, "- ytt: {fileMarks: a}", "template.0.ytt.fileMarks: is not a list"),
        (yttStep, "- ytt: {inline: {paths: {/../a: b}}}", "template.0.ytt.inline.paths./../a: Invalid path: /../a"),
        (yttStep, "- ytt: {valuesFrom: [{secretRef: {name: a}}]}", "template.0.ytt.valuesFrom.0.secretRef: is not"),
        (yttStep, "- {ytt: {}, kbld: {}}", "template.0: template step \"kbld, ytt\" is not supported"),
        (yttStep, "- ytt: {}\n      - kbld: {paths: [a]}", "template.1.kbld.paths: \"-\" is missing"),
        (
            "- kapp: {}", "- kapp: {rawOptions: [--kubeconfig=x]}",
            "deploy.0.kapp.rawOptions.0: Unexpected flag '--kubec"
        ),
        ("- kapp: {}", "- kapp: {rawOptions: [--diff-run]}", "deploy.0.kapp.rawOptions.0: \"--diff-run\" is not sup"),
        ("- kapp: {}", "- kapp: {rawOptions: [--wait-timeout=x]}", "deploy.0.kapp.rawOptions.0: \"--wait-timeout=x\""),
        ("- kapp: {}", "- kapp: {mapNs: [a]}", "deploy.0.kapp.mapNs: \"a\" is not supported"),
    ])
    func refusesWhatAStepCannotDoAndNamesIt(good: String, bad: String, message: String) throws {
        let text = Self.package.replacing(good, with: bad)
        let error = #expect(throws: FleetError.self) {
            try PackageRegistration([SourceDocument(name: "p.yaml", text: text)])
        }
        let found = try #require(error?.message)
        #expect(found.contains("spec.template.spec.\(message)"), "\(found)")
    }

    @Test(.enabled(if: TestData.exists("packages"), "the shared test data is absent"))
    func readsEveryRealPackage() throws {
        for name in TestData.names(in: "packages") where TestData.exists("packages/\(name)/metadata.yaml") {
            for version in TestData.names(in: "packages/\(name)") {
                guard TestData.exists("packages/\(name)/\(version)/package.yaml") else { continue }
                let registration = try PackageRegistration([
                    SourceDocument(name: name, text: try TestData.text("packages/\(name)/\(version)/package.yaml")),
                    SourceDocument(name: "metadata", text: try TestData.text("packages/\(name)/metadata.yaml")),
                ])
                #expect(registration.packages.count == 1)
                #expect(registration.packages[0].versionText.hasPrefix(version))
            }
        }
    }
}

@Suite struct OpenAPISchemaTests {
    static let schema = OpenAPISchema([
        "type": "object", "required": ["size"],
        "properties": [
            "size": ["type": "string", "pattern": "^[0-9]+Gi$"],
            "mode": ["type": "string", "enum": ["a", "b"], "default": "a"],
            "count": ["type": "integer", "minimum": 1],
            "inner": ["type": "object", "default": [:], "properties": ["x": ["type": "integer", "default": 3]]],
        ],
    ])

    @Test func speaksTheServersWords() {
        let found = Self.schema.validate(["size": "5GB", "mode": "c", "count": "x"], path: "spec")
        #expect(
            found.map(\.description) == [
                #"spec.count: Invalid value: "string": spec.count in body must be of type integer: "string""#,
                #"spec.mode: Unsupported value: "c": supported values: "a", "b""#,
                #"spec.size: Invalid value: "5GB": spec.size in body should match '^[0-9]+Gi$'"#,
            ])
        #expect(Self.schema.validate([:], path: "spec").map(\.description) == ["spec.size: Required value"])
    }

    @Test func fillsNestedDefaultsPrunesAndNamesUnknownKeys() {
        #expect(
            Self.schema.applyingDefaults(to: ["size": "1Gi"])
                == ["size": "1Gi", "mode": "a", "inner": ["x": 3]])
        #expect(Self.schema.pruning(["size": "1Gi", "y": 1, "metadata": [:]]) == ["size": "1Gi", "metadata": [:]])
        #expect(Self.schema.unknownKeys(in: ["sise": "1Gi", "inner": ["z": 1]]) == ["inner.z", "sise"])
    }

    @Test func nullPassesAsUnsetForPackageValues() {
        #expect(Self.schema.validate(["size": "1Gi", "count": nil], nullRule: .unset).isEmpty)
        #expect(!Self.schema.validate(["size": "1Gi", "count": nil]).isEmpty)
    }
}
