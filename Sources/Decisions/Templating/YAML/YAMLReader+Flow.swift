extension YAMLReader {
    mutating func parseFlowSequence() throws(TemplateError) -> YAMLValue {
        try enter()
        flowLevel += 1
        defer {
            depth -= 1
            flowLevel -= 1
        }
        let array = YAMLNode(.array)
        advance()
        while true {
            skipToToken()
            guard index < bytes.count else { throw fail("did not find expected ',' or ']'") }
            if bytes[index] == UInt8(ascii: "]") { break }
            let position = here()
            let isMerge = bytes[index] == UInt8(ascii: "<")
            let value = try parseFlowNode()
            skipToToken()
            if index < bytes.count, bytes[index] == UInt8(ascii: ":") {
                try checkKey(value)
                advance()
                skipToToken()
                let single = YAMLNode(.map)
                let inner = atFlowEnd ? YAMLValue.null : try parseFlowNode()
                if isMerge, case .string("<<") = value {
                    single.items = try merged(inner)
                } else {
                    single.items = [.mapItem(value, inner, position: position)]
                }
                array.items.append(.arrayItem(.node(single), position: position))
            } else {
                array.items.append(.arrayItem(value, position: position))
            }
            try takeFlowSeparator(UInt8(ascii: "]"))
        }
        advance()
        return .node(array)
    }

    mutating func parseFlowMapping() throws(TemplateError) -> YAMLValue {
        try enter()
        flowLevel += 1
        defer {
            depth -= 1
            flowLevel -= 1
        }
        let map = YAMLNode(.map)
        advance()
        while true {
            skipToToken()
            guard index < bytes.count else { throw fail("did not find expected ',' or '}'") }
            if bytes[index] == UInt8(ascii: "}") { break }
            let position = here()
            let isMerge = bytes[index] == UInt8(ascii: "<")
            let key = try parseFlowNode()
            try checkKey(key)
            skipToToken()
            var value = YAMLValue.null
            if index < bytes.count, bytes[index] == UInt8(ascii: ":") {
                advance()
                skipToToken()
                if !atFlowEnd { value = try parseFlowNode() }
            }
            if isMerge, case .string("<<") = key {
                map.items += try merged(value)
            } else {
                map.items.append(.mapItem(key, value, position: position))
            }
            try takeFlowSeparator(UInt8(ascii: "}"))
        }
        advance()
        return .node(map)
    }

    private func checkKey(_ key: YAMLValue) throws(TemplateError) {
        if let node = key.node, !node.items.isEmpty || node.kind == .map {
            throw fail("invalid map key: a map or a sequence")
        }
    }

    private var atFlowEnd: Bool {
        index >= bytes.count || [44, 93, 125].contains(bytes[index])
    }

    private mutating func takeFlowSeparator(_ end: UInt8) throws(TemplateError) {
        skipToToken()
        guard index < bytes.count, bytes[index] == UInt8(ascii: ",") || bytes[index] == end else {
            throw fail("did not find expected ',' or '\(Character(Unicode.Scalar(end)))'")
        }
        if bytes[index] == UInt8(ascii: ",") { advance() }
    }

    private mutating func parseFlowNode() throws(TemplateError) -> YAMLValue {
        let properties = try parseProperties()
        if !properties.isEmpty { skipToToken() }
        guard index < bytes.count else { throw fail("did not find expected node content") }
        return try parseInline(parentIndent: -1, properties: properties)
    }
}
