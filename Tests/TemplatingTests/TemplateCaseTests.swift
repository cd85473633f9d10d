internal import Foundation
internal import Templating
internal import TestSupport
internal import Testing

/// Cases of ytt's own suites.
@Suite(.enabled(if: TestData.exists("ytt"), "no shared test data"))
struct TemplateCaseTests {
    /// Cases that do not pass; each must go on failing, so that the list shrinks and never hides a success.
    static let knownFailures: Set<String> = []

    static let values = """
        int: 123
        intNeg: -49
        float: 123.123
        t: true
        f: false
        nullz: null
        string: string
        map: {a: 123}
        list: [a, 123, {a: 123}]
        """

    static let cases: [String] = {
        guard let root = TestData.root?.appendingPathComponent("ytt"),
            let walker = FileManager.default.enumerator(atPath: root.path)
        else { return [] }
        return walker.compactMap { $0 as? String }.filter { $0.hasSuffix(".tpltest") || $0.hasSuffix(".txt") }.sorted()
    }()

    @Test(arguments: cases)
    func doesAsYttDoes(name: String) throws {
        let failure = try failure(of: name)
        if Self.knownFailures.contains(name) {
            #expect(failure != nil, "passes now: take it off the list")
        } else if let failure {
            Issue.record("\(failure)")
        }
    }

    /// What is not as ytt has it; nil when the case passes.
    private func failure(of name: String) throws -> String? {
        let text = try TestData.text("ytt/\(name)")
        let isText = name.hasSuffix(".txt")
        let separator = isText ? "\n+++\n" : "\n+++\n\n"
        let pieces = text.components(separatedBy: separator)
        guard pieces.count == 2 else { return "not a case: \(pieces.count) pieces" }
        let template = isText ? pieces[0] : pieces[0]
        var expected = pieces[1]
        if isText, expected.hasPrefix("\n") { expected.removeFirst() }
        let file = TemplateFile(path: "stdin", text: template, markedAs: isText ? .textTemplate : .yamlTemplate)
        do {
            let result = try Ytt.evaluate(file, values: Self.values, validating: name.hasPrefix("validations"))
            if expected.hasPrefix("OUTPUT POSITION:") {
                let wanted = expected.dropFirst("OUTPUT POSITION:".count)
                return compare(trimmedLines(result.positions), trimmedLines(String(wanted)))
            }
            if expected.hasPrefix("ERR:") { return "succeeded, want \(expected)\n--- got\n\(result.text)" }
            return compare(trim(result.text), trim(expected))
        } catch {
            guard expected.hasPrefix("ERR:") else { return "failed: \(error)" }
            let wanted = String(expected.dropFirst("ERR:".count))
            return compare(trimmedLines(normalized(error.message)), trimmedLines(wanted))
        }
    }

    private func compare(_ actual: String, _ expected: String) -> String? {
        actual == expected ? nil : "got\n\(actual)\n--- want\n\(expected)"
    }

    private func trim(_ text: String) -> String { text.trimmingCharacters(in: .whitespacesAndNewlines) }

    /// Ends of lines and of the text do not count in messages.
    private func trimmedLines(_ text: String) -> String {
        trim(text).components(separatedBy: "\n").map { line in
            var line = line
            while line.last == " " { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }

    /// Template numbers are not part of a message; where a file is named first, the case's message begins later.
    private func normalized(_ message: String) -> String {
        var text = message.replacing(/__ytt_tpl\d+_/) { _ in "__ytt_tpl\(String(repeating: "X", count: 3))_" }
        for prefix in [
            "Compiling YAML template 'stdin': ", "Evaluating text template: ", "Parsing text template 'stdin': ",
        ] where text.hasPrefix(prefix) {
            text.removeFirst(prefix.count)
        }
        return text
    }
}
