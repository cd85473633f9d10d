internal import ArgumentParser
internal import Foundation
internal import Templating

/// `flotilla-bench render`: one cold render of a bundle, with its time and the process's peak memory.
struct RenderCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "render", abstract: "Render a folder of templates once and say how long it took.")

    @Option(help: "The folder that the package's ytt step names.")
    var folder: String

    @Option(help: "Plain YAML of data values.")
    var values: String

    @Flag(name: .customLong("ignore-unknown-comments"), help: "As in the package's ytt step.")
    var ignoreUnknownComments = false

    func run() throws {
        var files: [TemplateFile] = []
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder).sorted() {
            // Nil for a folder.
            guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)") else { continue }
            files.append(TemplateFile(path: name, text: String(decoding: data, as: UTF8.self)))
        }
        let data = TemplateFile(path: "values.yaml", text: try String(contentsOfFile: values, encoding: .utf8))
        let clock = ContinuousClock()
        let start = clock.now
        let result = try Ytt.render(
            RenderRequest(files: files, dataValuesFiles: [data], ignoreUnknownComments: ignoreUnknownComments))
        let time = start.duration(to: clock.now)
        Report([
            "event": "rendered", "ms": .number(time.milliseconds), "documents": .number(Double(result.documents.count)),
            "peakKiB": .number(Self.peakKiB()),
        ]).print()
    }

    private static func peakKiB() -> Double {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        return Double(line.split(whereSeparator: { !$0.isNumber }).first ?? "0") ?? 0
    }
}
