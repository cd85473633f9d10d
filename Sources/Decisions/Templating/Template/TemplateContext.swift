/// Nodes that a template, or one call of a function with nodes in it, is making.
final class TemplateContext {
    private enum Made {
        case yaml(YAMLNode)
        case text(TextNode)
    }

    private let dialect: TemplateDialect
    private let template: CompiledTemplate
    var annotations: [Int: [String: NodeAnnotation]] = [:]
    var keys: [Int: YAMLValue] = [:]
    private var root: Made?
    private var open: [(tag: Int, node: Made)] = []

    init(_ dialect: TemplateDialect, _ template: CompiledTemplate) {
        self.dialect = dialect
        self.template = template
    }

    /// The root as a tree; nil when nothing was made.
    var rootNode: YAMLNode? { if case .yaml(let node)? = root { node } else { nil } }
    var rootText: String { if case .text(let node)? = root { node.text } else { "" } }

    var rootValue: StarlarkValue {
        switch dialect {
        case .text: .string(rootText)
        case .yaml: .fragment(rootNode.map { .node($0) } ?? .null)
        }
    }

    func start(_ tag: Int) throws(TemplateError) {
        let made = make(tag)
        if root == nil {
            if Self.needsParent(made), template.nodes[tag].parent >= 0 {
                try start(template.nodes[tag].parent)
            } else {
                root = made
            }
        }
        if !open.isEmpty {
            try unwind(to: commonParent(open[open.count - 1].tag, tag))
            try add(made)
        }
        open.append((tag, made))
    }

    private func make(_ tag: Int) -> Made {
        let entry = template.nodes[tag]
        switch entry.prototype {
        case .yaml(let prototype):
            let node = entry.isConstant ? prototype.deepCopy() : prototype.shallowCopy()
            if let found = annotations.removeValue(forKey: tag) { node.annotations = found }
            if let key = keys.removeValue(forKey: tag) { node.key = key }
            return .yaml(node)
        case .text(let prototype): return .text(TextNode(isRoot: prototype.isRoot))
        }
    }

    private static func needsParent(_ made: Made) -> Bool {
        switch made {
        case .yaml(let node): node.holdsValue
        case .text(let node): !node.isRoot
        }
    }

    private func commonParent(_ current: Int, _ new: Int) -> Int {
        var seen = Set<Int>()
        var tag = current
        while tag >= 0 {
            seen.insert(tag)
            tag = template.nodes[tag].parent
        }
        tag = template.nodes[new].parent
        while tag >= 0, !seen.contains(tag) { tag = template.nodes[tag].parent }
        return tag
    }

    private func unwind(to tag: Int) throws(TemplateError) {
        guard let place = open.firstIndex(where: { $0.tag == tag }) else {
            throw TemplateError("expected to find \(tag) when unwinding")
        }
        open.removeLast(open.count - place - 1)
    }

    private func add(_ made: Made) throws(TemplateError) {
        switch (open[open.count - 1].node, made) {
        case (.yaml(let parent), .yaml(let node)):
            if parent.kind == .map, node.kind == .mapItem {
                try Self.makeRoom(in: parent, for: node, strict: true)
            }
            if parent.holdsValue { parent.value = .node(node) } else { parent.items.append(node) }
        case (.text(let parent), .text(let node)): parent.items.append(node)
        default: throw TemplateError("expected nodes of one kind")
        }
    }

    /// A key may come again only when the node says so.
    private static func makeRoom(in map: YAMLNode, for item: YAMLNode, strict: Bool) throws(TemplateError) {
        guard let place = map.items.lastIndex(where: { $0.key.equalsLeaf(item.key) }) else { return }
        if !strict || item.annotations["yaml/map-key-override"] != nil {
            map.items.remove(at: place)
            return
        }
        throw TemplateError(
            "expected key '\(item.key.goText)' to not be specified again "
                + "(unless 'yaml/map-key-override' annotation is added)")
    }

    func set(_ value: StarlarkValue) throws(TemplateError) {
        if case .noop = value { return }
        guard let last = open.last else { throw TemplateError("expected a node to set") }
        switch last.node {
        case .yaml(let node):
            let converted = try YAMLConversion.value(of: value, position: node.position)
            if let inner = converted.node, node.holdsValue, inner.kind == .documentSet || inner.holdsValue {
                let words = [
                    YAMLNode.Kind.document: "documents can only contain arrays, maps,",
                    .mapItem: "map items can only contain arrays, maps,",
                ]
                let allowed = words[node.kind] ?? "array items can only contain maps, arrays,"
                throw TemplateError("\(allowed) or scalars; this is a \(inner.goType)")
            }
            if node.holdsValue {
                node.value = converted
            } else if let other = converted.node, other.kind == node.kind {
                node.items = other.items
            } else {
                throw TemplateError("cannot set \(node.displayName) value (\(converted.goType))")
            }
        case .text(let node):
            guard case .string(let text) = value else {
                throw TemplateError(
                    "cannot set non-string value (\(value.goText)), consider using str(...) to convert to string")
            }
            node.content = text
        }
    }

    /// The value the template itself has for the node.
    func setStandard(_ tag: Int) throws(TemplateError) {
        guard let last = open.last else { throw TemplateError("expected a node to set") }
        switch (template.nodes[tag].prototype, last.node) {
        case (.yaml(let prototype), .yaml(let node)): node.value = prototype.value
        case (.text(let prototype), .text(let node)): node.content = prototype.content
        default: throw TemplateError("expected nodes of one kind")
        }
    }

    // MARK: template.replace

    func replace(with value: StarlarkValue) throws(TemplateError) {
        guard dialect == .yaml, case .yaml(let node)? = open.last?.node else {
            throw TemplateError("unsupported operation")
        }
        guard open.count >= 2, case .yaml(let parent) = open[open.count - 2].node else {
            throw TemplateError("expected to find document set, but was not enough parents")
        }
        let converted = try YAMLConversion.value(of: value, position: node.position)
        let items: [YAMLNode]
        switch node.kind {
        case .document:
            if converted.node?.kind == .documentSet {
                items = converted.node?.items ?? []
            } else if case .fragment = value {
                throw TemplateError("expected value to be docset, but was \(converted.goType)")
            } else if let array = converted.node, array.kind == .array {
                items = array.items.map { .document($0.value) }
            } else {
                throw TemplateError("expected value to be docset, but was \(converted.goType)")
            }
        case .mapItem:
            guard let map = converted.node, map.kind == .map else {
                throw TemplateError("expected value to be map, but was \(converted.goType)")
            }
            items = map.items
            var carriesAnnotations = false
            if case .fragment = value { carriesAnnotations = true }
            for item in items { try Self.makeRoom(in: parent, for: item, strict: carriesAnnotations) }
        case .arrayItem:
            guard let array = converted.node, array.kind == .array else {
                throw TemplateError("expected value to be array, but was \(converted.goType)")
            }
            items = array.items
        default:
            throw TemplateError(
                "expected to replace document value, map item or array item, but found \(node.goType)")
        }
        guard let place = parent.items.firstIndex(where: { $0 === node }) else {
            throw TemplateError("expected to find placeholder \(node.displayName) in its parent")
        }
        parent.items.replaceSubrange(place...place, with: items)
    }
}
