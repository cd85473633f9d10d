package import Foundation

/// The shared test data beside the project; absent on a machine that has only the project.
package enum TestData {
    /// `FLOTILLA_TESTDATA`, else `../shared/testdata` seen from the package root; nil when there is none.
    package static let root: URL? = {
        let manager = FileManager.default
        if let named = ProcessInfo.processInfo.environment["FLOTILLA_TESTDATA"] {
            return manager.fileExists(atPath: named) ? URL(fileURLWithPath: named, isDirectory: true) : nil
        }
        let candidates = [
            packageRoot.deletingLastPathComponent(),
            URL(fileURLWithPath: manager.currentDirectoryPath).deletingLastPathComponent(),
        ]
        return candidates.map { $0.appendingPathComponent("shared/testdata") }
            .first { manager.fileExists(atPath: $0.path) }
    }()

    /// The folder that holds Package.swift.
    package static let packageRoot: URL = {
        var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        while folder.path != "/" {
            if FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) {
                return folder
            }
            folder.deleteLastPathComponent()
        }
        return URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
    }()

    package static func exists(_ path: String) -> Bool {
        root.map { FileManager.default.fileExists(atPath: $0.appendingPathComponent(path).path) } ?? false
    }

    /// The text of a file under `root`. Call only where `exists` said so.
    package static func text(_ path: String) throws -> String {
        guard let root else { throw CocoaError(.fileNoSuchFile) }
        return try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// Names in a folder under `root`, sorted; empty when it is absent.
    package static func names(in path: String) -> [String] {
        guard let root else { return [] }
        let folder = root.appendingPathComponent(path).path
        return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    }
}
