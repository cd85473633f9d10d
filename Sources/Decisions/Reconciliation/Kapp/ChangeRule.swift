internal import ResourceModel

/// `(upsert|delete) (before|after) (upserting|deleting) <group>`.
struct ChangeRule: Hashable {
    var isUpsert: Bool
    var isBefore: Bool
    var targetsUpsert: Bool
    var group: String
    var ignoreIfCyclical = false
    /// Optional rules are added highest weight first, so that conflicts resolve the same way every time.
    var weight = 0

    init(_ text: String) throws(KappError) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4 else {
            throw KappError("Expected change rule annotation value to have 4 pieces but was \(parts.count)")
        }
        guard let isUpsert = ["upsert": true, "delete": false][parts[0]] else {
            throw KappError("Unknown change rule Action")
        }
        guard let isBefore = ["before": true, "after": false][parts[1]] else {
            throw KappError("Unknown change rule Order")
        }
        guard let targetsUpsert = ["upserting": true, "deleting": false][parts[2]] else {
            throw KappError("Unknown change rule TargetAction")
        }
        self.isUpsert = isUpsert
        self.isBefore = isBefore
        self.targetsUpsert = targetsUpsert
        group = parts[3]
    }

    /// Fills `{api-group}`, `{kind}`, `{name}`, `{namespace}`, `{crd-kind}` and `{crd-group}`.
    static func filled(_ text: String, for object: Value) throws(KappError) -> String {
        var values = [
            "{api-group}": object.groupVersionKind.group, "{kind}": object.kind, "{name}": object.objectName,
            "{namespace}": object.objectNamespace, "{crd-kind}": "", "{crd-group}": "",
        ]
        if object.isDefinition {
            values["{crd-kind}"] = object[at: "spec", "names", "kind"]?.stringValue ?? ""
            values["{crd-group}"] = object[at: "spec", "group"]?.stringValue ?? ""
        }
        var out = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            out += rest[..<open]
            let placeholder = String(rest[open...close])
            guard let value = values[placeholder] else {
                let known = values.keys.sorted().joined(separator: " ")
                throw KappError("Expected placeholder to be one of these: [\(known)] but was \(placeholder)")
            }
            guard !value.isEmpty else {
                throw KappError(
                    "Placeholder \(placeholder) does not have a value for target resource (hint: placeholders with "
                        + "the 'crd-' prefix can only be used with CRDs)")
            }
            out += value
            rest = rest[rest.index(after: close)...]
        }
        return out + rest
    }

    /// All rules of an object: from its annotations, then from the configuration.
    static func rules(of object: Value, config: KappConfig) throws(KappError) -> [ChangeRule] {
        var rules: [ChangeRule] = []
        do {
            for text in annotated(object, KappKey.changeRule) {
                rules.append(try ChangeRule(try filled(text, for: object)))
            }
            for (position, binding) in config.changeRuleBindings.enumerated()
            where binding.matchers.anyMatches(object) {
                for text in binding.rules {
                    var rule = try ChangeRule(try filled(text, for: object))
                    rule.ignoreIfCyclical = binding.ignoreIfCyclical
                    rule.weight = 100 + position
                    rules.append(rule)
                }
            }
        } catch {
            throw KappError("Resource \(object.kappDescription): \(error.text)")
        }
        return rules
    }

    static func groups(of object: Value, config: KappConfig) throws(KappError) -> Set<String> {
        var groups: Set<String> = []
        for name in annotated(object, KappKey.changeGroup) { groups.insert(try filled(name, for: object)) }
        for binding in config.changeGroupBindings where binding.matchers.anyMatches(object) {
            groups.insert(try filled(binding.name, for: object))
        }
        return groups
    }

    private static func annotated(_ object: Value, _ key: String) -> [String] {
        object.objectAnnotations.filter { $0.key == key || $0.key.hasPrefix(key + ".") }
            .sorted { $0.key < $1.key }.map(\.value)
    }
}
