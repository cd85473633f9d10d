import FleetModel
import FleetRuntime
import Foundation
import PackageSources

/// A folder that goes with its object.
final class ScratchFolder {
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

    /// An OCI layout with one bundle of one layer; gives the manifest's digest.
    func writeLayout(layer: [UInt8]) throws -> ContentDigest { try writeLayout(SampleImage(layers: [layer])) }

    func writeLayout(_ image: SampleImage) throws -> ContentDigest {
        for (name, bytes) in Self.layout(image) { try write(bytes, to: name) }
        return image.digest
    }

    static func layout(_ image: SampleImage) -> [String: [UInt8]] {
        var files: [String: [UInt8]] = ["oci-layout": Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8)]
        for (digest, bytes) in image.blobs { files["blobs/sha256/\(digest.rawValue.dropFirst(7))"] = bytes }
        files["blobs/sha256/\(image.digest.rawValue.dropFirst(7))"] = image.manifest
        files["index.json"] = Array(#"{"manifests":[{"digest":"\#(image.digest)"}]}"#.utf8)
        return files
    }

    /// One rule for every image and for the sample package.
    func source(_ place: SourceMap.Place) -> SourceMap {
        SourceMap(rules: [.init(match: .package("web.example.com", version: nil), place: place)])
    }
}
