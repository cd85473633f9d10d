import ResourceModel
import Testing

@Suite struct JSONTests {
    @Test func tellsIntegersFromFloatingPoint() throws {
        #expect(try JSONReader.read("[1, 1.0, -0, 1e2]") == [.int(1), .double(1), .int(0), .double(100)])
    }

    @Test func readsEscapesAndSurrogatePairs() throws {
        #expect(try JSONReader.read(#""a\n\u00e9\ud83d\ude00/\/""#) == "a\né😀//")
    }

    @Test func notesDuplicateKeysByPath() throws {
        let read = try JSONReader.readNotingDuplicates(Array(#"{"a":{"b":1,"b":2},"c":[{"d":1,"d":1}]}"#.utf8))
        #expect(read.duplicates == ["a.b", "c.[0].d"])
        #expect(read.value[at: "a", "b"] == 2)
    }

    @Test(arguments: ["", "{", #"{"a"}"#, "[1,]", "01", "1.", "nul", "\"\u{1}\"", "[1] x", "-", #""\x""#])
    func refusesWhatIsNotJSON(text: String) {
        #expect(throws: JSONError.self) { try JSONReader.read(text) }
    }

    @Test func endsDeepNestingInAnError() {
        #expect(throws: JSONError.self) { try JSONReader.read(String(repeating: "[", count: 100_000)) }
    }

    @Test func writesSortedCompactText() {
        #expect(JSONWriter.text(["b": [1, nil, true], "a": "x/\"\u{1}"]) == #"{"a":"x/\"\u0001","b":[1,null,true]}"#)
    }
}

@Suite struct YAMLTests {
    @Test func readsScalarsAsKubernetesDoes() throws {
        let value = try YAMLDocuments.readOne("a: 010\nb: 1.5\nc: yes\nd: ~\ne: \"1\"\nf: 0x1F\ng: 5GB0\nh: 1e3")
        #expect(
            value == [
                "a": 8, "b": 1.5, "c": "yes", "d": nil, "e": "1", "f": 31, "g": "5GB0", "h": .double(1000),
            ])
    }

    @Test func namesTheLineOfTheMappingWithAnError() {
        #expect(throws: YAMLError(message: "key \"a\" already set in map", line: 1)) {
            try YAMLDocuments.readOne("a: 1\na: 2")
        }
    }

    @Test(arguments: [
        "true", "1", "", "~", "a: b", "- x", "x #y", " lead", "tail ", "multi\nline\n", "no\nend", "\n\nx", "'q'",
        "\"d\"", "2020-01-01", "a\\b", "@at", "0x1f", "tab\there", "é", "1e3", "-", ":", "x:", "a\n\n\n",
    ])
    func stringsSurviveTheRoundTrip(text: String) throws {
        let value: Value = ["k": .string(text), "l": [.string(text)]]
        #expect(try YAMLDocuments.readOne(YAMLWriter.text(value)) == value)
    }
}
