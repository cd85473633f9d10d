internal import AgentLink
internal import FleetModel
internal import FleetRuntime

/// The sessions with the agents and the questions that wait for their answers.
struct Sessions: Sendable {
    struct Known: Sendable {
        var machine: CoordinatorSession
        var key: LinkKey
        var lastHeard: Timestamp?
    }

    struct QuestionID: Hashable, Sendable {
        var supervisor: SupervisorID
        var id: UInt64
    }

    /// Admitted keys.
    var keys: [LinkKey: SupervisorID] = [:]
    var known: [SupervisorID: Known] = [:]
    var questions: [QuestionID: CheckedContinuation<AgentAnswer, Never>] = [:]
    private var lastQuestion: UInt64 = 0
    /// Supervisors whose agents were served by a newer copy of the journal, with the epoch they know.
    var newerElsewhere: [SupervisorID: UInt64] = [:]
    /// Higher than any epoch of an earlier run of this copy of the journal.
    private var lastEpoch: UInt64

    init(firstEpoch: UInt64) { lastEpoch = firstEpoch }

    mutating func nextEpoch() -> UInt64 {
        lastEpoch += 1
        return lastEpoch
    }

    mutating func nextQuestion(
        _ supervisor: SupervisorID, _ continuation: CheckedContinuation<AgentAnswer, Never>
    ) -> UInt64 {
        lastQuestion += 1
        questions[QuestionID(supervisor: supervisor, id: lastQuestion)] = continuation
        return lastQuestion
    }

    /// Runs one input of a Supervisor's machine; nothing when there is no session.
    mutating func with(
        _ supervisor: SupervisorID, _ input: (inout CoordinatorSession) -> [CoordinatorSession.Action]
    ) -> [CoordinatorSession.Action] {
        guard known[supervisor] != nil else { return [] }
        return input(&known[supervisor]!.machine)
    }

    mutating func closeAll(at: Timestamp) -> [(SupervisorID, [CoordinatorSession.Action])] {
        known.keys.sorted().map { id in
            (id, with(id) { $0.close(at: at) }.filter { if case .lost = $0 { false } else { true } })
        }
    }
}

/// A piece of content an agent asked for.
struct ContentRead: Sendable {
    var supervisor: SupervisorID
    var digest: ContentDigest
    var offset: UInt64
    var limit: Int
}
