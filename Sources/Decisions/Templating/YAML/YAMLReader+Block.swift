extension YAMLReader {
    private static let dash = UInt8(ascii: "-")

    /// A node in block context at the cursor, which stands on a token.
    ///
    /// `parentIndent` is the column of the enclosing collection; a mapping may begin here when `onNewLine`, or after
    /// a dash (`compact`).
    mutating func parseBlockNode(
        parentIndent: Int, onNewLine: Bool, compact: Bool = false
    ) throws(TemplateError) -> YAMLValue {
        try enter()
        defer { depth -= 1 }
        let startLine = line
        let startIndex = index
        let properties = try parseProperties()
        if !properties.isEmpty {
            return try parseAfterProperties(
                properties, parentIndent: parentIndent, mayBeMapping: onNewLine || compact, startLine: startLine,
                startIndex: startIndex, isItem: compact)
        }
        return try parseContent(parentIndent: parentIndent, mayBeMapping: onNewLine || compact, properties: properties)
    }

    private mutating func parseAfterProperties(
        _ properties: YAMLProperties, parentIndent: Int, mayBeMapping: Bool, startLine: Int, startIndex: Int,
        isItem: Bool
    ) throws(TemplateError) -> YAMLValue {
        skipBlanks()
        let value: YAMLValue
        if atLineEnd {
            skipToToken()
            // A dash below a dash begins the next item; below a key it may begin the key's sequence.
            let isSequence = !isItem && index < bytes.count && bytes[index] == Self.dash && isBlankOrEnd(index + 1)
            if index >= bytes.count || atDocumentEnd() || column < parentIndent
                || (column == parentIndent && !isSequence)
            {
                value = try resolve("", properties.tag, plain: true)
            } else {
                value = try parseContent(parentIndent: parentIndent, mayBeMapping: true, properties: properties)
            }
        } else if mayBeMapping, let map = try parseMappingWithKeyProperties(properties, startIndex: startIndex) {
            return map
        } else {
            value = try parseContent(parentIndent: parentIndent, mayBeMapping: false, properties: properties)
        }
        if let anchor = properties.anchor { anchors[anchor] = value }
        return value
    }

    /// `&a key: value`: the anchor belongs to the key, the mapping begins where the anchor stands.
    private mutating func parseMappingWithKeyProperties(
        _ properties: YAMLProperties, startIndex: Int
    ) throws(TemplateError) -> YAMLValue? {
        let saved = self
        let keyLine = line
        guard let key = try? parseSimpleKey(properties: properties), line == keyLine, index < bytes.count,
            bytes[index] == UInt8(ascii: ":"), isBlankOrEnd(index + 1)
        else {
            self = saved
            return nil
        }
        if let anchor = properties.anchor { anchors[anchor] = key }
        return try parseMapping(firstKey: key, keyLine: keyLine, column: startIndex - lineStart)
    }

    private mutating func parseContent(
        parentIndent: Int, mayBeMapping: Bool, properties: YAMLProperties
    ) throws(TemplateError) -> YAMLValue {
        guard index < bytes.count else { return try resolve("", properties.tag, plain: true) }
        let byte = bytes[index]
        let startColumn = column
        if byte == Self.dash, isBlankOrEnd(index + 1) {
            guard mayBeMapping else {
                throw fail("block sequence entries are not allowed in this context")
            }
            return try parseSequence(column: startColumn)
        }
        if byte == UInt8(ascii: "?"), isBlankOrEnd(index + 1) {
            guard mayBeMapping else { throw fail("mapping keys are not allowed in this context") }
            return try parseMapping(firstKey: nil, keyLine: line, column: startColumn)
        }
        if byte == UInt8(ascii: "|") || byte == UInt8(ascii: ">") {
            let text = try parseBlockScalar(parentIndent: parentIndent)
            try countNode()
            return try resolve(text, properties.tag, plain: false)
        }
        let keyLine = line
        if byte == UInt8(ascii: ":"), isBlankOrEnd(index + 1) { throw fail("did not find expected key") }
        let isMerge = atMergeKey
        let scalar = try parseInline(parentIndent: parentIndent, properties: properties)
        if line == keyLine {
            let afterValue = index
            while index < bytes.count, isBlank(bytes[index]) { index += 1 }
            if index < bytes.count, bytes[index] == UInt8(ascii: ":"), isBlankOrEnd(index + 1) {
                guard mayBeMapping else { throw fail("mapping values are not allowed in this context") }
                return try parseMapping(
                    firstKey: scalar, keyLine: keyLine, column: startColumn, firstIsMerge: isMerge)
            }
            index = afterValue
            return try finishScalar(scalar, startLine: keyLine, parentIndent: parentIndent)
        }
        return scalar
    }

    /// After a scalar or flow collection of one line, only a comment may follow on the line.
    private mutating func finishScalar(
        _ value: YAMLValue, startLine: Int, parentIndent: Int
    ) throws(TemplateError) -> YAMLValue {
        let before = index
        skipBlanks()
        if !atLineEnd {
            index = before
            throw fail("did not find expected key")
        }
        return value
    }

    // MARK: sequences

    private mutating func parseSequence(column: Int) throws(TemplateError) -> YAMLValue {
        let array = YAMLNode(.array)
        while index < bytes.count, self.column == column, bytes[index] == Self.dash, isBlankOrEnd(index + 1),
            !atDocumentMarker(Self.dash)
        {
            try countNode()
            let position = here()
            advance()
            skipBlanks()
            let item = YAMLNode.arrayItem(.null, position: position)
            if atLineEnd {
                skipToToken()
                if index < bytes.count, self.column > column, !atDocumentEnd() {
                    item.value = try parseBlockNode(parentIndent: column, onNewLine: true)
                }
            } else {
                item.value = try parseBlockNode(parentIndent: column, onNewLine: false, compact: true)
            }
            array.items.append(item)
            skipToToken()
        }
        if index < bytes.count, self.column > column, !atDocumentEnd() {
            throw fail("did not find expected '-' indicator")
        }
        return .node(array)
    }

    // MARK: mappings

    private mutating func parseMapping(
        firstKey: YAMLValue?, keyLine: Int, column: Int, firstIsMerge: Bool = false
    ) throws(TemplateError) -> YAMLValue {
        let map = YAMLNode(.map)
        var key = firstKey
        var isMerge = firstIsMerge
        var position = Position(line: keyLine, source: source)
        while true {
            try countNode()
            let value: YAMLValue
            if let known = key {
                advance()  // the colon
                value = try parseMappingValue(column: column)
                key = known
            } else {
                (key, value) = try parseExplicitPair(column: column)
            }
            if let node = key?.node, !node.items.isEmpty || node.kind == .map {
                throw fail("invalid map key: a map or a sequence")
            }
            if isMerge {
                map.items += try merged(value)
            } else {
                map.items.append(.mapItem(key ?? .null, value, position: position))
            }
            skipToToken()
            guard index < bytes.count, !atDocumentEnd() else { break }
            if self.column < column { break }
            if self.column > column { throw fail("did not find expected key") }
            if bytes[index] == Self.dash, isBlankOrEnd(index + 1) {
                throw fail("did not find expected key")
            }
            position = here()
            isMerge = false
            if atExplicitKey {
                key = nil
            } else {
                isMerge = atMergeKey
                key = try parseNextKey()
            }
        }
        return .node(map)
    }

    private mutating func parseNextKey() throws(TemplateError) -> YAMLValue {
        let properties = try parseProperties()
        if !properties.isEmpty { skipBlanks() }
        let keyLine = line
        let key = try parseSimpleKey(properties: properties)
        if let anchor = properties.anchor { anchors[anchor] = key }
        guard line == keyLine, index < bytes.count, bytes[index] == UInt8(ascii: ":"), isBlankOrEnd(index + 1) else {
            throw missingColon(after: keyLine)
        }
        return key
    }

    /// The reader finds out that there is no colon at the token after the key.
    private mutating func missingColon(after keyLine: Int) -> TemplateError {
        skipToToken()
        let found = index >= bytes.count && line == keyLine && column > 0 ? line + 1 : line
        return TemplateError("yaml: line \(found): could not find expected ':'", file: source.name, line: found)
    }

    private var atExplicitKey: Bool {
        index < bytes.count && bytes[index] == UInt8(ascii: "?") && isBlankOrEnd(index + 1)
    }

    /// An unquoted `<<` as a key.
    private var atMergeKey: Bool {
        guard index + 1 < bytes.count, bytes[index] == UInt8(ascii: "<"), bytes[index + 1] == UInt8(ascii: "<") else {
            return false
        }
        var at = index + 2
        while at < bytes.count, isBlank(bytes[at]) { at += 1 }
        return at < bytes.count && bytes[at] == UInt8(ascii: ":")
    }

    /// `? key` and `: value`, each on lines of its own.
    private mutating func parseExplicitPair(column: Int) throws(TemplateError) -> (YAMLValue?, YAMLValue) {
        let key = try parseExplicitPart(column: column)
        skipToToken()
        guard index < bytes.count, !atDocumentEnd(), self.column == column, bytes[index] == UInt8(ascii: ":"),
            isBlankOrEnd(index + 1)
        else { return (key, .null) }
        return (key, try parseExplicitPart(column: column))
    }

    private mutating func parseExplicitPart(column: Int) throws(TemplateError) -> YAMLValue {
        advance()
        skipBlanks()
        if !atLineEnd { return try parseBlockNode(parentIndent: column, onNewLine: false, compact: true) }
        skipToToken()
        guard index < bytes.count, !atDocumentEnd() else { return .null }
        if self.column > column { return try parseBlockNode(parentIndent: column, onNewLine: true) }
        if self.column == column, bytes[index] == Self.dash, isBlankOrEnd(index + 1) {
            try enter()
            defer { depth -= 1 }
            return try parseSequence(column: column)
        }
        return .null
    }

    mutating func parseSimpleKey(properties: YAMLProperties) throws(TemplateError) -> YAMLValue {
        if index < bytes.count, bytes[index] == UInt8(ascii: ":"), isBlankOrEnd(index + 1) {
            if !properties.isEmpty { return .null }
            throw fail("did not find expected key")
        }
        if index < bytes.count, bytes[index] == UInt8(ascii: "|") || bytes[index] == UInt8(ascii: ">") {
            throw fail("did not find expected comment or line break")
        }
        let key = try parseInline(parentIndent: Int.max / 2, properties: properties)
        while index < bytes.count, isBlank(bytes[index]) { index += 1 }
        return key
    }

    private mutating func parseMappingValue(column: Int) throws(TemplateError) -> YAMLValue {
        skipBlanks()
        guard atLineEnd else { return try parseBlockNode(parentIndent: column, onNewLine: false) }
        skipToToken()
        guard index < bytes.count, !atDocumentEnd() else { return .null }
        if self.column > column { return try parseBlockNode(parentIndent: column, onNewLine: true) }
        if self.column == column, bytes[index] == Self.dash, isBlankOrEnd(index + 1) {
            try enter()
            defer { depth -= 1 }
            return try parseSequence(column: column)
        }
        return .null
    }

    /// `<<: *alias`: the merged mapping's items stand where the key stands; a later item of the same key takes the
    /// place of theirs. Of several mappings only the first counts, as in the library that ytt reads YAML with.
    mutating func merged(_ value: YAMLValue) throws(TemplateError) -> [YAMLNode] {
        var sources: [YAMLNode] = []
        if let node = value.node, node.kind == .map {
            sources = [node]
        } else if let node = value.node, node.kind == .array {
            sources = node.items.compactMap { $0.value.node }
            if sources.count != node.items.count { sources = [] }
            if node.items.isEmpty { return [] }
        }
        guard let first = sources.first, sources.allSatisfy({ $0.kind == .map }) else {
            throw TemplateError("yaml: map merge requires map or sequence of maps as the value")
        }
        return first.items
    }

    // MARK: anchors and tags

    mutating func parseProperties() throws(TemplateError) -> YAMLProperties {
        var properties = YAMLProperties()
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "&"), properties.anchor == nil {
                advance()
                properties.anchor = takeName()
            } else if bytes[index] == UInt8(ascii: "!"), properties.tag == nil {
                properties.tag = takeName()
            } else {
                break
            }
            while index < bytes.count, isBlank(bytes[index]) { index += 1 }
        }
        return properties
    }

    mutating func takeName() -> String {
        let start = index
        while index < bytes.count, !isBlankOrEnd(index) {
            if flowLevel > 0, [44, 91, 93, 123, 125].contains(bytes[index]) { break }
            index += 1
        }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    /// The value of `*name`.
    mutating func parseAlias() throws(TemplateError) -> YAMLValue {
        advance()
        let name = takeName()
        guard let value = anchors[name] else { throw TemplateError("yaml: unknown anchor '\(name)' referenced") }
        if let node = value.node {
            aliasNodes += node.count(upTo: limits.aliasNodes)
            if aliasNodes > limits.aliasNodes { throw limits.exceeded("aliasNodes", limits.aliasNodes) }
        }
        return value.deepCopy()
    }
}
