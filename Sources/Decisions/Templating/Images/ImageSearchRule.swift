internal import ResourceModel

/// Where kbld looks for image references.
struct ImageSearchRule: Sendable {
    /// One part of a field's place.
    enum Step: Sendable, Equatable {
        case key(String)
        case index(Int)
        /// Any index; only in rules.
        case anyIndex
    }

    /// What to do with the text that was found.
    indirect enum Update: Sendable {
        case entireValue
        case leave
        /// The text is JSON, or YAML when that is allowed, with references of its own.
        case inside([ImageSearchRule], yaml: Bool)
    }

    private var name: String?
    private var path: [Step]?
    private var value: ImageMatch?
    private(set) var update = Update.entireValue

    /// Every field of that name.
    init(name: String) { self.name = name }

    init(_ rule: Value) throws(TemplateError) {
        if let key = rule["keyMatcher"], !key.isNull {
            if let name = key["name"]?.stringValue, !name.isEmpty {
                self.name = name
            } else if let path = key["path"]?.arrayValue, !path.isEmpty {
                self.path = []
                for part in path { self.path?.append(try Self.step(part)) }
            } else {
                throw TemplateError("kbld: expected keyMatcher of a search rule to have name or path")
            }
        }
        if let matcher = rule["valueMatcher"], !matcher.isNull {
            guard let value = ImageMatch(matcher) else {
                throw TemplateError("kbld: expected valueMatcher of a search rule to have image or imageRepo")
            }
            self.value = value
        }
        if name == nil, path == nil, value == nil {
            throw TemplateError("kbld: expected a search rule to have keyMatcher or valueMatcher")
        }
        guard let strategy = rule["updateStrategy"]?.objectValue, let (key, inner) = strategy.first else { return }
        switch key {
        case "entireValue": update = .entireValue
        case "none": update = .leave
        case "json", "yaml":
            var rules: [ImageSearchRule] = []
            for rule in inner["searchRules"]?.arrayValue ?? [] { rules.append(try ImageSearchRule(rule)) }
            update = .inside(rules, yaml: key == "yaml")
        default: throw TemplateError("kbld: updateStrategy '\(key)' of a search rule is not supported")
        }
    }

    private static func step(_ part: Value) throws(TemplateError) -> Step {
        if let key = part.stringValue { return .key(key) }
        if let index = part["index"]?.intValue { return .index(Int(index)) }
        if part["allIndexes"] == .bool(true) { return .anyIndex }
        throw TemplateError("kbld: expected parts of a search rule's path to be a key, index or allIndexes")
    }

    func fits(_ place: [Step], _ found: Value) -> Bool {
        if let name, place.last != .key(name) { return false }
        if let path {
            guard path.count == place.count else { return false }
            for (rule, part) in zip(path, place) where rule != part {
                guard rule == .anyIndex, case .index = part else { return false }
            }
        }
        if let value {
            guard let text = found.stringValue, value.fits(text) else { return false }
        }
        return true
    }
}
