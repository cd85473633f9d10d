internal import FleetModel
internal import FleetRuntime

/// Where images are, by digest or by name: a registry's repository, an OCI layout, an archive.
protocol ImagePlace: Sendable {
    /// The bytes of a manifest: by digest when one is given, else by the name's tag (`latest` without one).
    func manifest(of image: ImageName, digest: ContentDigest?) async throws(PlaceFailure) -> [UInt8]
    /// The bytes of a content, with the digest and the size that the descriptor says (size 0: not said).
    func blob(_ descriptor: ImageDescriptor, limit: Int) async throws(PlaceFailure) -> [UInt8]
}

extension ImagePlace {
    /// Content from outside is what its digest says, or it is refused.
    static func checked(_ bytes: [UInt8], _ descriptor: ImageDescriptor) throws(PlaceFailure) -> [UInt8] {
        let digest = ContentDigest(sha256Of: bytes)
        guard digest == descriptor.digest else {
            throw .refused("\(descriptor.digest) is damaged: its content has the digest \(digest)")
        }
        guard descriptor.size == 0 || descriptor.size == bytes.count else {
            throw .refused("\(digest) has \(bytes.count) bytes, the manifest says \(descriptor.size)")
        }
        return bytes
    }
}
