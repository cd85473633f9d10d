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
                reason: suggestion(dotted, among: keys.map(\.name)), next: "correct or remove \(dotted)")
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
            guard case .list = key.kind else { break }
            return JSONWriter.text(value)
        case .object:
            guard case .mapping = key.kind else { break }
            return JSONWriter.text(value)
        }
        throw FleetError(
            .invalidArgument, "\(name): \(key.name) cannot be \(value.typeName)", reason: key.help)
    }

    /// `did you mean X?`, or the keys there are.
    static func suggestion(_ word: String, among names: [String]) -> String {
        let near = names.map { ($0, distance(word, $0)) }.min { ($0.1, $0.0) < ($1.1, $1.0) }
        if let near, near.1 <= max(2, word.count / 3) { return "did you mean \(near.0)?" }
        return "known: " + names.sorted().joined(separator: ", ")
    }

    /// Levenshtein's edit distance, without regard to case.
    static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.lowercased())
        let right = Array(right.lowercased())
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var previous = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let cost = a == b ? previous : previous + 1
                previous = row[j + 1]
                row[j + 1] = min(cost, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[right.count]
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
