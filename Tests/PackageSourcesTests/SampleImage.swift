import FleetModel
import FleetRuntime
import Foundation

/// An image as `imgpkg push` makes it: configuration with labels, layers, manifest.
struct SampleImage {
    var config: [UInt8]
    var layers: [[UInt8]]
    var manifest: [UInt8]
    var digest: ContentDigest { ContentDigest(sha256Of: manifest) }
    static let manifestType = "application/vnd.docker.distribution.manifest.v2+json"

    init(layers: [[UInt8]], isBundle: Bool = true) {
        self.layers = layers
        config = Array(
            (isBundle
                ? #"{"config":{"Labels":{"dev.carvel.imgpkg.bundle":"true"}},"rootfs":{"type":"layers"}}"#
                : #"{"config":{}}"#).utf8)
        let list = layers.map { layer in
            #"{"mediaType":"application/vnd.docker.image.rootfs.diff.tar.gzip","size":\#(layer.count),"#
                + #""digest":"\#(ContentDigest(sha256Of: layer))"}"#
        }
        manifest = Array(
            (#"{"schemaVersion":2,"mediaType":"\#(Self.manifestType)","config":"#
                + #"{"mediaType":"application/vnd.docker.container.image.v1+json","size":\#(config.count),"#
                + #""digest":"\#(ContentDigest(sha256Of: config))"},"layers":[\#(list.joined(separator: ","))]}"#).utf8)
    }

    init(files: [String: String], isBundle: Bool = true) {
        self.init(layers: [SampleImage.gzip(TarBytes.archive(files))], isBundle: isBundle)
    }

    var blobs: [ContentDigest: [UInt8]] {
        Dictionary((layers + [config]).map { (ContentDigest(sha256Of: $0), $0) }) { first, _ in first }
    }

    /// A gzip text of stored blocks: no compressor is needed to make one.
    static func gzip(_ bytes: [UInt8]) -> [UInt8] {
        var packed: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
        var rest = bytes[...]
        repeat {
            let piece = rest.prefix(60_000)
            rest = rest.dropFirst(piece.count)
            let count = UInt16(piece.count)
            packed.append(rest.isEmpty ? 1 : 0)
            packed += [UInt8(count & 255), UInt8(count >> 8), UInt8(~count & 255), UInt8(~count >> 8)]
            packed += piece
        } while !rest.isEmpty
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? 0xEDB8_8320 ^ (crc >> 1) : crc >> 1 }
        }
        crc = ~crc
        for word in [crc, UInt32(truncatingIfNeeded: bytes.count)] {
            for shift in [0, 8, 16, 24] as [UInt32] { packed.append(UInt8(word >> shift & 255)) }
        }
        return packed
    }
}
