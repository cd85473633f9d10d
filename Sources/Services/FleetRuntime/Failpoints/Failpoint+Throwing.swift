package import FleetModel

/// What most failpoints do when they are asked for an error.
extension Failpoint {
    /// Fails as a disk does: who meets it ends, since what was written is not known.
    package func failStorage() throws(JournalError) {
        if fails() { throw .storage(detail: "disk I/O error (\(text))") }
    }

    /// Fails as something that can be tried again.
    package func failService() throws(FleetError) {
        if fails() { throw FleetError(.unavailable, text) }
    }
}
