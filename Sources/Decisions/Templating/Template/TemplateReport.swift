/// Puts the lines of templates to an error of their evaluation, as ytt prints it.
enum TemplateReport {
    private static let hints = [
        "undefined: true": "use 'True' instead of 'true' for boolean assignment",
        "undefined: false": "use 'False' instead of 'false' for boolean assignment",
        "got newline, want ':'": "missing colon at the end of 'if/for/def' statement?",
        "undefined: null": "use 'None' instead of 'null' to indicate no value",
        "undefined: nil": "use 'None' instead of 'nil' to indicate no value",
        "undefined: none": "use 'None' instead of 'none' to indicate no value",
        "unhandled index operation struct[string]": "use getattr(...) to access struct field programmatically",
    ]

    static func describe(_ error: TemplateError, templates: [String: CompiledTemplate]) -> TemplateError {
        var lines = [""]
        var result = TemplateError("")
        if error.isList {
            for (message, frame) in zip(error.message.split(separator: "\n"), error.frames) {
                lines.append(contentsOf: entry(String(message), [frame], templates, &result))
            }
        } else {
            lines.append(contentsOf: entry(error.message, error.frames.reversed(), templates, &result))
        }
        result.message = lines.joined(separator: "\n")
        return result
    }

    /// Checks made by ytt itself have no file; with one template only, ytt's own tests show that one's lines.
    private static func only(_ templates: [String: CompiledTemplate]) -> CompiledTemplate? {
        templates.count == 1 ? templates.first?.value : nil
    }

    private static func entry(
        _ message: String, _ frames: [StarlarkFrameInfo], _ templates: [String: CompiledTemplate],
        _ result: inout TemplateError
    ) -> [String] {
        let parts = message.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let topic = parts.first ?? ""
        var lines = ["- \(topic)\(hints[topic].map { " (hint: \($0))" } ?? "")"]
        for frame in frames where frame.line > 0 {
            guard let template = templates[frame.file] ?? only(templates),
                template.lines.indices.contains(frame.line - 1)
            else {
                continue
            }
            var pad = "    "
            if !frame.function.isEmpty {
                lines.append("\(pad)in \(frame.function)")
                pad += "  "
            }
            let line = template.lines[frame.line - 1]
            if let source = line.source {
                lines.append(pad + source.shown)
                if result.line == nil {
                    result.file = source.position.file
                    result.line = source.position.line
                }
                continue
            }
            if let before = template.lines[..<(frame.line - 1)].last(where: { $0.source != nil })?.source {
                lines.append("\(pad)\(before.position.compact) | \(before.content)")
            }
            lines.append("\(pad)\(frame.file):? | \(line.code) (generated)")
            if let after = template.lines[frame.line...].first(where: { $0.source != nil })?.source {
                lines.append("\(pad)\(after.position.compact) | \(after.content)")
            }
        }
        if parts.count > 1 {
            lines.append(contentsOf: ["", "    reason:"])
            lines.append(contentsOf: parts.dropFirst().map { "     \($0)" })
        }
        return lines
    }
}
