internal import FleetModel
internal import ResourceModel
internal import Synchronization

/// The packages that were read last, by the digest of their content: a command asks for a plan, and then for the same
/// package again.
final class PackageDocuments: Sendable {
    /// The version that is there and the one that comes, of two services.
    private static let kept = 4

    private let state = Mutex<[(digest: ContentDigest, package: PackageDocument)]>([])

    func package(_ digest: ContentDigest) -> PackageDocument? {
        state.withLock { state in state.first { $0.digest == digest }?.package }
    }

    func keep(_ package: PackageDocument, _ digest: ContentDigest) {
        state.withLock { state in
            state.removeAll { $0.digest == digest }
            state.append((digest, package))
            if state.count > Self.kept { state.removeFirst() }
        }
    }
}
