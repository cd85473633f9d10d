/// A parsed Go `text/template`, the templating of vSphere 7's service format.
///
/// Language and messages are those of Go's own engine; beside its built-in functions a few of the sprig library are
/// there (`b64enc`, `default`, `quote` …), which packages of the format are known to use.
package struct GoTemplate: Sendable {
    let name: String
    let text: [UInt8]
    let templates: [String: [GoNode]]

    /// Parses `text`; `name` is what errors call the file.
    package init(name: String, text: String, limits: RenderLimits = RenderLimits()) throws(TemplateError) {
        guard text.utf8.count <= limits.totalBytes else { throw limits.exceeded("totalBytes", limits.totalBytes) }
        self.name = name
        self.text = Array(text.utf8)
        templates = try GoParser.parse(text, name: name, functions: Set(GoFunctions.all.keys))
    }

    /// The template's output for `data`, which is `.` and `$`.
    package func render(_ data: GoValue, limits: RenderLimits = RenderLimits()) throws(TemplateError) -> String {
        var evaluator = GoEvaluator(template: self, data: data, limits: limits)
        try evaluator.run()
        return evaluator.output
    }

    /// `LINE:COLUMN` as Go counts them: lines from 1, bytes of the line from 0.
    func place(_ position: Int) -> (line: Int, column: Int) {
        let before = text[..<min(position, text.count)]
        let line = 1 + before.reduce(0) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        return (line, before.count - start)
    }
}
