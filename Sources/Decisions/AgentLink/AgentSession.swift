/// The agent's end of the link. Inputs (each returns the actions to run, in order; `at` is the wall clock, only its
/// advance is used): `connected(at:)`, `disconnected(at:)`, `received(_:at:)`, `tick(at:)` when `wake(at:)` has passed,
/// `outboxGrew(first:last:at:)`, `outboxRead(_:at:)`, `desiredPersisted(_:generation:at:)`, `answer(id:_:at:)`,
/// `fetchContent(_:at:)`, `contentStored(_:at:)`, `contentMismatched(_:at:)`, `newIncarnation(_:at:)`, `close(at:)`.
package struct AgentSession: Sendable {
    package let configuration: Configuration
    package private(set) var state = State.disconnected
    package private(set) var counters = Counters()

    package init(configuration: Configuration) { self.configuration = configuration }
}
