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
                startIndex: startIndex)
        }
        return try parseContent(parentIndent: parentIndent, mayBeMapping: onNewLine || compact, properties: properties)
    }

    private mutating func parseAfterProperties(
        _ properties: YAMLProperties, parentIndent: Int, mayBeMapping: Bool, startLine: Int, startIndex: Int
    ) throws(TemplateError) -> YAMLValue {
        skipBlanks()
        let value: YAMLValue
        if atLineEnd {
            skipToToken()
            let isSequence = index < bytes.count && bytes[index] == Self.dash && isBlankOrEnd(index + 1)
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
        let byte = bytes[index]
        let startColumn = column
        if byte == Self.dash, isBlankOrEnd(index + 1) {
            guard mayBeMapping else {
                throw fail("block sequence entries are not allowed in this context")
            }
            return try parseSequence(column: startColumn)
        }
        if byte == UInt8(ascii: "?"), isBlankOrEnd(index + 1) {
            throw fail("complex mapping keys are not supported")
        }
        if byte == UInt8(ascii: "|") || byte == UInt8(ascii: ">") {
            let text = try parseBlockScalar(parentIndent: parentIndent)
            try countNode()
            return try resolve(text, properties.tag, plain: false)
        }
        let keyLine = line
        if byte == UInt8(ascii: ":"), isBlankOrEnd(index + 1), mayBeMapping {
            return try parseMapping(firstKey: .null, keyLine: keyLine, column: startColumn)
        }
        let scalar = try parseInline(parentIndent: parentIndent, properties: properties)
        if line == keyLine {
            let afterValue = index
            while index < bytes.count, isBlank(bytes[index]) { index += 1 }
            if index < bytes.count, bytes[index] == UInt8(ascii: ":"), isBlankOrEnd(index + 1) {
                guard mayBeMapping else { throw fail("mapping values are not allowed in this context") }
                return try parseMapping(firstKey: scalar, keyLine: keyLine, column: startColumn)
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
        firstKey: YAMLValue, keyLine: Int, column: Int
    ) throws(TemplateError) -> YAMLValue {
        let map = YAMLNode(.map)
        var merges: [(index: Int, value: YAMLValue)] = []
        var key = firstKey
        var position = Position(line: keyLine, source: source)
        while true {
            try countNode()
            advance()  // the colon
            let value = try parseMappingValue(column: column)
            if case .string("<<") = key {
                merges.append((map.items.count, value))
            } else {
                map.items.append(.mapItem(key, value, position: position))
            }
            skipToToken()
            guard index < bytes.count, !atDocumentEnd() else { break }
            if self.column < column { break }
            if self.column > column { throw fail("did not find expected key") }
            if bytes[index] == Self.dash, isBlankOrEnd(index + 1) {
                throw fail("did not find expected key")
            }
            position = here()
            key = try parseNextKey()
        }
        try applyMerges(merges, to: map)
        return .node(map)
    }

    private mutating func parseNextKey() throws(TemplateError) -> YAMLValue {
        let properties = try parseProperties()
        if !properties.isEmpty { skipBlanks() }
        let keyLine = line
        let key = try parseSimpleKey(properties: properties)
        if let anchor = properties.anchor { anchors[anchor] = key }
        guard line == keyLine, index < bytes.count, bytes[index] == UInt8(ascii: ":"), isBlankOrEnd(index + 1) else {
            throw fail("could not find expected ':'")
        }
        return key
    }

    mutating func parseSimpleKey(properties: YAMLProperties) throws(TemplateError) -> YAMLValue {
        if index < bytes.count, bytes[index] == UInt8(ascii: ":"), isBlankOrEnd(index + 1) { return .null }
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

    /// `<<: *alias`: keys of the merged mappings that the mapping does not set itself.
    private func applyMerges(_ merges: [(index: Int, value: YAMLValue)], to map: YAMLNode) throws(TemplateError) {
        for merge in merges.reversed() {
            var sources: [YAMLNode] = []
            if let node = merge.value.node, node.kind == .map {
                sources = [node]
            } else if let node = merge.value.node, node.kind == .array {
                sources = node.items.compactMap { $0.value.node }
            }
            guard !sources.isEmpty, sources.allSatisfy({ $0.kind == .map }) else {
                throw TemplateError("map merge requires map or sequence of maps as the value")
            }
            var added: [YAMLNode] = []
            for item in sources.flatMap(\.items) {
                if map.items.contains(where: { $0.key.equalsLeaf(item.key) }) { continue }
                if added.contains(where: { $0.key.equalsLeaf(item.key) }) { continue }
                added.append(item.deepCopy())
            }
            map.items.insert(contentsOf: added, at: merge.index)
        }
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
