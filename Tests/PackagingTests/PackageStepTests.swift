import FleetModel
import Packaging
import Reconciliation
import ResourceModel
import Testing

struct PackageStepTests {
    static func render(
        _ steps: [PackageDocument.TemplateStep], _ files: [String: String], values: Value = .object([:])
    ) throws -> [Value] {
        var package = try PackageRegistration([SourceDocument(name: "p.yaml", text: document)]).packages[0]
        package.template = steps
        let source = PackageFiles(package: package, values: "", files: files.mapValues { Array($0.utf8) })
        return try PackageRenderer.render(source, values: values, namespace: "web", properties: [:]).documents
    }

    private static let document = """
        apiVersion: data.packaging.carvel.dev/v1alpha1
        kind: Package
        metadata: {name: web.example.com.1.0.0}
        spec:
          refName: web.example.com
          version: 1.0.0
          template:
            spec:
              fetch: [{inline: {paths: {a.yml: "a: 1"}}}]
              template: [{ytt: {}}]
              deploy: [{kapp: {}}]
        """

    @Test func fileMarksOfAStepChangeWhatAFileIs() throws {
        let marks = ["notes.txt:type=yaml-template", "skip.yml:exclude=true"]
        let files = ["config/notes.txt": "a: #@ 1 + 1", "config/skip.yml": "b: 1"]
        let made = try Self.render([.ytt(YttOptions(paths: ["config"], fileMarks: marks))], files)
        #expect(made == [["a": 2]])
    }

    @Test func filesOfThePackageGiveValuesUnderTheUsers() throws {
        let files = [
            "config/values.yml": "#@data/values\n---\na: 1\nb: 1\nc: 1\n",
            "config/out.yml": "#@ load(\"@ytt:data\", \"data\")\nout: #@ [data.values.a, data.values.b, data.values.c]",
            "defaults/one.yml": "b: 2\nc: 2\n",
        ]
        let made = try Self.render(
            [.ytt(YttOptions(paths: ["config"], valuesFrom: ["defaults/one.yml"]))], files, values: ["c": 3])
        #expect(made == [["out": [1, 2, 3]]])
    }

    @Test func aSecondStepReadsTheFirstOnesOutput() throws {
        let overlay =
            "#@ load(\"@ytt:overlay\", \"overlay\")\n#@overlay/match by=overlay.all\n---\n"
            + "#@overlay/match missing_ok=True\nb: 2\n"
        let steps: [PackageDocument.TemplateStep] = [
            .ytt(YttOptions(paths: ["a.yml"])), .ytt(YttOptions(inline: ["overlay.yml": overlay])), .ytt(YttOptions()),
        ]
        #expect(try Self.render(steps, ["a.yml": "a: 1"]) == [["a": 1, "b": 2]])
    }

    @Test(arguments: [["-", "kbld-config.yaml", ".imgpkg/images.yml"], ["-", "."]])
    func aKbldStepTakesConfigurationBesideTheLock(paths: [String]) throws {
        let files = [
            "config/pod.yml": "kind: Pod\nimage: upstream/app:v1\n",
            "kbld-config.yaml": """
            ---
            apiVersion: kbld.k14s.io/v1alpha1
            kind: Config
            minimumRequiredVersion: 0.15.0
            overrides:
            - image: upstream/app:v1
              newImage: mirror.example/app:v1
            """,
            ".imgpkg/images.yml": """
            apiVersion: imgpkg.carvel.dev/v1alpha1
            kind: ImagesLock
            images:
            - image: registry.example/app@sha256:aa
              annotations: {kbld.carvel.dev/id: mirror.example/app:v1}
            """,
        ]
        let made = try Self.render([.ytt(YttOptions(paths: ["config"])), .kbld(paths: paths)], files)
        #expect(made.map { $0["image"] } == ["registry.example/app@sha256:aa"])
    }

    @Test func aPathThatIsNotThereIsNamed() {
        let error = #expect(throws: InstallReconcile.Failure.self) {
            try Self.render([.ytt(YttOptions(paths: ["config/"]))], ["a.yml": "a: 1"])
        }
        #expect(error?.text == "ytt: Error: Checking file 'config/': no such file or directory in the package")
    }

    @Test func aValueIsNotQuotedInAnError() throws {
        let files = [
            "config/schema.yml": "#@data/values-schema\n---\nuser:\n  password: \"\"\n",
            "config/out.yml": "#@ load(\"@ytt:data\", \"data\")\nout: #@ data.values.user.password",
        ]
        let error = #expect(throws: InstallReconcile.Failure.self) {
            try Self.render(
                [.ytt(YttOptions(paths: ["config"]))], files, values: ["user": ["pasword": "Canary-12345"]])
        }
        #expect(error?.text.contains("pasword: …") == true, "\(error?.text ?? "")")
        #expect(error?.text.contains("Canary") == false)
        #expect(error?.text.contains("did you mean \"password\"?") == true)
    }
}
