import FleetModel
import ResourceModel
import Testing

@Suite struct ValuesMergeTests {
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
        #expect(try ValuesMerge.setting("version='2'", in: values, schema: schema) == ["version": "2"])
        #expect(try ValuesMerge.setting("version=null", in: values, schema: schema) == .object([:]))
        #expect(try ValuesMerge.setting("n=3", in: values, schema: schema)["n"] == 3)
    }

    @Test func aPathThatStepsIntoAScalarIsNamed() throws {
        let error = #expect(throws: FleetError.self) {
            try ValuesMerge.setting("log.level.name=x", in: ["log": ["level": "info"]])
        }
        #expect(error?.message == "--set log.level.name cannot be set")
        #expect(error?.reason == "'name' would be inside a string")
    }

    @Test func listsWhatDiffers() throws {
        let changes = ValuesMerge.changes(
            from: try yaml("{a: {b: 1, c: 2}, d: [1]}"), to: try yaml("{a: {b: 1, c: 3}, d: [1, 2], e: {f: x}}"))
        #expect(changes.map(\.description) == ["a.c: 2 → 3", "d: [1] → [1,2]", "e.f: (not set) → x"])
    }
}
