/// The coordinator's end of the link with one Supervisor. Inputs: `received(_:from:at:)`,
/// `resume(acked:wanted:epoch:at:)`, `refuse(code:text:at:)`, `tick(at:)`, `want(_:_:at:)`, `persisted(through:at:)`,
/// `grant(credit:at:)`, `ask(id:_:deadline:at:)`, `contentRead(_:offset:total:bytes:at:)`, `contentMissing(_:at:)`,
/// `disconnected(_:at:)`, `close(at:)`.
package struct CoordinatorSession: Sendable {
    package let configuration: Configuration
    package private(set) var state = State.awaitingHello
    package private(set) var counters = Counters()

    package init(configuration: Configuration) { self.configuration = configuration }
}
