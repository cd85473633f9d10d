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
        let result = try ImageLock.rewrite(documents: [document], lock: try ImageLock.parse(lock))
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
        #expect(try ImageLock.rewrite(documents: [document], lock: lock) == [document])
        #expect(lock.unresolved(in: [document]) == ["other/app:v2"])
    }

    @Test func refusesWhatIsNoLock() {
        #expect(throws: TemplateError.self) { try ImageLock.parse("kind: ConfigMap\n") }
    }

    @Test(.enabled(if: TestData.exists("packages/harbor"), "no shared test data"), arguments: ["2.6.1", "2.6.3"])
    func everyImageOfHarborIsInItsLock(version: String) throws {
        let lock = try ImageLock.parse(try TestData.text("packages/harbor/\(version)/bundle/.imgpkg/images.yml"))
        let result = try PackageFiles.render("harbor/\(version)", fixtures: ["default"])
        #expect(lock.unresolved(in: result.documents) == [])
        let rewritten = try ImageLock.rewrite(documents: result.documents, lock: lock)
        let annotated = rewritten.filter { $0.objectAnnotations[ImageLock.annotation] != nil }
        #expect(annotated.count == 9)
    }
}
