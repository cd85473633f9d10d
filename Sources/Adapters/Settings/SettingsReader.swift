internal import Configuration
package import FleetModel
package import ResourceModel

/// Reads a table of keys from options, environment, file and defaults, in that order (the first that has it wins).
package struct SettingsReader: Sendable {
    private let reader: ConfigReader
    private let keys: [String: SettingKey]

    /// `overrides` are command line options by key name; `file` is a YAML text with the name to show in errors.
    package init(
        keys: [SettingKey], overrides: [String: String] = [:], environment: [String: String] = [:],
        file: (name: String, text: String)? = nil
    ) throws(FleetError) {
        self.keys = Dictionary(uniqueKeysWithValues: keys.map { ($0.name, $0) })
        for name in overrides.keys.sorted() where self.keys[name] == nil {
            throw FleetError(
                .invalidArgument, "unknown setting \(name)",
                reason: Suggestion.text(name, among: keys.map(\.name)), next: "correct or remove \(name)")
        }
        var providers: [any ConfigProvider] = [
            Self.provider("options", overrides),
            EnvironmentVariablesProvider(environmentVariables: environment).prefixKeys(with: "flotilla"),
        ]
        if let file {
            providers.append(Self.provider(file.name, try SettingsFile.read(file.text, name: file.name, keys: keys)))
        }
        providers.append(
            Self.provider("defaults", Dictionary(uniqueKeysWithValues: keys.map { ($0.name, $0.standard) })))
        reader = ConfigReader(providers: providers)
    }

    private static func provider(_ name: String, _ values: [String: String]) -> InMemoryProvider {
        var contents: [AbsoluteConfigKey: ConfigValue] = [:]
        for (key, value) in values {
            contents[AbsoluteConfigKey(key.split(separator: ".").map(String.init))] = ConfigValue(
                .string(value), isSecret: false)
        }
        return InMemoryProvider(name: name, values: contents)
    }

    private func raw(_ name: String) -> String {
        reader.string(forKey: ConfigKey(name.split(separator: ".").map(String.init)), default: "")
    }

    private func refusal(_ name: String, _ text: String, _ rule: String) -> FleetError {
        let variable = "FLOTILLA_" + SettingsFile.variable(name)
        return FleetError(
            .invalidArgument, "setting \(name): \(text) is not allowed", reason: rule,
            next: "set \(name) in the configuration file, \(variable), or the option of that name")
    }

    package func text(_ name: String) -> String { raw(name) }

    /// Nil when the text is empty.
    package func optionalText(_ name: String) -> String? {
        let text = raw(name)
        return text.isEmpty ? nil : text
    }

    package func number(_ name: String) throws(FleetError) -> Int {
        let text = raw(name)
        guard case .number(let range) = keys[name]?.kind, let value = Int(text), range.contains(value) else {
            var rule = "a whole number"
            if case .number(let range) = keys[name]?.kind {
                rule = "a whole number from \(range.lowerBound) to \(range.upperBound)"
            }
            throw refusal(name, text, rule)
        }
        return value
    }

    package func factor(_ name: String) throws(FleetError) -> Double {
        let text = raw(name)
        guard let value = Double(text), value > 0, value <= 1_000_000 else {
            throw refusal(name, text, "a number above 0, at most 1000000")
        }
        return value
    }

    package func flag(_ name: String) throws(FleetError) -> Bool {
        switch raw(name) {
        case "true": return true
        case "false": return false
        case let text: throw refusal(name, text, "true or false")
        }
    }

    package func duration(_ name: String) throws(FleetError) -> Duration {
        let text = raw(name)
        guard let seconds = Self.seconds(text) else {
            throw refusal(name, text, "a length of time: 90s, 10m, 24h, 7d")
        }
        return .seconds(seconds)
    }

    /// `1h30m` in seconds; nil when it is not of that form.
    package static func seconds(_ text: String) -> Int? {
        var total = 0
        var number = ""
        for character in text {
            if character.isASCII, character.isNumber {
                number.append(character)
                continue
            }
            let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
            guard let unit = units[character], let value = Int(number), value <= 1_000_000 else { return nil }
            total += value * unit
            number = ""
        }
        return number.isEmpty && !text.isEmpty ? total : nil
    }

    package func choice(_ name: String) throws(FleetError) -> String {
        let text = raw(name)
        guard case .choice(let allowed) = keys[name]?.kind, allowed.contains(text) else {
            var rule = ""
            if case .choice(let allowed) = keys[name]?.kind { rule = "one of " + allowed.joined(separator: ", ") }
            throw refusal(name, text, rule)
        }
        return text
    }

    private func yaml(_ name: String) throws(FleetError) -> Value {
        let text = raw(name)
        do { return try YAMLDocuments.readOne(text) } catch { throw refusal(name, text, "YAML: \(error)") }
    }

    package func texts(_ name: String) throws(FleetError) -> [String] {
        let value = try yaml(name)
        if value.isNull { return [] }
        let texts = value.arrayValue?.map(\.stringValue) ?? [nil]
        guard !texts.contains(nil) else { throw refusal(name, raw(name), "a list of texts") }
        return texts.compactMap { $0 }
    }

    package func mapping(_ name: String) throws(FleetError) -> [String: Value] {
        let value = try yaml(name)
        if value.isNull { return [:] }
        guard let fields = value.objectValue else { throw refusal(name, raw(name), "a mapping") }
        return fields
    }

    /// The mappings of a list; fields that are not known are refused.
    package func list(_ name: String) throws(FleetError) -> [Value] {
        let text = raw(name)
        let value = try yaml(name)
        if value.isNull { return [] }
        guard let items = value.arrayValue, case .list(let fields) = keys[name]?.kind else {
            throw refusal(name, text, "a list")
        }
        for (index, item) in items.enumerated() {
            guard let object = item.objectValue else {
                throw refusal(name, "item \(index + 1)", "each item is a mapping of \(fields.joined(separator: ", "))")
            }
            for field in object.keys.sorted() where !fields.contains(field) {
                throw refusal(
                    name, "item \(index + 1): unknown field \(field)",
                    Suggestion.text(field, among: fields))
            }
        }
        return items
    }
}
