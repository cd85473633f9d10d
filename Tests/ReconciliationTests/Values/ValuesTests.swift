import FleetModel
import Reconciliation
import ResourceModel
import Testing

struct ValuesTests {
    private func yaml(_ text: String) throws -> Value { try YAMLDocuments.readOne(text) }

    @Test func injectsTheNamespaceAndOnlyDeclaredWellKnownNames() throws {
        let schema = try yaml("{properties: {namespace: {type: string}, virtualIP: {type: string}, own: {}}}")
        let values = PlatformValues.injected(
            into: ["namespace": "mine", "own": 1], schema: schema, namespace: "svc-x-c8",
            properties: ["virtualIP": "10.0.0.9", "vcPort": "443", "odd": "x"])
        #expect(values == ["namespace": "svc-x-c8", "own": 1, "virtualIP": "10.0.0.9"])
        #expect(PlatformValues.wanted(schema: schema) == ["virtualIP"])
        #expect(
            PlatformValues.injected(into: .null, schema: .null, namespace: "n", properties: ["vcPort": "1"])
                == ["namespace": "n"])
        #expect(
            PlatformValues.injected(
                into: .null, schema: try yaml("{properties: {own: {}}}"), namespace: "n", properties: [:])
                == .object([:]))
    }

    @Test func effectiveValuesAreDefaultsUnderTheGivenOnes() throws {
        let schema = try yaml(
            "{properties: {a: {properties: {b: {default: 1}, c: {default: x}}}, l: {default: [1]}, n: {type: string}}}")
        #expect(
            PlatformValues.effective(values: try yaml("{a: {c: y}}"), schema: schema)
                == (try yaml("{a: {b: 1, c: y}, l: [1]}")))
    }
}
