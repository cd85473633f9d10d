import FleetModel
import FleetRuntime
import Foundation
import PackageSources
import Testing

@Suite struct BundleSourceTests {
    func reference(image: String? = nil, pinned: ContentDigest? = nil) -> BundleReference {
        BundleReference(refName: "web.example.com", version: "1.0.0", image: image, pinned: pinned)
    }

    @Test func aFolderIsPinnedByItsTree() async throws {
        let folder = try ScratchFolder()
        try folder.write(Array("a: 1".utf8), to: "config/a.yaml")
        let source = folder.source(.directory(folder.path))
        let bundle = try await source.fetch(reference())
        #expect(bundle.files == ["config/a.yaml": Array("a: 1".utf8)])
        _ = try await source.fetch(reference(pinned: bundle.digest))
        try folder.write(Array("a: 2".utf8), to: "config/a.yaml")
        let error = await #expect(throws: FleetError.self) {
            try await source.fetch(reference(pinned: bundle.digest))
        }
        #expect(error?.code == .refused)
    }

    @Test func aLinkInAFolderIsRefused() async throws {
        let folder = try ScratchFolder()
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/x", withDestinationPath: "/etc/passwd")
        await #expect(throws: FleetError.self) { try await folder.source(.directory(folder.path)).fetch(reference()) }
    }

    @Test func anOCILayoutIsCheckedAgainstTheImageDigest() async throws {
        let folder = try ScratchFolder()
        let digest = try folder.writeLayout(layer: TarBytes.archive(TarBytes.entry("config/a.yaml", "a: 1")))
        let map = SourceMap(rules: [
            .init(match: .imagePrefix("registry.example.com/web"), place: .ociLayout(folder.path))
        ])
        let bundle = try await map.fetch(reference(image: "registry.example.com/web@\(digest)"))
        #expect(bundle.files == ["config/a.yaml": Array("a: 1".utf8)])
        #expect(bundle.digest == digest)
        let other = ContentDigest(sha256Of: [1])
        let error = await #expect(throws: FleetError.self) {
            try await map.fetch(reference(image: "registry.example.com/web@\(other)"))
        }
        #expect(error?.code == .notFound)
    }

    @Test func aDamagedLayerIsRefused() async throws {
        let folder = try ScratchFolder()
        let layer = TarBytes.archive(TarBytes.entry("config/a.yaml", "a: 1"))
        let digest = try folder.writeLayout(layer: layer)
        try folder.write(
            layer + [0], to: "blobs/sha256/\(ContentDigest(sha256Of: layer).rawValue.dropFirst(7))")
        await #expect(throws: FleetError.self) {
            try await folder.source(.ociLayout(folder.path)).fetch(reference(image: "x@\(digest)"))
        }
    }

    @Test(arguments: [
        TarBytes.archive(TarBytes.entry("../outside", "x")), TarBytes.archive(TarBytes.entry("/etc/passwd", "x")),
        TarBytes.archive(TarBytes.entry("a/../../b", "x")), TarBytes.archive(TarBytes.entry("link", type: 0x32)),
        TarBytes.archive(TarBytes.entry("hard", type: 0x31)), TarBytes.archive(TarBytes.entry("device", type: 0x33)),
        Array(TarBytes.archive(TarBytes.entry("cut", "content")).prefix(514)),
    ])
    func pathTricksInArchivesAreRefused(archive: [UInt8]) async throws {
        let folder = try ScratchFolder()
        let digest = try folder.writeLayout(layer: archive)
        await #expect(throws: FleetError.self) {
            try await folder.source(.ociLayout(folder.path)).fetch(reference(image: "x@\(digest)"))
        }
    }

    @Test func aMissingSourceSaysWhatToAdd() async throws {
        let error = await #expect(throws: FleetError.self) {
            try await SourceMap(rules: []).fetch(reference(image: "registry.example.com/web:1"))
        }
        #expect(error?.message.contains("registry.example.com/web:1") == true)
        #expect(error?.next.contains("ociLayout") == true)
    }

    @Test func anImagePrefixEndsAtABorder() async throws {
        let map = SourceMap(rules: [.init(match: .imagePrefix("r.example.com/web"), place: .directory("/absent"))])
        let error = await #expect(throws: FleetError.self) {
            try await map.fetch(reference(image: "r.example.com/website:1"))
        }
        #expect(error?.message.contains("no source") == true)
    }
}
