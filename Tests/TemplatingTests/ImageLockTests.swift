internal import ResourceModel
internal import Templating
internal import TestSupport
internal import Testing

struct ImageLockTests {
    private let lock = """
        apiVersion: imgpkg.carvel.dev/v1alpha1
        kind: ImagesLock
        images:
        - image: registry.example/app@sha256:aa
          annotations:
            kbld.carvel.dev/id: example/app:v1
            kbld.carvel.dev/origins: |
              - resolved:
                  tag: v1
                  url: example/app:v1
        - image: registry.example/side@sha256:bb
          annotations:
            kbld.carvel.dev/id: example/side
        """

    @Test func replacesLockedImagesAndTellsTheirOrigins() throws {
        let document: Value = [
            "kind": "Pod", "metadata": ["name": "one"],
            "spec": ["containers": [["image": "example/side"], ["image": "example/app:v1"]]],
        ]
        let result = try ImageLock.rewrite(documents: [document], lock: try ImageLock.parse(lock)).documents
        #expect(
            result[0][at: "spec", "containers"] == [
                ["image": "registry.example/side@sha256:bb"], ["image": "registry.example/app@sha256:aa"],
            ])
        #expect(
            result[0][at: "metadata", "annotations", ImageLock.annotation]?.stringValue == """
                - origins:
                  - resolved:
                      tag: v1
                      url: example/app:v1
                  - preresolved:
                      url: registry.example/app@sha256:aa
                  url: registry.example/app@sha256:aa
                - origins:
                  - preresolved:
                      url: registry.example/side@sha256:bb
                  url: registry.example/side@sha256:bb

                """)
    }

    @Test func leavesWhatIsInNoLockAndNamesIt() throws {
        let lock = try ImageLock.parse(lock)
        let document: Value = ["kind": "Pod", "spec": ["image": "other/app:v2", "size": ["image": 3]]]
        let result = try ImageLock.rewrite(documents: [document], lock: lock)
        #expect(result.documents == [document])
        #expect(result.unresolved == ["other/app:v2"])
    }

    @Test func refusesWhatIsNoLock() {
        #expect(throws: TemplateError.self) { try ImageLock.parse("kind: ConfigMap\n") }
    }

    @Test func overridesComeFromConfigurationBesideTheLockAndAmongTheDocuments() throws {
        var given = try ImageLock.parse(
            """
            apiVersion: kbld.k14s.io/v1alpha1
            kind: Config
            minimumRequiredVersion: 0.15.0
            overrides:
            - image: upstream/app:v1
              newImage: example/app:v1
            - imageRepo: localhost:5000/tool
              newImage: registry.example/tool@sha256:cc
              preresolved: true
            - image: plain
              newImage: mirror.example/plain:v3
            """)
        given.add(try ImageLock.parse(lock))
        let configuration: Value = [
            "apiVersion": "kbld.k14s.io/v1alpha1", "kind": "ImageOverrides",
            "overrides": [["image": "late", "newImage": "late@sha256:dd"]],
        ]
        let pod: Value = [
            "kind": "Pod",
            "spec": [
                ["image": "upstream/app:v1"], ["image": "localhost:5000/tool:v9"], ["image": "plain"],
                ["image": "late"],
            ],
        ]
        let result = try ImageLock.rewrite(documents: [configuration, pod], lock: given)
        #expect(result.documents.count == 1)
        #expect(
            result.documents[0]["spec"] == [
                ["image": "registry.example/app@sha256:aa"], ["image": "registry.example/tool@sha256:cc"],
                ["image": "mirror.example/plain:v3"], ["image": "index.docker.io/library/late@sha256:dd"],
            ])
        #expect(result.unresolved == ["mirror.example/plain:v3"])
    }

    @Test func searchRulesFindReferencesByNamePlaceAndValueAndInsideTexts() throws {
        var given = try ImageLock.parse(
            """
            apiVersion: kbld.k14s.io/v1alpha1
            kind: Config
            searchRules:
            - keyMatcher: {name: sidecar}
            - keyMatcher: {path: [spec, args, {allIndexes: true}]}
              valueMatcher: {imageRepo: example/app}
            - keyMatcher: {path: [spec, untouched]}
              updateStrategy: {none: {}}
            - keyMatcher: {name: settings.yaml}
              updateStrategy: {yaml: {searchRules: [{keyMatcher: {name: picture}}]}}
            - keyMatcher: {name: settings.json}
              updateStrategy: {json: {searchRules: [{valueMatcher: {image: example/side}}]}}
            ---
            apiVersion: kbld.k14s.io/v1alpha1
            kind: ImageKeys
            keys: [helper]
            """)
        given.add(try ImageLock.parse(lock))
        let document: Value = [
            "kind": "Thing",
            "spec": [
                "sidecar": "example/side", "helper": "example/side", "untouched": "example/side",
                "args": ["--verbose", "example/app:v1"],
            ],
            "data": [
                "settings.yaml": "b: 1\npicture: example/side\n", "settings.json": "{\"a\": [\"example/side\"]}",
            ],
        ]
        let side = "registry.example/side@sha256:bb"
        let result = try ImageLock.rewrite(documents: [document], lock: given).documents[0]
        #expect(
            result["spec"] == [
                "sidecar": .string(side), "helper": .string(side), "untouched": "example/side",
                "args": ["--verbose", "registry.example/app@sha256:aa"],
            ])
        #expect(result[at: "data", "settings.yaml"]?.stringValue == "b: 1\npicture: \(side)\n")
        #expect(result[at: "data", "settings.json"]?.stringValue == "{\"a\":[\"\(side)\"]}")
    }

    @Test(arguments: [
        "kind: Config\nsources: [{image: a, path: .}]", "kind: Config\noverrides: [{newImage: a}]",
        "kind: Config\noverrides: [{image: a}]", "kind: Config\nsearchRules: [{}]",
        "kind: Config\noverrides: [{image: a, newImage: b, tagSelection: {semver: {}}}]", "kind: Other",
    ])
    func refusesConfigurationThatNeedsMoreThanALock(text: String) {
        #expect(throws: TemplateError.self) { try ImageLock.parse("apiVersion: kbld.k14s.io/v1alpha1\n" + text) }
    }

    @Test(.enabled(if: TestData.exists("packages/harbor"), "no shared test data"), arguments: ["2.6.1", "2.6.3"])
    func everyImageOfHarborIsInItsLock(version: String) throws {
        let lock = try ImageLock.parse(try TestData.text("packages/harbor/\(version)/bundle/.imgpkg/images.yml"))
        let result = try PackageFiles.render("harbor/\(version)", fixtures: ["default"])
        let rewritten = try ImageLock.rewrite(documents: result.documents, lock: lock)
        #expect(rewritten.unresolved == [])
        let annotated = rewritten.documents.filter { $0.objectAnnotations[ImageLock.annotation] != nil }
        #expect(annotated.count == 9)
    }
}
