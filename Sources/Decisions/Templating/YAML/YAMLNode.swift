/// A node of a YAML tree with its place, comments and annotations: what ytt templates and overlays work on.
///
/// A reference type because templating and overlays change a tree in place, and functions hand parts of trees around.
final class YAMLNode {
    enum Kind: Sendable { case documentSet, document, map, mapItem, array, arrayItem }

    let kind: Kind
    /// The key of a map item.
    var key: YAMLValue = .null
    /// The value of a document, map item or array item.
    var value: YAMLValue = .null
    /// Documents of a set, items of a map or an array.
    var items: [YAMLNode] = []
    var position: Position
    var comments: [YAMLComment] = []
    var annotations: [String: NodeAnnotation] = [:]
    /// Rules a schema or `@assert/validate` put on the value.
    var validations: [NodeValidation] = []
    /// The type a schema gave this node.
    var schemaType: SchemaType?

    init(_ kind: Kind, position: Position = .unknown) {
        self.kind = kind
        self.position = position
    }

    static func document(_ value: YAMLValue, position: Position = .unknown) -> YAMLNode {
        let node = YAMLNode(.document, position: position)
        node.value = value
        return node
    }

    static func mapItem(_ key: YAMLValue, _ value: YAMLValue, position: Position = .unknown) -> YAMLNode {
        let node = YAMLNode(.mapItem, position: position)
        node.key = key
        node.value = value
        return node
    }

    static func arrayItem(_ value: YAMLValue, position: Position = .unknown) -> YAMLNode {
        let node = YAMLNode(.arrayItem, position: position)
        node.value = value
        return node
    }

    static func collection(_ kind: Kind, _ items: [YAMLNode], position: Position = .unknown) -> YAMLNode {
        let node = YAMLNode(kind, position: position)
        node.items = items
        return node
    }

    /// Documents, map items and array items hold one value; the others hold items.
    var holdsValue: Bool {
        switch kind {
        case .document, .mapItem, .arrayItem: true
        case .documentSet, .map, .array: false
        }
    }

    var goType: String {
        switch kind {
        case .documentSet: "*yamlmeta.DocumentSet"
        case .document: "*yamlmeta.Document"
        case .map: "*yamlmeta.Map"
        case .mapItem: "*yamlmeta.MapItem"
        case .array: "*yamlmeta.Array"
        case .arrayItem: "*yamlmeta.ArrayItem"
        }
    }

    /// The words ytt's schema messages use.
    var displayName: String {
        switch kind {
        case .documentSet: "document set"
        case .document: "document"
        case .map: "map"
        case .mapItem: "map item"
        case .array: "array"
        case .arrayItem: "array item"
        }
    }

    /// A document without content; ytt leaves these out of its output.
    var isEmptyDocument: Bool {
        switch value {
        case .null: true
        case .node(let node): node.items.isEmpty
        default: false
        }
    }

    func item(_ key: String) -> YAMLNode? {
        items.first { if case .string(let name) = $0.key { name == key } else { false } }
    }

    /// Of items with one key the last stays, where the first was.
    func overrideKeys() {
        if kind == .map, items.count > 1 {
            var places: [String: Int] = [:]
            var kept: [YAMLNode] = []
            for item in items {
                let key = item.key.goType + YAMLConversion.keyText(item.key)
                if let place = places[key] {
                    kept[place] = item
                } else {
                    places[key] = kept.count
                    kept.append(item)
                }
            }
            if kept.count < items.count { items = kept }
        }
        value.node?.overrideKeys()
        for item in items { item.overrideKeys() }
    }

    func deepCopy() -> YAMLNode {
        let copy = shallowCopy()
        copy.value = value.deepCopy()
        copy.items = items.map { $0.deepCopy() }
        return copy
    }

    /// The node without what it holds.
    func shallowCopy() -> YAMLNode {
        let copy = YAMLNode(kind, position: position)
        copy.key = key
        copy.comments = comments
        copy.annotations = annotations
        copy.validations = validations
        copy.schemaType = schemaType
        return copy
    }

    func equalsDeep(_ other: YAMLNode) -> Bool {
        guard kind == other.kind, items.count == other.items.count, key.equalsLeaf(other.key),
            value.equalsLeaf(other.value)
        else { return false }
        return zip(items, other.items).allSatisfy { $0.equalsDeep($1) }
    }

    /// Whether nodes are nested more than that; looks at no more nodes than the budget has.
    func isDeeper(than levels: Int, _ budget: inout Int) -> Bool {
        budget -= 1
        if levels < 0 { return true }
        if budget <= 0 { return false }
        if let node = value.node, node.isDeeper(than: levels - 1, &budget) { return true }
        for item in items where item.isDeeper(than: levels - 1, &budget) { return true }
        return false
    }

    /// How many nodes this tree has; counting stops at `limit`, for parts may be shared many times over.
    func count(upTo limit: Int) -> Int {
        var total = 1
        if let node = value.node, total < limit { total += node.count(upTo: limit - total) }
        for item in items where total < limit { total += item.count(upTo: limit - total) }
        return total
    }
}
