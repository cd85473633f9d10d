package import ResourceModel

extension KappConfig {
    /// The rules with those of one `Config` document added after them.
    ///
    /// Rules that are ytt programs are refused: they cannot be run here, and leaving one out in silence would change
    /// what the package means.
    package func adding(_ document: Value) throws(KappError) -> KappConfig {
        var config = self
        let known: Set<String> = [
            "apiVersion", "kind", "metadata", "minimumRequiredVersion", "rebaseRules", "ownershipLabelRules",
            "labelScopingRules", "waitRules", "changeGroupBindings", "changeRuleBindings", "templateRules",
            "diffAgainstLastAppliedFieldExclusionRules", "diffAgainstExistingFieldExclusionRules", "diffMaskRules",
            "additionalLabels",
        ]
        if let unknown = (document.objectValue ?? [:]).keys.sorted().first(where: { !known.contains($0) }) {
            throw KappError("Parsing kapp config: unknown or unsupported field '\(unknown)'")
        }
        if document["additionalLabels"] != nil {
            throw KappError("Parsing kapp config: field 'additionalLabels' is not supported")
        }
        for rule in items(document, "rebaseRules") { config.rebaseRules.append(try rebaseRule(rule)) }
        config.ownershipLabelRules += try fieldRules(document, "ownershipLabelRules")
        config.labelScopingRules += try fieldRules(document, "labelScopingRules")
        config.lastAppliedExclusions += try fieldRules(document, "diffAgainstLastAppliedFieldExclusionRules")
        config.existingExclusions += try fieldRules(document, "diffAgainstExistingFieldExclusionRules")
        config.maskRules += try fieldRules(document, "diffMaskRules")
        for rule in items(document, "templateRules") { config.templateRules.append(try templateRule(rule)) }
        for rule in items(document, "waitRules") { config.waitRules.append(try waitRule(rule)) }
        for binding in items(document, "changeGroupBindings") {
            config.changeGroupBindings.append(
                ChangeGroupBinding(name: binding["name"]?.stringValue ?? "", matchers: try matchers(binding)))
        }
        for binding in items(document, "changeRuleBindings") {
            config.changeRuleBindings.append(
                ChangeRuleBinding(
                    rules: items(binding, "rules").compactMap(\.stringValue),
                    ignoreIfCyclical: binding["ignoreIfCyclical"]?.boolValue ?? false,
                    matchers: try matchers(binding)))
        }
        return config
    }

    private func items(_ value: Value, _ key: String) -> [Value] { value[key]?.arrayValue ?? [] }

    private func rebaseRule(_ rule: Value) throws(KappError) -> RebaseRule {
        if rule["ytt"] != nil { throw KappError("Parsing kapp config: rebase rules written in ytt are not supported") }
        let action: RebaseRule.Action
        switch rule["type"]?.stringValue {
        case "copy":
            let sources = items(rule, "sources").compactMap { RebaseRule.Source(rawValue: $0.stringValue ?? "") }
            guard !sources.isEmpty else {
                throw KappError("Parsing kapp config: rebase rule of type 'copy' needs sources")
            }
            action = .copy(sources)
        case "remove": action = .remove
        case let other:
            throw KappError("Parsing kapp config: Unknown rebase rule type: \(other ?? "") (supported: copy, remove)")
        }
        var paths: [FieldPath] = []
        if let single = rule["path"] { paths.append(try path(single)) }
        for each in items(rule, "paths") { paths.append(try path(each)) }
        return RebaseRule(paths: paths, action: action, matchers: try matchers(rule))
    }

    private func fieldRules(_ document: Value, _ key: String) throws(KappError) -> [FieldRule] {
        var rules: [FieldRule] = []
        for rule in items(document, key) {
            rules.append(FieldRule(path: try path(rule["path"] ?? .null), matchers: try matchers(rule)))
        }
        return rules
    }

    private func templateRule(_ rule: Value) throws(KappError) -> TemplateRule {
        var references: [TemplateRule.Reference] = []
        for reference in rule["affectedResources"].map({ items($0, "objectReferences") }) ?? [] {
            references.append(
                .init(
                    path: try path(reference["path"] ?? .null), matchers: try matchers(reference),
                    nameKey: reference["nameKey"]?.stringValue ?? "name"))
        }
        return TemplateRule(matchers: try matchers(rule), references: references)
    }

    private func waitRule(_ rule: Value) throws(KappError) -> WaitRule {
        if rule["ytt"] != nil { throw KappError("Parsing kapp config: wait rules written in ytt are not supported") }
        let conditions = items(rule, "conditionMatchers").map { matcher in
            WaitRule.Condition(
                type: matcher["type"]?.stringValue ?? "", status: matcher["status"]?.stringValue ?? "",
                failure: matcher["failure"]?.boolValue ?? false, success: matcher["success"]?.boolValue ?? false,
                unblockChanges: matcher["unblockChanges"]?.boolValue ?? false,
                supportsObservedGeneration: matcher["supportsObservedGeneration"]?.boolValue ?? false)
        }
        return WaitRule(
            supportsObservedGeneration: rule["supportsObservedGeneration"]?.boolValue ?? false,
            conditions: conditions, matchers: try matchers(rule))
    }

    private func path(_ value: Value) throws(KappError) -> FieldPath {
        guard let parts = value.arrayValue, !parts.isEmpty else {
            throw KappError("Parsing kapp config: expected a path as a list")
        }
        var steps: [FieldPath.Step] = []
        for part in parts {
            if let key = part.stringValue {
                steps.append(.key(key))
            } else if part["allIndexes"]?.boolValue == true {
                steps.append(.allIndexes)
            } else if let index = part["index"]?.intValue {
                steps.append(.index(Int(clamping: index)))
            } else {
                throw KappError("Parsing kapp config: Unknown path part \(JSONWriter.text(part))")
            }
        }
        return FieldPath(steps)
    }

    private func matchers(_ rule: Value) throws(KappError) -> [ResourceMatcher] {
        try matchers(list: items(rule, "resourceMatchers"))
    }

    private func matchers(list: [Value]) throws(KappError) -> [ResourceMatcher] {
        var result: [ResourceMatcher] = []
        for item in list { result.append(try matcher(item)) }
        return result
    }

    private func matcher(_ value: Value) throws(KappError) -> ResourceMatcher {
        guard let fields = value.objectValue, fields.count == 1, let field = fields.first else {
            throw KappError("Parsing kapp config: expected one matcher in \(JSONWriter.text(value))")
        }
        let body = field.value
        func text(_ key: String) -> String { body[key]?.stringValue ?? "" }
        switch field.key {
        case "allMatcher": return .all
        case "anyMatcher": return .any(try matchers(list: items(body, "matchers")))
        case "andMatcher": return .and(try matchers(list: items(body, "matchers")))
        case "notMatcher": return .not(try matcher(body["matcher"] ?? .null))
        case "apiVersionKindMatcher": return .apiVersionKind(text("apiVersion"), text("kind"))
        case "apiGroupKindMatcher": return .apiGroupKind(text("apiGroup"), text("kind"))
        case "kindNamespaceNameMatcher": return .kindNamespaceName(text("kind"), text("namespace"), text("name"))
        case "hasAnnotationMatcher": return .hasAnnotation(items(body, "keys").compactMap(\.stringValue))
        case "hasNamespaceMatcher": return .hasNamespace(items(body, "names").compactMap(\.stringValue))
        case "customResourceMatcher": return .customResource
        case "emptyFieldMatcher": return .emptyField(try path(body["path"] ?? .null))
        default: throw KappError("Parsing kapp config: Unknown resource matcher '\(field.key)'")
        }
    }
}
