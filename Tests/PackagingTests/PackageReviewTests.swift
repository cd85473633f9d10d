import FleetModel
import Packaging
import ResourceModel
import Testing

struct PackageReviewTests {
    /// A package that does every thing the review warns of.
    static func files(
        _ version: String, values: String = "dbSize", image: String = "app:1.0.0", selector: String = "db",
        schema: String =
            "{dbSize: {type: string, default: 1Gi}, namespace: {type: string, default: web}, password: {type: string}}"
    ) throws -> PackageFiles {
        let package = """
            apiVersion: data.packaging.carvel.dev/v1alpha1
            kind: Package
            metadata: {name: web.example.com.\(version)}
            spec:
              refName: web.example.com
              version: \(version)
              kubernetesVersionSelection: {constraints: '>=1.25.0'}
              valuesSchema: {openAPIv3: {type: object, properties: \(schema)}}
              template:
                spec:
                  fetch: [{imgpkgBundle: {image: registry.example.com/web@sha256:\(String(repeating: "a", count: 64))}}]
                  template: [{ytt: {paths: [config/]}}, {kbld: {paths: ["-", .imgpkg/images.yml]}}]
                  deploy: [{kapp: {}}]
            """
        let valuesSchema = """
            #@data/values-schema
            ---
            \(values): 1Gi
            namespace: web
            #@schema/nullable
            password: ""
            """
        let config = """
            #@ load("@ytt:data", "data")
            ---
            apiVersion: apps/v1
            kind: StatefulSet
            metadata:
              name: db
              namespace: #@ data.values.namespace
            spec:
              serviceName: db
              selector: {matchLabels: {app: \(selector)}}
              template: {spec: {containers: [{name: db, image: "example.com/\(image)"}]}}
              volumeClaimTemplates:
              - metadata: {name: data, annotations: {kapp.k14s.io/owned-for-deletion: ""}}
                spec:
                  accessModes: [ReadWriteOnce]
                  resources:
                    requests:
                      storage: #@ data.values.\(values)
            ---
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: {name: files, namespace: elsewhere}
            spec: {resources: {requests: {storage: 5Gi}}}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: web}
            ---
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: things.example.com}
            spec: {group: example.com, scope: Cluster, names: {kind: Thing}, versions: [{name: v1}]}
            """
        let registration = try PackageRegistration([SourceDocument(name: "package.yaml", text: package)])
        return PackageFiles(
            package: try #require(registration.packages.first), values: "",
            files: [
                "config/all.yaml": Array(config.utf8), "config/schema.yaml": Array(valuesSchema.utf8),
            ])
    }

    @Test func tellsWhatAPackageMakesAndWhatWillHurt() throws {
        let review = PackageReviewer.review(try Self.files("1.0.0"), hasMetadata: false).review
        #expect(review.objects.map(\.kind).contains("apps/v1 StatefulSet"))
        #expect(review.objectCount == 4, "\(review.findings)")
        #expect(review.images.map(\.reference) == ["example.com/app:1.0.0"])
        #expect(review.images.first?.usedBy == ["statefulset/db"])
        #expect(review.definitions == ["things.example.com (v1)"])
        #expect(review.clusterScoped == ["clusterrole/web"])
        try #require(review.claims.map(\.name) == ["files", "data"])
        #expect(review.claims[0].deletedBy.first == "uninstall with --delete-data")
        #expect(review.claims[1].deletedBy == ["kapp.k14s.io/owned-for-deletion: kapp deletes it with the service"])
        #expect(review.values.map(\.path) == ["dbSize", "namespace", "password"])
        #expect(review.constraints == ["Kubernetes >=1.25.0", "vSphere 8 (packaged with Carvel)"])
        let found = review.findings.map { "\($0.severity.rawValue) \($0.rule) \($0.subject)" }
        #expect(
            found.sorted() == [
                "warning claim-template-from-values statefulset/db", "warning images-lock .imgpkg/images.yml",
                "warning metadata ", "warning missing-default password",
                "warning namespace persistentvolumeclaim/files",
                "warning owned-for-deletion template of statefulset/db: data",
                "warning tag-instead-of-digest example.com/app:1.0.0",
            ])
        #expect(!review.hasErrors)
    }

    @Test func valuesThatDoNotFitAreErrors() throws {
        let review = PackageReviewer.review(try Self.files("1.0.0"), values: ["dbSize": 5, "typo": true]).review
        #expect(review.hasErrors)
        #expect(review.findings.contains { $0.rule == "values" && $0.subject == "dbSize" })
        #expect(review.findings.contains { $0.rule == "unknown-value" && $0.subject == "typo" })
        #expect(review.findings.contains { $0.rule == "rendering" && $0.severity == .error })
    }

    @Test func comparesTwoVersions() throws {
        let old = PackageReviewer.review(try Self.files("1.0.0"))
        let new = PackageReviewer.review(
            try Self.files(
                "2.0.0", values: "databaseSize", image: "app:2.0.0", selector: "database",
                schema: "{databaseSize: {type: string, default: 1Gi}, namespace: {type: string, default: other}, "
                    + "extra: {type: boolean, default: false}}"))
        let comparison = PackageComparer.compare(old, new)
        #expect(comparison.valuesAdded.map(\.path) == ["databaseSize", "extra"])
        #expect(comparison.valuesRemoved.map(\.path) == ["dbSize", "password"])
        #expect(comparison.defaultsChanged.map(\.path) == ["namespace"])
        #expect(comparison.objectsChanged.map(\.object).first?.hasPrefix("statefulset/db") == true)
        #expect(comparison.images.map(\.name) == ["app"])
        #expect(comparison.images.first?.old == "example.com/app:1.0.0")
        #expect(comparison.images.first?.new == "example.com/app:2.0.0")
        #expect(comparison.immutable.map(\.field) == ["spec.selector"])
        #expect(comparison.immutable.first?.consequence == "the API server refuses the update")
        #expect(ReviewLines.lines(new.review, comparison: comparison).contains { $0.hasPrefix("image app: ") })
    }

    @Test func aValueThatMovedIsARename() throws {
        let old = PackageReviewer.review(
            try Self.files("1.0.0", schema: "{storageSize: {type: string, default: 1Gi}}"))
        let new = PackageReviewer.review(
            try Self.files(
                "1.1.0", schema: "{storage: {type: object, properties: {storageSize: {type: string, default: 1Gi}}}}"))
        let comparison = PackageComparer.compare(old, new)
        #expect(comparison.valuesRenamed.map { "\($0.from) \($0.to)" } == ["storageSize storage.storageSize"])
        #expect(comparison.valuesAdded.isEmpty && comparison.valuesRemoved.isEmpty)
    }
}
