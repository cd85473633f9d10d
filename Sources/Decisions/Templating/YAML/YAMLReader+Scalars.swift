extension YAMLReader {
    /// A scalar, alias or flow collection.
    mutating func parseInline(parentIndent: Int, properties: YAMLProperties) throws(TemplateError) -> YAMLValue {
        try countNode()
        guard index < bytes.count else { return try resolve("", properties.tag, plain: true) }
        let value: YAMLValue
        switch bytes[index] {
        case UInt8(ascii: "*"): return try parseAlias()
        case UInt8(ascii: "["): value = try parseFlowSequence()
        case UInt8(ascii: "{"): value = try parseFlowMapping()
        case UInt8(ascii: "\""): value = try resolve(try parseDoubleQuoted(), properties.tag, plain: false)
        case UInt8(ascii: "'"): value = try resolve(try parseSingleQuoted(), properties.tag, plain: false)
        case UInt8(ascii: "@"), UInt8(ascii: "`"), UInt8(ascii: "%"), 9:
            throw fail("found character that cannot start any token")
        case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"):
            throw fail("did not find expected node content")
        default: value = try resolve(parsePlain(parentIndent: parentIndent), properties.tag, plain: true)
        }
        if let anchor = properties.anchor { anchors[anchor] = value }
        return value
    }

    // MARK: plain scalars

    /// Lines of a plain scalar, folded. A key's scalar (`parentIndent` huge) ends with its line.
    private mutating func parsePlain(parentIndent: Int) throws(TemplateError) -> String {
        var result: [UInt8] = takePlainLine()
        while index < bytes.count, bytes[index] == 10 {
            let saved = (index, line, lineStart)
            var breaks = 0
            while index < bytes.count, bytes[index] == 10 || isBlank(bytes[index]) {
                if bytes[index] == 10 {
                    takeNewLine()
                    breaks += 1
                } else {
                    index += 1
                }
            }
            let ends =
                index >= bytes.count || (flowLevel == 0 && column <= parentIndent) || atDocumentEnd()
                || bytes[index] == UInt8(ascii: "#") || startsIndicator()
            if ends {
                (index, line, lineStart) = saved
                break
            }
            if breaks == 1 {
                result.append(32)
            } else {
                result.append(contentsOf: Array(repeating: 10, count: breaks - 1))
            }
            result.append(contentsOf: takePlainLine())
            if flowLevel == 0, index < bytes.count, bytes[index] == UInt8(ascii: ":") {
                throw fail("mapping values are not allowed in this context")
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// In flow context a line that begins with a flow indicator ends a plain scalar.
    private func startsIndicator() -> Bool {
        guard flowLevel > 0 else { return false }
        switch bytes[index] {
        case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "{"): return true
        case UInt8(ascii: ":"): return isBlankOrEnd(index + 1)
        default: return false
        }
    }

    private mutating func takePlainLine() -> [UInt8] {
        let start = index
        var end = index
        while index < bytes.count {
            let byte = bytes[index]
            if byte == 10 { break }
            if byte == UInt8(ascii: ":") {
                if isBlankOrEnd(index + 1) { break }
                if flowLevel > 0, [44, 91, 93, 123, 125].contains(bytes[index + 1]) { break }
            }
            if byte == UInt8(ascii: "#"), index > start, isBlank(bytes[index - 1]) { break }
            if flowLevel > 0, [44, 91, 93, 123, 125].contains(byte) { break }
            index += 1
            if !isBlank(byte) { end = index }
        }
        index = end
        // A comment after the scalar is read by whoever goes on; a line end must be seen from here.
        var after = end
        while after < bytes.count, isBlank(bytes[after]) { after += 1 }
        if after < bytes.count, bytes[after] == 10 { index = after }
        return Array(bytes[start..<end])
    }

    // MARK: quoted scalars

    private mutating func parseSingleQuoted() throws(TemplateError) -> String {
        advance()
        var result: [UInt8] = []
        while true {
            guard index < bytes.count else { throw fail("found unexpected end of stream") }
            let byte = bytes[index]
            if byte == UInt8(ascii: "'") {
                if index + 1 < bytes.count, bytes[index + 1] == byte {
                    result.append(byte)
                    index += 2
                    continue
                }
                advance()
                return String(decoding: result, as: UTF8.self)
            }
            if byte == 10 {
                try foldQuotedBreak(into: &result)
            } else {
                result.append(byte)
                index += 1
            }
        }
    }

    /// A line end inside quotes: blanks around it go, one break becomes a blank, more become one fewer breaks.
    private mutating func foldQuotedBreak(into result: inout [UInt8], keepFrom: Int = 0) throws(TemplateError) {
        while result.count > keepFrom, let last = result.last, isBlank(last) { result.removeLast() }
        var breaks = 0
        while index < bytes.count, bytes[index] == 10 || isBlank(bytes[index]) {
            if bytes[index] == 10 {
                takeNewLine()
                breaks += 1
                if atDocumentEnd() { throw fail("found unexpected document indicator") }
            } else {
                index += 1
            }
        }
        if breaks == 1 { result.append(32) } else { result.append(contentsOf: Array(repeating: 10, count: breaks - 1)) }
    }

    private mutating func parseDoubleQuoted() throws(TemplateError) -> String {
        advance()
        var result: [UInt8] = []
        var keepFrom = 0
        while true {
            guard index < bytes.count else { throw fail("found unexpected end of stream") }
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "\""):
                advance()
                return String(decoding: result, as: UTF8.self)
            case UInt8(ascii: "\\"):
                advance()
                if index < bytes.count, bytes[index] == 10 {
                    takeNewLine()
                    while index < bytes.count, isBlank(bytes[index]) { index += 1 }
                } else {
                    try takeEscape(into: &result)
                }
                keepFrom = result.count
            case 10: try foldQuotedBreak(into: &result, keepFrom: keepFrom)
            default:
                result.append(byte)
                index += 1
            }
        }
    }

    private mutating func takeEscape(into result: inout [UInt8]) throws(TemplateError) {
        guard index < bytes.count else { throw fail("found unexpected end of stream") }
        let byte = bytes[index]
        advance()
        let simple: [UInt8: [UInt8]] = [
            48: [0], 97: [7], 98: [8], 116: [9], 9: [9], 110: [10], 118: [11], 102: [12], 114: [13], 101: [27],
            32: [32],
            34: [34], 47: [47], 92: [92], 78: [0xC2, 0x85], 95: [0xC2, 0xA0], 76: [0xE2, 0x80, 0xA8],
            80: [0xE2, 0x80, 0xA9], 39: [39],
        ]
        if let replacement = simple[byte] {
            result.append(contentsOf: replacement)
            return
        }
        let lengths: [UInt8: Int] = [120: 2, 117: 4, 85: 8]
        guard let length = lengths[byte] else { throw fail("found unknown escape character") }
        guard index + length <= bytes.count,
            let code = UInt32(String(decoding: bytes[index..<index + length], as: UTF8.self), radix: 16)
        else { throw fail("did not find expected hexdecimal number") }
        guard let scalar = Unicode.Scalar(code) else { throw fail("found invalid Unicode character escape code") }
        index += length
        result.append(contentsOf: Array(String(Character(scalar)).utf8))
    }

    // MARK: block scalars

    mutating func parseBlockScalar(parentIndent: Int) throws(TemplateError) -> String {
        let folded = bytes[index] == UInt8(ascii: ">")
        advance()
        var keep: Bool?
        var explicitIndent: Int?
        while index < bytes.count, !isBlankOrEnd(index) {
            switch bytes[index] {
            case UInt8(ascii: "+"): keep = true
            case UInt8(ascii: "-"): keep = false
            case UInt8(ascii: "1")...UInt8(ascii: "9"): explicitIndent = Int(bytes[index]) - 48
            default: throw fail("did not find expected comment or line break")
            }
            advance()
        }
        skipBlanks()
        guard atLineEnd else { throw fail("did not find expected comment or line break") }
        if index < bytes.count { takeNewLine() }
        let base = max(parentIndent, 0)
        let indent = explicitIndent.map { parentIndent >= 0 ? base + $0 : $0 } ?? detectIndent(least: parentIndent + 1)
        var lines: [[UInt8]] = []
        while index < bytes.count {
            var at = index
            while at < bytes.count, bytes[at] == 32, at - lineStart < indent { at += 1 }
            let isBreak = at < bytes.count && bytes[at] == 10
            if !isBreak, at - lineStart < indent || at >= bytes.count { break }
            if !isBreak, indent == 0, atDocumentEnd() { break }
            let start = at
            while at < bytes.count, bytes[at] != 10 { at += 1 }
            lines.append(Array(bytes[start..<at]))
            index = at
            if index < bytes.count { takeNewLine() } else { break }
        }
        return Self.joinBlock(lines, folded: folded, keep: keep, endsWithBreak: index == lineStart)
    }

    private func detectIndent(least: Int) -> Int {
        var at = index
        var start = index
        var widest = 0
        while at < bytes.count {
            if bytes[at] == 32 {
                at += 1
            } else if bytes[at] == 10 {
                widest = max(widest, at - start)
                at += 1
                start = at
            } else {
                break
            }
        }
        widest = max(widest, at < bytes.count ? at - start : 0)
        return max(at < bytes.count ? at - start : widest, least, 1)
    }

    private static func joinBlock(_ lines: [[UInt8]], folded: Bool, keep: Bool?, endsWithBreak: Bool) -> String {
        var content = lines
        var trailing = 0
        while let last = content.last, last.isEmpty {
            content.removeLast()
            trailing += 1
        }
        var result: [UInt8] = []
        if folded {
            result = fold(content)
        } else {
            for (number, line) in content.enumerated() {
                if number > 0 { result.append(10) }
                result.append(contentsOf: line)
            }
        }
        let hasFinalBreak = !content.isEmpty && (endsWithBreak || trailing > 0)
        switch keep {
        case .some(true):
            result.append(contentsOf: Array(repeating: 10, count: trailing + (hasFinalBreak ? 1 : 0)))
        case .some(false): break
        case nil: if hasFinalBreak { result.append(10) }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// `>`: single breaks between lines that are not indented more become blanks.
    private static func fold(_ lines: [[UInt8]]) -> [UInt8] {
        var result: [UInt8] = []
        var emptyLines = 0
        var previousIndented = true
        var first = true
        for line in lines {
            if line.isEmpty {
                emptyLines += 1
                continue
            }
            let indented = line[0] == 32 || line[0] == 9
            if first {
                result.append(contentsOf: Array(repeating: 10, count: emptyLines))
            } else if previousIndented || indented {
                result.append(contentsOf: Array(repeating: 10, count: emptyLines + 1))
            } else if emptyLines == 0 {
                result.append(32)
            } else {
                result.append(contentsOf: Array(repeating: 10, count: emptyLines))
            }
            first = false
            emptyLines = 0
            previousIndented = indented
            result.append(contentsOf: line)
        }
        return result
    }
}
