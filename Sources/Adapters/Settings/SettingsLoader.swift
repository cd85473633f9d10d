package import FleetModel
internal import Foundation

/// Reads the settings of a process from where it was started.
package enum SettingsLoader {
    /// `path` nil: `standardPath` when that file exists, else no file. `CATALOG` stands for `FLOTILLA_CATALOG`.
    package static func reader(
        keys: [SettingKey], path: String?, standardPath: String, overrides: [String: String],
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(FleetError) -> SettingsReader {
        var environment = environment
        if environment["FLOTILLA_CATALOG"] == nil, let catalog = environment["CATALOG"] {
            environment["FLOTILLA_CATALOG"] = catalog
        }
        guard let path = path ?? (FileManager.default.fileExists(atPath: standardPath) ? standardPath : nil) else {
            return try SettingsReader(keys: keys, overrides: overrides, environment: environment)
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw FleetError(
                .notFound, "the configuration file \(path) cannot be read", next: "check its name and its mode")
        }
        return try SettingsReader(
            keys: keys, overrides: overrides, environment: environment,
            file: (path, String(decoding: data, as: UTF8.self)))
    }

    /// The commented file of a table: what `Config/` holds, made anew by `--print-config`.
    package static func commentedFile(_ title: String, _ keys: [SettingKey], environmentNote: Bool = true) -> String {
        var lines = ["# \(title)", "#"]
        lines.append("# Every key with its default. Options win over the environment, it over this file, and this")
        lines.append(
            "# file over the defaults. A key a.bC is FLOTILLA_A_B_C in the environment. Unknown keys are errors.")
        var group = ""
        for key in keys {
            let parts = key.name.split(separator: ".").map(String.init)
            let indent = parts.count > 1 ? "  " : ""
            lines.append("")
            if parts.count > 1, parts[0] != group {
                group = parts[0]
                lines.append("\(group):")
            }
            if parts.count == 1 { group = "" }
            lines += wrapped(key.help, indent: indent)
            if case .list(let fields) = key.kind {
                lines.append("\(indent)# Fields of an item: \(fields.joined(separator: ", ")).")
            }
            lines.append("\(indent)# \(kind(key.kind)); FLOTILLA_\(SettingsFile.variable(key.name))")
            lines.append("\(indent)\(parts[parts.count - 1]): \(scalar(key))")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func kind(_ kind: SettingKey.Kind) -> String {
        switch kind {
        case .text: "text"
        case .number(let range):
            range.upperBound == .max ? "whole number" : "whole number \(range.lowerBound) to \(range.upperBound)"
        case .factor: "number above 0"
        case .flag: "true or false"
        case .duration: "length of time"
        case .choice(let words): "one of " + words.joined(separator: ", ")
        case .list: "list"
        case .texts: "list of texts"
        case .mapping: "mapping"
        }
    }

    private static func scalar(_ key: SettingKey) -> String {
        switch key.kind {
        case .text, .choice: "\"\(key.standard)\""
        case .number, .factor, .flag, .duration, .list, .texts, .mapping: key.standard
        }
    }

    /// What the command line overrides: options by their keys (nil = not given), then `--set KEY=VALUE`, which win.
    package static func overrides(
        _ options: [(key: String, value: String?)], set assignments: [String]
    ) throws(FleetError) -> [String: String] {
        var overrides: [String: String] = [:]
        for (key, value) in options { overrides[key] = value }
        for pair in assignments {
            let assignment = try Assignment(pair)
            overrides[assignment.key] = assignment.text
        }
        return overrides
    }

    private static func wrapped(_ text: String, indent: String) -> [String] {
        var lines: [String] = []
        var line = indent + "#"
        for word in text.split(separator: " ") {
            if line.count + word.count + 1 > 100 {
                lines.append(line)
                line = indent + "#"
            }
            line += " " + word
        }
        return lines + [line]
    }
}
