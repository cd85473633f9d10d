import FleetModel
import Foundation
import PackageSources
import ServerMain
import Settings
import Testing

/// What the servers read the same way.
@Suite struct SourceMapSettingTests {
    @Test func whatIsSaidOfASourceWinsOverTheCatalog() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sources-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        for name in ["own", "catalog/harbor/1.0.0/bundle"] {
            try FileManager.default.createDirectory(
                at: folder.appendingPathComponent(name), withIntermediateDirectories: true)
            try Data(name.utf8).write(to: folder.appendingPathComponent(name + "/file"))
        }
        let own = SourceSetting(
            match: .package("harbor.example", version: nil), place: .directory(folder.path + "/own"))
        let map = try SourceMap([own], catalog: nil)
        let pinned = try await map.pin(BundleReference(refName: "harbor.example", version: "1.0.0", image: nil))
        #expect(pinned != nil)
        #expect(throws: FleetError.self) { try SourceMap([own], catalog: folder.path + "/nowhere") }
    }
}
