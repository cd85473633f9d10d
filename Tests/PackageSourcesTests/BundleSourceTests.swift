import FleetModel
import FleetRuntime
import Foundation
import PackageSources
import Testing

/// Makes tar archives by hand, so that forbidden entries can be made too.
private enum Tar {
    static func entry(_ name: String, _ content: String = "", type: UInt8 = 0x30) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            for (index, byte) in text.utf8.enumerated() { header[offset + index] = byte }
        }
        put(name, at: 0)
        put("0000644", at: 100)
        let octal = String(content.utf8.count, radix: 8)
        put(String(repeating: "0", count: 11 - octal.count) + octal, at: 124)
        header[156] = type
        put("ustar", at: 257)
        put("        ", at: 148)
        let sum = String(header.reduce(0) { $0 + Int($1) }, radix: 8)
        put(String(repeating: "0", count: 6 - sum.count) + sum, at: 148)
        header[154] = 0
        var bytes = header + Array(content.utf8)
        while bytes.count % 512 != 0 { bytes.append(0) }
        return bytes
    }

    static func archive(_ entries: [UInt8]...) -> [UInt8] {
        entries.flatMap { $0 } + [UInt8](repeating: 0, count: 1024)
    }
}

private final class Folder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("bundle-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ bytes: [UInt8], to name: String) throws {
        let url = URL(fileURLWithPath: path).appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }

    /// An OCI layout with one manifest and one layer; gives the manifest's digest.
    func writeLayout(layer: [UInt8]) throws -> ContentDigest {
        try write(Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8), to: "oci-layout")
        let layerDigest = ContentDigest(sha256Of: layer)
        try write(layer, to: "blobs/sha256/\(layerDigest.rawValue.dropFirst(7))")
        let manifest = Array(#"{"layers":[{"digest":"\#(layerDigest)"}]}"#.utf8)
        let digest = ContentDigest(sha256Of: manifest)
        try write(manifest, to: "blobs/sha256/\(digest.rawValue.dropFirst(7))")
        try write(Array(#"{"manifests":[{"digest":"\#(digest)"}]}"#.utf8), to: "index.json")
        return digest
    }
}

@Suite struct BundleSourceTests {
    func reference(image: String? = nil, pinned: ContentDigest? = nil) -> BundleReference {
        BundleReference(refName: "web.example.com", version: "1.0.0", image: image, pinned: pinned)
    }

    @Test func aFolderIsPinnedByItsTree() async throws {
        let folder = try Folder()
        try folder.write(Array("a: 1".utf8), to: "config/a.yaml")
        let source = DirectorySource(folder: folder.path)
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
        let folder = try Folder()
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/x", withDestinationPath: "/etc/passwd")
        await #expect(throws: FleetError.self) { try await DirectorySource(folder: folder.path).fetch(reference()) }
    }

    @Test func anOCILayoutIsCheckedAgainstTheImageDigest() async throws {
        let folder = try Folder()
        let digest = try folder.writeLayout(layer: Tar.archive(Tar.entry("config/a.yaml", "a: 1")))
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
        let folder = try Folder()
        let layer = Tar.archive(Tar.entry("config/a.yaml", "a: 1"))
        let digest = try folder.writeLayout(layer: layer)
        try folder.write(
            layer + [0], to: "blobs/sha256/\(ContentDigest(sha256Of: layer).rawValue.dropFirst(7))")
        await #expect(throws: FleetError.self) {
            try await OCILayoutSource(folder: folder.path).fetch(reference(image: "x@\(digest)"))
        }
    }

    @Test(arguments: [
        Tar.archive(Tar.entry("../outside", "x")), Tar.archive(Tar.entry("/etc/passwd", "x")),
        Tar.archive(Tar.entry("a/../../b", "x")), Tar.archive(Tar.entry("link", type: 0x32)),
        Tar.archive(Tar.entry("hard", type: 0x31)), Tar.archive(Tar.entry("device", type: 0x33)),
        Array(Tar.archive(Tar.entry("cut", "content")).prefix(514)),
    ])
    func pathTricksInArchivesAreRefused(archive: [UInt8]) async throws {
        let folder = try Folder()
        let digest = try folder.writeLayout(layer: archive)
        await #expect(throws: FleetError.self) {
            try await OCILayoutSource(folder: folder.path).fetch(reference(image: "x@\(digest)"))
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
