internal import FleetModel
internal import ResourceModel

/// A configuration file as flat texts by dotted key.
enum SettingsFile {
    static func read(_ text: String, name: String, keys: [SettingKey]) throws(FleetError) -> [String: String] {
        let value: Value
        do { value = try YAMLDocuments.readOne(text) } catch {
            throw FleetError(
                .invalidArgument, "\(name) is not YAML", reason: "\(error)", next: "compare it with the file in Config/"
            )
        }
        if value.isNull { return [:] }
        guard case .object = value else {
            throw FleetError(.invalidArgument, "\(name) holds no settings", reason: "a mapping is expected")
        }
        var settings: [String: String] = [:]
        try flatten(value, path: [], name: name, keys: keys, into: &settings)
        return settings
    }

    private static func flatten(
        _ value: Value, path: [String], name: String, keys: [SettingKey], into settings: inout [String: String]
    ) throws(FleetError) {
        let dotted = path.joined(separator: ".")
        if let key = keys.first(where: { $0.name == dotted }) {
            settings[dotted] = try text(value, of: key, name: name)
            return
        }
        let isGroup = path.isEmpty || keys.contains { $0.name.hasPrefix(dotted + ".") }
        guard isGroup else {
            throw FleetError(
                .invalidArgument, "\(name): unknown key \(dotted)",
                reason: Suggestion.text(dotted, among: keys.map(\.name)), next: "correct or remove \(dotted)")
        }
        if value.isNull { return }
        guard let object = value.objectValue else {
            throw FleetError(
                .invalidArgument, "\(name): \(dotted) is a group of settings",
                reason: "a mapping is expected, not \(value.typeName)")
        }
        for (key, child) in object.sorted(by: { $0.key < $1.key }) {
            try flatten(child, path: path + [key], name: name, keys: keys, into: &settings)
        }
    }

    private static func text(_ value: Value, of key: SettingKey, name: String) throws(FleetError) -> String {
        switch value {
        case .string(let text): return text
        case .bool(let flag): return flag ? "true" : "false"
        case .int(let number): return String(number)
        case .double(let number): return String(number)
        case .null: return key.standard
        case .array:
            switch key.kind {
            case .list, .texts: return JSONWriter.text(value)
            default: break
            }
        case .object:
            if key.kind == .mapping { return JSONWriter.text(value) }
        }
        throw FleetError(
            .invalidArgument, "\(name): \(key.name) cannot be \(value.typeName)", reason: key.help)
    }

    /// `operator.tokenFile` → `OPERATOR_TOKEN_FILE`, as swift-configuration spells it.
    static func variable(_ name: String) -> String {
        var text = ""
        var previous: Character = "."
        for character in name {
            if character.isUppercase, previous.isLowercase { text.append("_") }
            text.append(character == "." ? "_" : Character(character.uppercased()))
            previous = character
        }
        return text
    }
}
