internal import ArgumentParser
internal import FleetModel
internal import Packaging
internal import ResourceModel

/// ytt's own options for values and file marks, for authors who try a package with ytt as well.
///
/// As in ytt the files come first, then `--data-value`, `--data-value-yaml` and `--data-value-file`.
struct YttValueOptions: ParsableArguments {
    @Option(name: .customLong("data-values-file"), help: "As in ytt; the same as -f.")
    var dataValuesFile: [String] = []

    @Option(
        name: .customLong("data-value"), help: "As in ytt: KEY=TEXT, dots between the parts of the key. Repeatable.")
    var dataValue: [String] = []

    @Option(name: .customLong("data-value-yaml"), help: "As in ytt: KEY=YAML. Repeatable.")
    var dataValueYAML: [String] = []

    @Option(
        name: .customLong("data-value-file"), help: "As in ytt: KEY=PATH, the value is the file's text. Repeatable.")
    var dataValueFile: [String] = []

    @Option(
        name: .customLong("file-mark"),
        help: "As in ytt: PATH:KEY=VALUE, for the first ytt step, after the package's own. Repeatable.")
    var fileMark: [String] = []

    var isEmpty: Bool { dataValue.isEmpty && dataValueYAML.isEmpty && dataValueFile.isEmpty }

    func laid(over base: Value) throws(FleetError) -> Value {
        var values = base
        for pair in dataValue {
            let (path, text) = try Self.parts(pair, "--data-value")
            values[path] = .string(text)
        }
        for pair in dataValueYAML {
            let (path, text) = try Self.parts(pair, "--data-value-yaml")
            do throws(YAMLError) {
                values[path] = text.isEmpty ? .null : try YAMLDocuments.readOne(text)
            } catch {
                throw FleetError(
                    .invalidArgument, "--data-value-yaml \(path.joined(separator: ".")): \(error)",
                    reason: "the text after = is not YAML", next: "use --data-value for plain text")
            }
        }
        for pair in dataValueFile {
            let (path, file) = try Self.parts(pair, "--data-value-file")
            values[path] = .string(try Files.text(file))
        }
        return values
    }

    private static func parts(_ pair: String, _ option: String) throws(FleetError) -> ([String], String) {
        guard let sign = pair.firstIndex(of: "="), sign > pair.startIndex else {
            throw FleetError(
                .invalidArgument, "\(option) \(pair): expected format key=value", next: "\(option) a.b=VALUE")
        }
        let key = pair[..<sign]
        guard !key.hasPrefix("@") else {
            throw FleetError(
                .invalidArgument, "\(option) \(key): a library's values cannot be given",
                reason: "an installed package is given values of its own only")
        }
        let path = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        return (path, String(pair[pair.index(after: sign)...]))
    }

    /// The files with the marks on the package's first ytt step.
    func marking(_ files: PackageFiles) -> PackageFiles {
        var files = files
        for (index, step) in files.package.template.enumerated() {
            guard case .ytt(var options) = step else { continue }
            options.fileMarks += fileMark
            files.package.template[index] = .ytt(options)
            break
        }
        return files
    }
}
