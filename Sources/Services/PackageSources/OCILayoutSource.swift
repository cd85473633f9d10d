package import FleetModel
import FleetRuntime
import Foundation
import ResourceModel

/// A bundle in an OCI image layout on disk (`oci-layout`, `index.json`, `blobs/sha256/…`).
///
/// Every blob is checked against its digest; the manifest must be the one the package's image reference names.
package struct OCILayoutSource: BundleSource {
    package var folder: String
    package var limits: BundleLimits

    package init(folder: String, limits: BundleLimits = BundleLimits()) {
        self.folder = folder
        self.limits = limits
    }

    package func fetch(_ reference: BundleReference) async throws(FleetError) -> Bundle {
        guard FileManager.default.fileExists(atPath: "\(folder)/oci-layout") else {
            throw FleetError(
                .notFound, "\(folder) is not an OCI image layout", reason: "it has no file oci-layout",
                next: "correct `sources` in the configuration")
        }
        let digest = try manifestDigest(reference)
        if let pinned = reference.pinned, pinned != digest {
            throw FleetError(
                .refused, "bundle of \(reference.refName) \(reference.version) in \(folder) was changed",
                reason: "its image digest is \(digest), pinned at registration was \(pinned)",
                next: "restore the layout, or delete and register the version again")
        }
        let manifest = try json(digest)
        var files: [String: [UInt8]] = [:]
        for layer in manifest["layers"]?.arrayValue ?? [] {
            let layerDigest = ContentDigest(layer["digest"]?.stringValue ?? "")
            let packed = try blob(layerDigest)
            let isPacked = packed.starts(with: [0x1F, 0x8B])
            let bound = min(limits.bytes, max(packed.count * limits.ratio, 1 << 20))
            do {
                let archive = isPacked ? try Gzip.unpack(packed, limit: bound) : packed
                files.merge(try TarReader.files(archive, limits: limits)) { _, later in later }
            } catch {
                throw FleetError(
                    .refused, "layer \(layerDigest) of \(reference.image ?? reference.refName) in \(folder)",
                    reason: "\(error)", next: "copy the bundle again")
            }
        }
        return Bundle(files: files, digest: digest)
    }

    private func manifestDigest(_ reference: BundleReference) throws(FleetError) -> ContentDigest {
        if let wanted = reference.imageDigest {
            guard FileManager.default.fileExists(atPath: path(of: wanted)) else {
                throw FleetError(
                    .notFound, "image \(reference.image ?? "") is not in the OCI layout \(folder)",
                    reason: "there is no blob \(wanted)",
                    next: "copy the image into the layout, or correct `sources` in the configuration")
            }
            return wanted
        }
        let index = try readJSON("\(folder)/index.json")
        let manifests = index["manifests"]?.arrayValue ?? []
        let tag = reference.image?.split(separator: ":").last.map(String.init)
        let named = manifests.filter {
            let name = $0["annotations"]?["org.opencontainers.image.ref.name"]?.stringValue
            return name != nil && (name == tag || name == reference.image)
        }
        let candidates = named.isEmpty ? manifests : named
        guard candidates.count == 1, let digest = candidates[0]["digest"]?.stringValue else {
            throw FleetError(
                .notFound, "image \(reference.image ?? reference.refName) is not named in \(folder)/index.json",
                reason: "\(candidates.count) manifests could be meant", next: "name the image by digest")
        }
        return ContentDigest(digest)
    }

    private func path(of digest: ContentDigest) -> String { "\(folder)/blobs/sha256/\(digest.rawValue.dropFirst(7))" }

    private func blob(_ digest: ContentDigest) throws(FleetError) -> [UInt8] {
        guard digest.isWellFormed, let data = FileManager.default.contents(atPath: path(of: digest)) else {
            throw FleetError(
                .notFound, "blob \(digest) is not in the OCI layout \(folder)", next: "copy the bundle again")
        }
        let bytes = [UInt8](data)
        guard ContentDigest(sha256Of: bytes) == digest else {
            throw FleetError(
                .refused, "blob \(digest) in \(folder) is damaged",
                reason: "its content has the digest \(ContentDigest(sha256Of: bytes))", next: "copy the bundle again")
        }
        return bytes
    }

    private func json(_ digest: ContentDigest) throws(FleetError) -> Value {
        let bytes = try blob(digest)
        do throws(JSONError) {
            return try JSONReader.read(bytes)
        } catch {
            throw FleetError(.refused, "manifest \(digest) in \(folder) is not JSON", reason: "\(error)")
        }
    }

    private func readJSON(_ path: String) throws(FleetError) -> Value {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw FleetError(.notFound, "\(path) does not exist", next: "copy the bundle again")
        }
        do throws(JSONError) {
            return try JSONReader.read([UInt8](data))
        } catch {
            throw FleetError(.refused, "\(path) is not JSON", reason: "\(error)")
        }
    }
}
