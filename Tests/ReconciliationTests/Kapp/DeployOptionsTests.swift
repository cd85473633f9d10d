import Reconciliation
import ResourceModel
import Testing

struct DeployOptionsTests {
    static let object: Value = [
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a", "namespace": "one"],
    ]

    static func set(_ documents: [Value], _ change: (inout DeployOptions) -> Void) throws -> ManifestSet {
        var options = DeployOptions()
        change(&options)
        return try ManifestSet(documents: documents, defaultNamespace: "svc", deploy: options) { _ in true }
    }

    @Test func namespacesAreMovedAsKappMovesThem() throws {
        #expect(try Self.set([Self.object]) { $0.intoNamespace = "two" }.objects.map(\.objectNamespace) == ["two"])
        #expect(
            try Self.set([Self.object]) { $0.mappedNamespaces = ["one": "three"] }.objects.map(\.objectNamespace)
                == ["three"])
        let error = #expect(throws: KappError.self) {
            try Self.set([Self.object]) { $0.mappedNamespaces = ["svc": "three"] }
        }
        #expect(error?.text == "Expected to find mapped namespace for 'one'")
    }

    @Test func nothingIsWaitedForWhenThePackageSaysSo() throws {
        let manifests = try Self.set([Self.object]) { $0.waits = false }
        let changes = try ChangeSet(declared: manifests, live: .init(labelled: []), labelValue: "1").changes
        #expect(changes.map(\.waiting) == [.noop])
    }

    @Test func anEmptySetNeedsThePackagesWord() throws {
        #expect(throws: KappError.self) { try Self.set([]) { _ in } }
        #expect(try Self.set([]) { $0.allowsEmpty = true }.objects.isEmpty)
    }
}
