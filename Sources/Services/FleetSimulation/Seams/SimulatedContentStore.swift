package import FleetModel
package import FleetRuntime

/// One process's hold on its machine's content store.
package struct SimulatedContentStore: ContentStore {
    let disk: SimulatedDisk
    let process: SimulatedProcess

    package func put(_ bytes: [UInt8]) async throws(JournalError) -> ContentDigest {
        let digest = ContentDigest(sha256Of: bytes)
        _ = try await disk.perform(.put(bytes, digest), by: process)
        return digest
    }

    package func get(_ digest: ContentDigest) async throws(JournalError) -> [UInt8]? {
        guard process.isAlive else { throw .closed }
        return disk.content(digest)
    }

    package func contains(_ digest: ContentDigest) async throws(JournalError) -> Bool {
        guard process.isAlive else { throw .closed }
        return disk.content(digest) != nil
    }

    package func retain(only referenced: Set<ContentDigest>) async throws(JournalError) -> Int {
        Int(try await disk.perform(.retain(referenced), by: process))
    }
}
