package import FleetModel

/// Bytes by digest beside the journal: values, packages, bundles. Mode 0600, counted references.
///
/// Whoever appends a record that names a digest puts the content first; a crash in between leaves an unreferenced
/// content that `collectUnreferenced` removes, never a dangling name.
package protocol ContentStore: Sendable {
    /// Stores under the SHA-256 of the bytes; durable when it returns. Storing the same bytes again is a no-op.
    func put(_ bytes: [UInt8]) async throws(JournalError) -> ContentDigest
    /// Nil when absent. Verifies the digest.
    func get(_ digest: ContentDigest) async throws(JournalError) -> [UInt8]?
    func contains(_ digest: ContentDigest) async throws(JournalError) -> Bool
    /// Deletes everything that is not in `referenced`; returns how many were removed.
    func retain(only referenced: Set<ContentDigest>) async throws(JournalError) -> Int
}
