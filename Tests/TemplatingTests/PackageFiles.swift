internal import Foundation
internal import Templating
internal import TestSupport

/// The files of the packages in the shared test data.
enum PackageFiles {
    /// Every file below a folder of the test data, with paths relative to it.
    static func files(in folder: String) throws -> [TemplateFile] {
        guard let root = TestData.root?.appendingPathComponent(folder),
            let walker = FileManager.default.enumerator(atPath: root.path)
        else { return [] }
        var files: [TemplateFile] = []
        for case let path as String in walker {
            // Folders are in the listing too; they have no text.
            guard let text = try? String(contentsOfFile: root.appendingPathComponent(path).path, encoding: .utf8)
            else { continue }
            files.append(TemplateFile(path: path, text: text))
        }
        return files.sorted { $0.path < $1.path }
    }

    /// Fixture values of a package, by name without `.yaml`; nil when it has none of that name.
    static func fixture(_ package: String, _ name: String) throws -> TemplateFile? {
        let path = "packages/\(package)/test/unittest/fixtures/values/\(name).yaml"
        guard TestData.exists(path) else { return nil }
        return TemplateFile(path: "fixture/\(name).yaml", text: try TestData.text(path))
    }

    static func render(_ package: String, fixtures: [String]) throws -> RenderResult {
        var overlays: [TemplateFile] = []
        for name in fixtures { if let file = try fixture(package, name) { overlays.append(file) } }
        return try Ytt.render(
            RenderRequest(files: try files(in: "packages/\(package)/bundle/config"), overlays: overlays))
    }
}
