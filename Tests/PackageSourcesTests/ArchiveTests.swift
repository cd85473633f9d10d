import FleetModel
import FleetRuntime
import Foundation
import PackageSources
import Testing

/// Air gap archives, and archives that somebody made to do harm.
@Suite struct ArchiveTests {
    let image = SampleImage(files: ["config/a.yaml": "a: 1"])

    /// As `imgpkg copy --to-tar` writes it.
    func imgpkgArchive(_ image: SampleImage, reference: String, withLayers: Bool = true) throws -> [UInt8] {
        func raw(_ bytes: [UInt8]) throws -> String {
            String(decoding: try JSONEncoder().encode(String(decoding: bytes, as: UTF8.self)), as: UTF8.self)
        }
        let table =
            #"[{"ImageIndex":null,"Image":{"Refs":["\#(reference)"],"Layers":[],"Config":"#
            + #"{"Digest":"\#(ContentDigest(sha256Of: image.config))","#
            + #""Raw":\#(try raw(image.config))},"Manifest":{"MediaType":"\#(SampleImage.manifestType)","#
            + #""Digest":"\#(image.digest)","Raw":\#(try raw(image.manifest))},"Tag":"1.0"}}]"#
        let layers = image.layers.map { layer in
            TarBytes.entry("sha256-\(ContentDigest(sha256Of: layer).rawValue.dropFirst(7)).tar.gz", layer)
        }
        return TarBytes.archive([TarBytes.entry("manifest.json", table)] + (withLayers ? layers : []))
    }

    func fetch(_ archive: [UInt8], _ reference: String) async throws -> PackageSources.Bundle {
        let folder = try ScratchFolder()
        try folder.write(archive, to: "bundle.tar")
        return try await folder.source(.archive("\(folder.path)/bundle.tar")).fetch(
            BundleReference(refName: "web.example.com", version: "1.0.0", image: reference))
    }

    @Test func anArchiveOfImgpkgIsRead() async throws {
        let archive = try imgpkgArchive(image, reference: "registry.example.com/web@\(image.digest)")
        let byDigest = try await fetch(archive, "registry.example.com/web@\(image.digest)")
        #expect(byDigest.files == ["config/a.yaml": Array("a: 1".utf8)])
        #expect(byDigest.digest == image.digest)
        #expect(try await fetch(archive, "registry.example.com/web:1.0") == byDigest)
        let error = await #expect(throws: FleetError.self) {
            try await fetch(archive, "registry.example.com/web@\(ContentDigest(sha256Of: [1]))")
        }
        #expect(error?.reason.contains("none of its 1 images has the digest") == true)
    }

    @Test func anOCILayoutInOneFileIsRead() async throws {
        let entries = ScratchFolder.layout(image).sorted { $0.key < $1.key }.map { TarBytes.entry($0.key, $0.value) }
        let bundle = try await fetch(TarBytes.archive(entries), "registry.example.com/web@\(image.digest)")
        #expect(bundle.files == ["config/a.yaml": Array("a: 1".utf8)])
    }

    @Test func aCutArchiveIsRefusedAtEveryLength() async throws {
        let archive = try imgpkgArchive(image, reference: "registry.example.com/web")
        for length in stride(from: 1, to: archive.count - 512, by: 173) {
            let error = await #expect(throws: FleetError.self) {
                try await fetch(Array(archive.prefix(length)), "registry.example.com/web@\(image.digest)")
            }
            #expect(error?.code == .refused)
        }
        let without = try imgpkgArchive(image, reference: "registry.example.com/web", withLayers: false)
        let error = await #expect(throws: FleetError.self) {
            try await fetch(without, "registry.example.com/web@\(image.digest)")
        }
        #expect(error?.reason.contains("is missing in it; copy the image again") == true)
    }

    @Test(arguments: [
        ("pax length", TarBytes.archive(TarBytes.entry("p", "2 x", type: 0x78), TarBytes.entry("a", "b"))),
        ("pax size", TarBytes.archive(TarBytes.entry("p", "14 size=99999\n", type: 0x78), TarBytes.entry("a", "b"))),
        (
            "sparse",
            TarBytes.archive(TarBytes.entry("p", "20 GNU.sparse.map=0\n", type: 0x78), TarBytes.entry("a", "b"))
        ),
        ("pax path", TarBytes.archive(TarBytes.entry("p", "14 path=../ab\n", type: 0x78), TarBytes.entry("a", "b"))),
        ("long name", TarBytes.archive(TarBytes.entry("L", "/etc/passwd", type: 0x4C), TarBytes.entry("a", "b"))),
        ("huge size", TarBytes.archive(TarBytes.entry("a", Array("b".utf8), size: 1 << 32))),
        ("file and folder", TarBytes.archive(TarBytes.entry("a", "b"), TarBytes.entry("a/b", "c"))),
        ("unknown type", TarBytes.archive(TarBytes.entry("a", "b", type: 0x5A))),
        ("no name", TarBytes.archive(TarBytes.entry("./", "b"), TarBytes.entry(".", "b"))),
        ("back slash", TarBytes.archive(TarBytes.entry("a\\..\\b", "b"))),
    ])
    func harmfulArchivesAreRefused(what: String, archive: [UInt8]) async throws {
        let folder = try ScratchFolder()
        let digest = try folder.writeLayout(layer: archive)
        let error = await #expect(throws: FleetError.self) {
            try await folder.source(.ociLayout(folder.path)).fetch(
                BundleReference(refName: "web.example.com", version: "1.0.0", image: "x@\(digest)"))
        }
        #expect(error?.code == .refused, "\(what)")
    }

    @Test func whatOneLayerHasTheNextCanTakeAway() async throws {
        let folder = try ScratchFolder()
        let image = SampleImage(layers: [
            TarBytes.archive(["config/a.yaml": "a", "config/b.yaml": "b", "old/x": "x", "old/y": "y"]),
            TarBytes.archive(["config/.wh.a.yaml": "", "old/.wh..wh..opq": "", "old/z": "z"]),
        ])
        let digest = try folder.writeLayout(image)
        let bundle = try await folder.source(.ociLayout(folder.path)).fetch(
            BundleReference(refName: "web.example.com", version: "1.0.0", image: "x@\(digest)"))
        #expect(bundle.files.keys.sorted() == ["config/b.yaml", "old/z"])
    }

    @Test func boundsHold() throws {
        var limits = BundleLimits()
        limits.files = 3
        limits.fileBytes = 10
        let many = TarBytes.archive((0..<5).map { TarBytes.entry("f\($0)", "x") })
        #expect(throws: ArchiveFailure.self) { try TarReader.files(many, limits: limits) }
        let metadata = TarBytes.archive((0..<100).map { _ in TarBytes.entry("p", "10 path=a\n", type: 0x78) })
        #expect(throws: ArchiveFailure.self) { try TarReader.files(metadata, limits: limits) }
        let large = TarBytes.archive(TarBytes.entry("f", "12345678901"))
        #expect(throws: ArchiveFailure.self) { try TarReader.files(large, limits: limits) }
    }

    @Test func aWrittenArchiveReadsBackAndIsTheSameEachTime() throws {
        let files = [
            "a": [UInt8](repeating: 1, count: 513), "config/b.yaml": Array("b".utf8), "empty": [],
            String(repeating: "long/", count: 40) + "x": [1],
        ]
        let archive = TarWriter.archive(files)
        #expect(archive == TarWriter.archive(files))
        #expect(try TarReader.files(archive, limits: BundleLimits()) == files)
    }

    @Test func theBundleThatTheCoordinatorCarriesIsUsedLast() async throws {
        let archive = TarWriter.archive(["config/a.yaml": Array("a: 1".utf8)])
        let wanted = BundleReference(refName: "web.example.com", version: "1", image: "r.example.com/web:1")
        let digest = ContentDigest(sha256Of: archive)
        let map = SourceMap(rules: [], asksCoordinator: true)
        let bundle = try await map.fetch(wanted, carried: CarriedBundle(digest: digest) { archive })
        #expect(bundle.files == ["config/a.yaml": Array("a: 1".utf8)])
        let none = await #expect(throws: FleetError.self) { try await map.fetch(wanted) }
        #expect(none?.reason.contains("the coordinator: it holds no bundle of this version") == true)
        let wrong = await #expect(throws: FleetError.self) {
            try await map.fetch(wanted, carried: CarriedBundle(digest: ContentDigest(sha256Of: [1])) { archive })
        }
        #expect(wrong?.code == .refused)
    }
}
