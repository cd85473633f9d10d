extension YAMLReader {
    var column: Int { index - lineStart }

    func here() -> Position { Position(line: line, source: source) }

    func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 }

    /// Whether a blank, a line end or the end of the text is at `at`.
    func isBlankOrEnd(_ at: Int) -> Bool {
        at >= bytes.count || bytes[at] == 32 || bytes[at] == 10 || bytes[at] == 9
    }

    mutating func advance(_ count: Int = 1) { index += count }

    mutating func takeNewLine() {
        index += 1
        line += 1
        lineStart = index
    }

    func fail(_ message: String) -> TemplateError {
        var error = TemplateError("yaml: line \(line): \(message)", file: source.name, line: line)
        if index >= bytes.count, column == 0, line > 1 {
            error.message = "yaml: line \(line - 1): \(message)"
            error.line = line - 1
        }
        return error
    }

    func atDocumentMarker(_ byte: UInt8) -> Bool {
        column == 0 && index + 2 < bytes.count && bytes[index] == byte && bytes[index + 1] == byte
            && bytes[index + 2] == byte && isBlankOrEnd(index + 3)
    }

    func atDocumentEnd() -> Bool {
        atDocumentMarker(UInt8(ascii: "-")) || atDocumentMarker(UInt8(ascii: "."))
    }

    /// Passes blanks, comments and line ends; tells whether a line end was passed.
    @discardableResult
    mutating func skipToToken() -> Bool {
        var newLine = false
        while index < bytes.count {
            switch bytes[index] {
            case 32: index += 1
            case 9:
                // Tabs may stand between tokens but do not indent: whoever reads on refuses them.
                if flowLevel == 0, newLine, bytes[lineStart..<index].allSatisfy({ $0 == 32 }) { return newLine }
                index += 1
            case 10:
                takeNewLine()
                newLine = true
            case UInt8(ascii: "#") where index == lineStart || isBlank(bytes[index - 1]): takeComment()
            default: return newLine
            }
        }
        return newLine
    }

    /// Passes blanks and a comment, but no line end.
    mutating func skipBlanks() {
        while index < bytes.count {
            switch bytes[index] {
            case 32, 9: index += 1
            case UInt8(ascii: "#") where index == lineStart || isBlank(bytes[index - 1]): takeComment()
            default: return
            }
        }
    }

    var atLineEnd: Bool { index >= bytes.count || bytes[index] == 10 }

    private mutating func takeComment() {
        let start = index + 1
        while index < bytes.count, bytes[index] != 10 { index += 1 }
        comments.append(YAMLComment(text: String(decoding: bytes[start..<index], as: UTF8.self), position: here()))
    }

    mutating func enter() throws(TemplateError) {
        depth += 1
        if depth > limits.yamlDepth { throw limits.exceeded("yamlDepth", limits.yamlDepth) }
    }

    mutating func countNode() throws(TemplateError) {
        nodes += 1
        if nodes > limits.nodes { throw limits.exceeded("nodes", limits.nodes) }
    }
}
