import Templating
import Testing

/// `<<`: a merge when it stands as a plain key, text otherwise.
struct MergeKeyTests {
    private static func render(_ text: String) throws(TemplateError) -> String {
        try Ytt.render(RenderRequest(files: [TemplateFile(path: "a.yml", text: text)])).text
    }

    @Test func aQuotedKeyIsPrintedSoThatItIsReadAgain() throws {
        let printed = try Self.render("\"<<\": 1\na: <<\n")
        #expect(printed == "\"<<\": 1\na: \"<<\"\n")
        #expect(try Self.render(printed) == printed)
    }

    @Test func aSinglePairInASequenceMerges() throws {
        #expect(try Self.render("a: &a {b: 1}\nc: [<<: *a]\n") == "a:\n  b: 1\nc:\n- b: 1\n")
        let error = #expect(throws: TemplateError.self) { try Self.render("c: [<<: ]\n") }
        #expect(error?.message.contains("map merge requires map or sequence of maps as the value") == true)
    }
}
