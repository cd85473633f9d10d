extension AsyncStream.Continuation where Element: Sendable {
    /// Runs a worker; its failure is noted and ends the stream.
    ///
    /// A task group whose child throws cancels the other children but not its own body, which would wait on the stream
    /// for ever: the process would live on without doing anything.
    func endingOnFailure(_ failure: FirstFailure, _ work: () async throws -> Void) async throws {
        do {
            try await work()
        } catch {
            failure.note(error)
            finish()
            throw error
        }
    }
}
