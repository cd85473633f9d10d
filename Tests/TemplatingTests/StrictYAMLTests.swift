import Templating
import Testing

/// `library.get(…, strict=True)`: ytt's strict subset of YAML.
struct StrictYAMLTests {
    private static func render(_ text: String) throws(TemplateError) -> String {
        let main = """
            #@ load("@ytt:library", "library")
            #@ load("@ytt:template", "template")
            --- #@ template.replace(library.get("lib", strict=True).eval())
            """
        return try Ytt.render(
            RenderRequest(files: [
                TemplateFile(path: "main.yml", text: main), TemplateFile(path: "_ytt_lib/lib/a.yml", text: text),
            ])
        ).text
    }

    @Test(arguments: [
        ("a: YES", "Found 'YES' ambigious (could be !!str or !!bool)"),
        ("a: ~", "Found '~' ambigious (could be !!str or !!null)"),
        ("a: .nan", "Found '.nan' ambigious (could be !!str or !!float)"),
        ("a: 011", "Found '011' ambigious (could be !!str or !!int)"),
        ("a: -0b01", "Found '-0b01' ambigious (could be !!str or !!int)"),
        ("a: .1", "Found '.1' ambigious (could be !!str or !!float)"),
        ("a:\n  b:c", "Strings with colon must be explicitly quoted: 'b:c'"),
        ("a: 100\n  100", "Strings with whitespace must be explicitly quoted: '100 100'"),
        ("a---b: 1", "Strings with triple-dash must be explicitly quoted: 'a---b'"),
    ])
    func refusesWhatReadersDisagreeOn(text: String, message: String) {
        let error = #expect(throws: TemplateError.self) { try Self.render(text) }
        #expect(error?.message.contains("yaml: Strict parsing: \(message)") == true, "\(error?.message ?? "")")
    }

    @Test func takesPlainNumbersWordsAndQuotedText() throws {
        let text = "a: -1\nb: 0.5\nc: word\nd: \"a b\"\ne:\nf: true\ng: !!int 0b0010\n"
        #expect(try Self.render(text) == "a: -1\nb: 0.5\nc: word\nd: a b\ne: null\nf: true\ng: 2\n")
    }
}
