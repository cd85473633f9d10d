/// Reads YAML as ytt's go-yaml v2 does: YAML 1.1 scalars, order and lines kept, comments given to nodes.
struct YAMLReader {
    let bytes: [UInt8]
    let source: SourceFile
    let limits: RenderLimits
    var index = 0
    /// Line of `index`, from 1.
    var line = 1
    /// Index of the first byte of that line.
    var lineStart = 0
    var comments: [YAMLComment] = []
    var anchors: [String: YAMLValue] = [:]
    var aliasNodes = 0
    var nodes = 0
    var depth = 0
    /// Inside `[…]` or `{…}` when above 0.
    var flowLevel = 0
    /// ytt's strict subset: a plain scalar must have one meaning only.
    var isStrict = false

    init(text: String, name: String, limits: RenderLimits = .init()) {
        var bytes = Array(text.utf8)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        if bytes.contains(13) { bytes = Self.withoutCarriageReturns(bytes) }
        self.bytes = bytes
        source = SourceFile(name: name, text: text)
        self.limits = limits
    }

    /// All documents of a text. Comments are kept only when asked for: plain YAML has no annotations.
    static func read(
        _ text: String, name: String, withComments: Bool = true, isStrict: Bool = false,
        limits: RenderLimits = .init()
    ) throws(TemplateError) -> YAMLNode {
        var reader = YAMLReader(text: text, name: name, limits: limits)
        reader.isStrict = isStrict
        return try reader.readDocuments(withComments: withComments)
    }

    private static func withoutCarriageReturns(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        for (index, byte) in bytes.enumerated() {
            if byte == 13 {
                if index + 1 < bytes.count, bytes[index + 1] == 10 { continue }
                result.append(10)
            } else {
                result.append(byte)
            }
        }
        return result
    }

    // MARK: documents

    mutating func readDocuments(withComments: Bool) throws(TemplateError) -> YAMLNode {
        let set = YAMLNode(.documentSet)
        let startsWithMarker = hasMarkerFirst()
        var pending: [YAMLComment] = []
        var first = true
        repeat {
            comments = []
            anchors = [:]
            var position = Position(line: 0, source: source)
            if !first || startsWithMarker {
                skipToToken()
                position = here()
                advance(3)
            } else {
                skipToToken()
                try skipDirectives()
            }
            let value = try parseDocumentValue()
            let document = YAMLNode.document(value, position: position)
            try endDocument()
            document.comments = pending
            pending = withComments ? assignComments(to: document) : []
            if first, !startsWithMarker { document.position = Position(line: 1, source: source) }
            set.items.append(document)
            first = false
        } while index < bytes.count
        if !pending.isEmpty {
            let end = YAMLNode.document(.null, position: Position(line: 0, source: source))
            end.comments = pending
            set.items.append(end)
        }
        placeCollections(set, parent: nil)
        return set
    }

    /// ytt puts a `---` before a text that does not begin with one, so that comments find their document.
    private func hasMarkerFirst() -> Bool {
        var at = 0
        while at < bytes.count, isBlank(bytes[at]) || bytes[at] == 10 { at += 1 }
        guard at + 2 < bytes.count, bytes[at] == 45, bytes[at + 1] == 45, bytes[at + 2] == 45 else { return false }
        return at + 3 < bytes.count && (isBlank(bytes[at + 3]) || bytes[at + 3] == 10)
    }

    private mutating func parseDocumentValue() throws(TemplateError) -> YAMLValue {
        skipToToken()
        if index >= bytes.count || atDocumentEnd() { return .null }
        return try parseBlockNode(parentIndent: -1, onNewLine: true)
    }

    private mutating func endDocument() throws(TemplateError) {
        skipToToken()
        while atDocumentMarker(UInt8(ascii: ".")) {
            advance(3)
            skipToToken()
        }
        if index < bytes.count, !atDocumentMarker(UInt8(ascii: "-")) {
            throw fail("did not find expected <document start>")
        }
    }

    private mutating func skipDirectives() throws(TemplateError) {
        while index < bytes.count, column == 0, bytes[index] == UInt8(ascii: "%") {
            let start = index
            while index < bytes.count, bytes[index] != 10 { index += 1 }
            let name = String(decoding: bytes[start..<index], as: UTF8.self).prefix { $0 != " " && $0 != "\t" }
            guard name == "%YAML" || name == "%TAG" else { throw fail("found unknown directive name") }
            skipToToken()
        }
    }

    /// Lines of maps and arrays are those of the node that holds them.
    private func placeCollections(_ node: YAMLNode, parent: YAMLNode?) {
        if let parent, node.kind == .map || node.kind == .array, !node.position.isKnown {
            node.position = parent.position
        }
        if let child = node.value.node { placeCollections(child, parent: node) }
        for item in node.items { placeCollections(item, parent: node) }
    }

    // MARK: comments

    /// Gives each comment to the nodes of its line (the innermost) or of the next line that has nodes (the
    /// outermost); returns those that come after the last node.
    private func assignComments(to document: YAMLNode) -> [YAMLComment] {
        if comments.isEmpty { return [] }
        var nodesAtLine: [Int: (first: YAMLNode, last: YAMLNode)] = [:]
        collectLines(document, into: &nodesAtLine)
        let lines = nodesAtLine.keys.sorted()
        var unassigned: [YAMLComment] = []
        for comment in comments {
            var low = 0
            var high = lines.count
            while low < high {
                let middle = (low + high) / 2
                if lines[middle] < comment.position.line { low = middle + 1 } else { high = middle }
            }
            guard low < lines.count, let nodes = nodesAtLine[lines[low]] else {
                unassigned.append(comment)
                continue
            }
            let owner = lines[low] == comment.position.line ? nodes.last : nodes.first
            owner.comments.append(comment)
        }
        return unassigned
    }

    private func collectLines(_ node: YAMLNode, into lines: inout [Int: (first: YAMLNode, last: YAMLNode)]) {
        if node.position.isKnown {
            let line = node.position.line
            lines[line] = (lines[line]?.first ?? node, node)
        }
        if let child = node.value.node { collectLines(child, into: &lines) }
        for item in node.items { collectLines(item, into: &lines) }
    }
}
