/// What a schema says a node may hold.
final class SchemaType {
    enum Scalar: String { case string, float, integer, boolean }

    enum Kind {
        case document(SchemaType)
        case map([SchemaType])
        case mapItem(YAMLValue, SchemaType)
        case array(SchemaType)
        case arrayItem(SchemaType)
        case scalar(Scalar)
        case any
        /// Null, or what the type inside allows.
        case nullable(SchemaType)
    }

    let kind: Kind
    let position: Position
    var standard: YAMLValue
    var validations: [NodeValidation] = []

    init(_ kind: Kind, position: Position, standard: YAMLValue = .null) {
        self.kind = kind
        self.position = position
        self.standard = standard
    }

    /// The word for the type in messages.
    var name: String {
        switch kind {
        case .document: "document"
        case .map: "map"
        case .mapItem(_, let inner), .arrayItem(let inner): inner.name
        case .array: "array"
        case .scalar(let scalar): scalar.rawValue
        case .any: "any"
        case .nullable: "null"
        }
    }

    /// The value when data values give none.
    var standardValue: YAMLValue {
        switch kind {
        case .map(let items):
            let map = YAMLNode(.map, position: position)
            for item in items {
                if case .mapItem(let key, _) = item.kind {
                    map.items.append(.mapItem(key, item.standard.deepCopy(), position: item.position))
                }
            }
            return .node(map)
        case .nullable: return .null
        default: return standard.deepCopy()
        }
    }

    // MARK: assigning types and filling in

    /// Gives nodes their types and adds what is missing; returns what does not fit.
    func assign(to node: YAMLNode) -> [SchemaViolation] {
        switch kind {
        case .document(let inner), .mapItem(_, let inner), .arrayItem(let inner):
            node.schemaType = self
            return node.value.node.map { inner.assign(to: $0) } ?? []
        case .map(let items):
            guard node.kind == .map else { return [.mismatch(node, self)] }
            node.schemaType = self
            var violations: [SchemaViolation] = []
            for item in items {
                guard case .mapItem(let key, _) = item.kind else { continue }
                let found = node.items.filter { $0.key.equalsLeaf(key) }
                if found.isEmpty {
                    let added = YAMLNode.mapItem(key, item.standard.deepCopy(), position: item.position)
                    violations += item.assign(to: added)
                    node.items.append(added)
                }
                for child in found { violations += item.assign(to: child) }
            }
            return violations
        case .array(let item):
            guard node.kind == .array else { return [.mismatch(node, self)] }
            node.schemaType = self
            return node.items.flatMap { item.assign(to: $0) }
        case .scalar: return [.mismatch(node, self)]
        case .any: return []
        case .nullable(let inner): return inner.assign(to: node)
        }
    }

    // MARK: checking

    static func check(_ node: YAMLNode) -> [SchemaViolation] {
        var violations = node.schemaType.map { $0.checkOne(node) } ?? []
        if let child = node.value.node { violations += check(child) }
        for item in node.items { violations += check(item) }
        return violations
    }

    func checkOne(_ node: YAMLNode) -> [SchemaViolation] {
        switch kind {
        case .document(let inner), .mapItem(_, let inner), .arrayItem(let inner):
            return node.value.node == nil ? inner.checkOne(node) : []
        case .map(let items):
            guard node.kind == .map else { return [.mismatch(node, self)] }
            let keys = items.compactMap { item -> YAMLValue? in
                if case .mapItem(let key, _) = item.kind { key } else { nil }
            }
            return node.items.filter { item in !keys.contains { $0.equalsLeaf(item.key) } }.map {
                .unexpectedKey($0, self, keys.map(YAMLConversion.keyText))
            }
        case .array: return node.kind == .array ? [] : [.mismatch(node, self)]
        case .scalar(let scalar):
            switch (scalar, node.value) {
            case (.string, .string), (.float, .float), (.float, .int), (.float, .uint), (.integer, .int),
                (.integer, .uint), (.boolean, .bool):
                return []
            default: return [.mismatch(node, self)]
            }
        case .any: return []
        case .nullable(let inner):
            if node.holdsValue, node.value.isNull { return [] }
            return inner.checkOne(node)
        }
    }
}
