package import FleetModel
package import ResourceModel

/// Finds the value whose change declares what is live: proposes leaves of the values, and believes only a rendering.
package enum DriftAdoption {
    /// Renderings tried for one drifted field.
    package static let maximumCandidates = 12

    package struct Candidate: Hashable, Sendable {
        package var path: ValuePath
        /// What to set there to get the live state, in the leaf's own type.
        package var value: Value
        package var score: Int
    }

    /// What adopting came to.
    package struct Result: Hashable, Sendable {
        /// The values to declare from now on.
        package var values: Value
        /// All items; `valuePath` is filled for those that a value was found for.
        package var items: [DriftItem]
        /// The values that change.
        package var changes: [ValuesMerge.Change]
    }

    /// Leaves of the effective values (defaults included) that hold the declared text, best match first.
    ///
    /// For PVC `harbor-registry`, `spec.resources.requests.storage` the leaf
    /// `persistence.persistentVolumeClaim.registry.size` shares `persistentvolumeclaim`, `registry` and the meaning of
    /// `size` with it.
    package static func candidates(for item: DriftItem, effective: Value) -> [Candidate] {
        guard !item.field.isEmpty, !item.declared.isEmpty else { return [] }
        let wanted = tokens(item.resource.prefix { $0 != "(" } + " " + item.field)
        var found: [Candidate] = []
        for (path, leaf) in leaves(effective, []) where leaf.scalarText == item.declared {
            guard let value = typed(item.live, like: leaf) else { continue }
            let own = tokens(path.description)
            var score = own.intersection(wanted).count * 10 - own.subtracting(wanted).count
            if case .key(let last)? = path.steps.last, meanings(last, item.field) { score += 15 }
            found.append(Candidate(path: path, value: value, score: score))
        }
        found.sort { ($1.score, $0.path.description) < ($0.score, $1.path.description) }
        return Array(found.prefix(maximumCandidates))
    }

    /// Whether the rendering with a candidate's change declares the live state of the item.
    package static func declares(_ rendered: [Value], item: DriftItem) -> Bool {
        let field = fieldPath(item.field)
        return rendered.contains { object in
            describes(item.resource, object)
                && object.values(at: field).contains { $0.scalarText == item.live || JSONWriter.text($0) == item.live }
        }
    }

    /// Adopts all items one after the other. `render` gives the prepared objects for complete user values, and throws
    /// when the package refuses them.
    package static func adopt<Failure: Error>(
        _ items: [DriftItem], values: Value, schema: Value,
        render: (Value) async throws(Failure) -> [Value]
    ) async -> Result {
        var current = values
        var adopted: [DriftItem] = []
        for item in items {
            var item = item
            let effective = PlatformValues.effective(values: current, schema: schema)
            for candidate in candidates(for: item, effective: effective) {
                guard let changed = try? ValuesMerge.setting(candidate.path, to: candidate.value, in: current),
                    let rendered = try? await render(changed), declares(rendered, item: item)
                else { continue }
                current = changed
                item.valuePath = candidate.path.description
                break
            }
            adopted.append(item)
        }
        return Result(values: current, items: adopted, changes: ValuesMerge.changes(from: values, to: current))
    }

    private static func describes(_ resource: String, _ object: Value) -> Bool {
        if object.kappDescription == resource { return true }
        guard object.hasAnnotation(KappKey.versioned) else { return false }
        // A live versioned object is named `<name>-ver-N`, the rendered one `<name>`.
        let (base, version) = VersionedResources.split(
            String(resource.drop { $0 != "/" }.dropFirst().prefix { $0 != " " }))
        var named = object
        named[at: "metadata", "name"] = .string("\(base)-ver-\(version ?? 0)")
        return base == object.objectName && named.kappDescription == resource
    }

    /// `spec.template.spec.containers[0].image` back to a path; keys with dots cannot be told apart and find nothing.
    private static func fieldPath(_ text: String) -> FieldPath {
        FieldPath((try? ValuePath(text))?.steps ?? [])
    }

    private static func leaves(_ value: Value, _ steps: [FieldPath.Step]) -> [(ValuePath, Value)] {
        guard steps.count < ValuePath.maximumDepth else { return [] }
        switch value {
        case .object(let fields):
            return fields.sorted { $0.key < $1.key }.flatMap { leaves($0.value, steps + [.key($0.key)]) }
        case .array(let items):
            return items.enumerated().flatMap { leaves($0.element, steps + [.index($0.offset)]) }
        case .null, .bool, .int, .double, .string: return [(ValuePath(steps), value)]
        }
    }

    private static func typed(_ text: String, like leaf: Value) -> Value? {
        switch leaf {
        case .string: return .string(text)
        case .int: return Int64(text).map { .int($0) }
        case .double: return Double(text).map { .double($0) }
        case .bool: return ["true": .bool(true), "false": .bool(false)][text]
        case .null, .array, .object: return Optional.none
        }
    }

    /// Lower-case words: split at punctuation and capitals, each dotted part also as a whole.
    static func tokens(_ text: some StringProtocol) -> Set<String> {
        var tokens: Set<String> = []
        for part in text.split(whereSeparator: { !$0.isLetter && !$0.isNumber }) {
            tokens.insert(part.lowercased())
            var word = ""
            for character in part {
                if character.isUppercase, !word.isEmpty {
                    tokens.insert(word)
                    word = ""
                }
                word += character.lowercased()
            }
            if !word.isEmpty { tokens.insert(word) }
        }
        return tokens
    }

    private static func meanings(_ leaf: String, _ field: String) -> Bool {
        let last = field.split(separator: ".").last.map(String.init) ?? field
        if leaf.lowercased() == last.lowercased() { return true }
        let groups: [Set<String>] = [
            ["size", "storage", "capacity"], ["replicas", "replicacount", "count"],
            ["image", "tag", "repository"], ["storageclass", "storageclassname"],
        ]
        return groups.contains { $0.contains(leaf.lowercased()) && $0.contains(last.lowercased()) }
    }
}
