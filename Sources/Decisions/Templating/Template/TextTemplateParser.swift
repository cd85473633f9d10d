/// Cuts text at `(@` and `@)`.
enum TextTemplateParser {
    static func parse(_ text: String, start: Position) throws(TemplateError) -> [TextPiece] {
        let bytes = Array(text.utf8)
        var pieces: [TextPiece] = []
        var isCode = false
        var from = 0
        var pieceLine = 1
        var line = 1
        var column = 1
        var previous: UInt8 = 0
        func position(_ line: Int) -> Position {
            Position(line: start.isKnown ? start.line + line - 1 : line, source: start.source)
        }
        func content(_ end: Int) -> String { String(decoding: bytes[from..<max(from, end)], as: UTF8.self) }
        for (index, byte) in bytes.enumerated() {
            if previous == UInt8(ascii: "("), byte == UInt8(ascii: "@") {
                if isCode {
                    throw TemplateError("Unexpected code opening '(@' at line \(line) col \(column)")
                }
                pieces.append(TextPiece(isCode: false, content: content(index - 1), position: position(pieceLine)))
                (isCode, from, pieceLine) = (true, index + 1, line)
            }
            if previous == UInt8(ascii: "@"), byte == UInt8(ascii: ")") {
                if !isCode {
                    throw TemplateError("Unexpected code closing '@)' at line \(line) col \(column)")
                }
                pieces.append(TextPiece(isCode: true, content: content(index - 1), position: position(pieceLine)))
                (isCode, from, pieceLine) = (false, index + 1, line)
            }
            if byte == 10 {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
            previous = byte
        }
        if isCode { throw TemplateError("Missing code closing '@)' at line \(line) col \(column)") }
        pieces.append(TextPiece(isCode: false, content: content(bytes.count), position: position(pieceLine)))
        return pieces
    }
}
