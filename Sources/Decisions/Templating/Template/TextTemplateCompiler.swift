/// Turns the pieces of a text template into a program.
enum TextTemplateCompiler {
    static func compile(_ text: String, source: SourceFile, number: Int) throws(TemplateError) -> CompiledTemplate {
        var template = CompiledTemplate(file: source.name, number: number)
        compile(try TextTemplateParser.parse(text, start: Position(line: 1, source: source)), into: &template)
        return template
    }

    static func compile(_ given: [TextPiece], into template: inout CompiledTemplate) {
        let pieces = trimmed(given)
        let instructions = template.instructions
        let root = template.add(.text(TextNode(isRoot: true)), parent: -1)
        template.emit(instructions.setContextType(.text))
        template.emit(instructions.startContext(.text))
        template.emit(instructions.startNode(root))
        for piece in pieces {
            let source = SourceLine(position: piece.position, content: piece.content)
            if !piece.isCode {
                let tag = template.add(.text(TextNode(isRoot: false, content: piece.content)), parent: root)
                template.emit(instructions.startNode(tag), source)
                template.emit(instructions.setNode(tag), source)
                continue
            }
            var code = piece.content[...]
            let prints = code.hasPrefix("=") || code.hasPrefix("-=")
            if code.hasPrefix("-=") { code = code.dropFirst(2) }
            if code.hasPrefix("=") { code = code.dropFirst() }
            if code.hasPrefix("-") { code = code.dropFirst() }
            if code.hasSuffix("-") { code = code.dropLast() }
            if prints {
                let tag = template.add(.text(TextNode(isRoot: false)), parent: root)
                template.emit(instructions.startNode(tag), source)
                template.emit(instructions.setNode(tag, code: String(code)), source)
            } else {
                for (offset, line) in code.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                    var position = piece.position
                    position.line += offset
                    template.emit(String(line), SourceLine(position: position, content: String(line)))
                }
            }
        }
        template.emit(instructions.endContext)
    }

    /// `(@-` and `-@)` take the blanks of the text beside them.
    private static func trimmed(_ given: [TextPiece]) -> [TextPiece] {
        var pieces = given
        for index in pieces.indices where pieces[index].isCode {
            if pieces[index].content.hasPrefix("-"), index > 0, !pieces[index - 1].isCode {
                pieces[index - 1].content = StarlarkBytes.trim(
                    pieces[index - 1].content, left: false, right: true, StarlarkBytes.isSpace)
            }
            if pieces[index].content.hasSuffix("-"), index + 1 < pieces.count, !pieces[index + 1].isCode {
                pieces[index + 1].content = StarlarkBytes.trim(
                    pieces[index + 1].content, left: true, right: false, StarlarkBytes.isSpace)
            }
        }
        return pieces
    }
}
