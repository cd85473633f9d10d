internal import Crypto
package import FleetModel
import Synchronization

/// Content in memory, for tests and the seeded simulation.
package final class InMemoryContentStore: ContentStore {
    private let contents = Mutex<[ContentDigest: [UInt8]]>([:])

    package init() {}

    package func put(_ bytes: [UInt8]) async throws(JournalError) -> ContentDigest {
        let digest = ContentDigest(sha256Of: bytes)
        contents.withLock { $0[digest] = bytes }
        return digest
    }

    package func get(_ digest: ContentDigest) async throws(JournalError) -> [UInt8]? {
        contents.withLock { $0[digest] }
    }

    package func contains(_ digest: ContentDigest) async throws(JournalError) -> Bool {
        contents.withLock { $0[digest] != nil }
    }

    package func retain(only referenced: Set<ContentDigest>) async throws(JournalError) -> Int {
        contents.withLock { contents in
            let before = contents.count
            contents = contents.filter { referenced.contains($0.key) }
            return before - contents.count
        }
    }
}

extension ContentDigest {
    /// `sha256:…` of the bytes.
    package init(sha256Of bytes: [UInt8]) {
        let digits = SHA256.hash(data: bytes).map { byte in
            let text = String(byte, radix: 16)
            return byte < 16 ? "0" + text : text
        }
        self.init(rawValue: "sha256:" + digits.joined())
    }
}
