import FleetModel
import Reconciliation
import ResourceModel
import Testing

struct ValuesTests {
    private func yaml(_ text: String) throws -> Value { try YAMLDocuments.readOne(text) }

    @Test func mergesMapsReplacesListsAndUnsetsNulls() throws {
        let merged = ValuesMerge.merged([
            try yaml("{a: {b: 1, c: 2}, list: [1, 2], gone: x}"), .null,
            try yaml("{a: {c: 3, d: {e: null, f: 1}}, list: [9], gone: null}"),
        ])
        #expect(merged == (try yaml("{a: {b: 1, c: 3, d: {f: 1}}, list: [9]}")))
    }

    @Test(arguments: [
        ("a.b=5", "{a: {b: 5}, l: [{n: x}]}"), ("a.b=60Gi", "{a: {b: 60Gi}, l: [{n: x}]}"),
        ("l[0].n=y", "{a: {b: 1}, l: [{n: y}]}"), ("l[1].n=z", "{a: {b: 1}, l: [{n: x}, {n: z}]}"),
        ("a.b=null", "{a: {}, l: [{n: x}]}"), ("a.b=[1, 2]", "{a: {b: [1, 2]}, l: [{n: x}]}"),
        (#"a.x\.y=true"#, "{a: {b: 1, x.y: true}, l: [{n: x}]}"), ("l[0]=null", "{a: {b: 1}, l: []}"),
        ("a.b=\"5\"", "{a: {b: '5'}, l: [{n: x}]}"), ("a.b=k=v", "{a: {b: k=v}, l: [{n: x}]}"),
    ])
    func appliesAssignments(assignment: String, result: String) throws {
        let values = try yaml("{a: {b: 1}, l: [{n: x}]}")
        #expect(try ValuesMerge.setting(assignment, in: values) == (try yaml(result)))
    }

    @Test(arguments: ["a", "=1", "a..b=1", "a[x]=1", "a.b.c=1", "l[7]=1", "l.x=1", "[0]=1", "a[0]b=1"])
    func refusesAssignmentsThatAreNone(assignment: String) throws {
        let values = try yaml("{a: {b: 1}, l: [{n: x}]}")
        let error = #expect(throws: FleetError.self) { try ValuesMerge.setting(assignment, in: values) }
        #expect(error?.code == .invalidArgument)
    }

    @Test func readsTheTypeFromTheSchema() throws {
        let schema = try yaml("{properties: {version: {type: string}, n: {type: integer}}}")
        let values = try ValuesMerge.setting("version=1.10", in: .null, schema: schema)
        #expect(values == ["version": "1.10"])
        #expect(try ValuesMerge.setting("n=3", in: values, schema: schema)["n"] == 3)
    }

    @Test func listsWhatDiffers() throws {
        let changes = ValuesMerge.changes(
            from: try yaml("{a: {b: 1, c: 2}, d: [1]}"), to: try yaml("{a: {b: 1, c: 3}, d: [1, 2], e: {f: x}}"))
        #expect(changes.map(\.description) == ["a.c: 2 → 3", "d: [1] → [1,2]", "e.f: (not set) → x"])
    }

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
