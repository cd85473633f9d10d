extension AsyncStream.Continuation where Element: Sendable {
    /// Runs a worker; its failure ends the stream.
    ///
    /// A task group whose child throws cancels the other children but not its own body, which would wait on the stream
    /// for ever: the process would live on without doing anything.
    func endingOnFailure(_ work: () async throws -> Void) async throws {
        do {
            try await work()
        } catch {
            finish()
            throw error
        }
    }
}
