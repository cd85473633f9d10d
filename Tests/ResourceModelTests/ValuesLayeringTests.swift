import FleetModel
import ResourceModel
import Testing

/// How values are laid over those in force.
@Suite struct ValuesLayeringTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var base: String = "{}"
        var documents: [String] = []
        var set: [String] = []
        var result: String
    }

    @Test(arguments: [
        Case(
            testDescription: "mappings merge, lists and scalars replace", base: "a: {b: 1, c: [1, 2]}\nd: 1",
            documents: ["a: {c: [3]}\nd: 2"], result: "a: {b: 1, c: [3]}\nd: 2"),
        Case(
            testDescription: "null unsets", base: "a: {b: 1, c: 2}", documents: ["a: {b: null}\nx: null"],
            result: "a: {c: 2}"),
        Case(
            testDescription: "later documents win", documents: ["a: 1\nb: 1", "a: 2\n---\nb: 3"], result: "a: 2\nb: 3"),
        Case(
            testDescription: "pairs come after documents", documents: ["a: 1"], set: ["a=2", "b.c=true", "b.d='7'"],
            result: "a: 2\nb: {c: true, d: '7'}"),
        Case(
            testDescription: "a list by index", base: "a: [{n: 1}]", set: ["a[0].n=2", "a[1].n=3"],
            result: "a: [{n: 2}, {n: 3}]"),
        Case(testDescription: "an escaped dot", set: [#"a\.b/c=x"#], result: "a.b/c: x"),
        Case(testDescription: "nothing right of the sign", set: ["a="], result: "a: ''"),
        Case(
            testDescription: "null unsets by path", base: "a: {b: 1, c: 2}", set: ["a.b=null", "z.y=null"],
            result: "a: {c: 2}"),
        Case(testDescription: "an empty document", base: "a: 1", documents: ["", "# nothing\n"], result: "a: 1"),
    ])
    func laysValues(_ example: Case) throws {
        let result = try ValuesLayering.layered(
            base: YAMLDocuments.readOne(example.base), documents: example.documents, set: example.set)
        #expect(result == (try YAMLDocuments.readOne(example.result)))
    }

    @Test(arguments: ["a", "=1", "a..b=1", "a[x]=1", "a[0]b=1", "a[3]=1", "a={"])
    func aPairThatCannotBeReadIsNamed(_ pair: String) {
        let error = #expect(throws: FleetError.self) {
            try ValuesLayering.layered(base: .object([:]), documents: [], set: [pair])
        }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.hasPrefix("--set ") == true)
    }

    @Test(arguments: ["- a", "just text", "a: [", "{"]) func aDocumentThatIsNoMappingIsRefused(_ text: String) {
        let error = #expect(throws: FleetError.self) {
            try ValuesLayering.layered(base: .object([:]), documents: ["a: 1", text], set: [])
        }
        #expect(error?.message.hasPrefix("values document 2") == true)
    }

    @Test func aDocumentIsCalledByItsName() {
        let error = #expect(throws: FleetError.self) {
            try ValuesLayering.layered(
                base: .object([:]), documents: ["a: 1", "a: ["], names: ["one.yaml", "two.yaml"], set: [])
        }
        #expect(error?.message.hasPrefix("two.yaml: ") == true)
    }

    @Test(arguments: [("a.b", "one.yaml"), ("a.c", "two.yaml"), ("d[0].e", "--set d"), ("x", "nothing")])
    func aValueIsTracedToWhatSetIt(path: String, origin: String) {
        let found = ValuesLayering.origin(
            of: path, documents: ["a: {b: 1, c: 1}", "a: {c: 2}"], names: ["one.yaml", "two.yaml"], set: ["d=[{e: 1}]"])
        #expect(found ?? "nothing" == origin)
    }
}
