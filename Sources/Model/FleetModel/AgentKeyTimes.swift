/// How long an agent's keys are good for while they are changed.
package struct AgentKeyTimes: Hashable, Sendable {
    /// How long the key before is admitted after the new one was used first.
    package var overlap: Duration = .seconds(24 * 3600)
    /// How long an agent that is asked for a new key may take; one that was away so long must join again.
    package var grace: Duration = .seconds(30 * 24 * 3600)

    package init() {}
}
