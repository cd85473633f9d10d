internal import AgentLink
internal import FleetModel
internal import FleetRuntime

/// The sessions with the agents and the questions that wait for their answers.
struct Sessions: Sendable {
    struct Known: Sendable {
        var machine: CoordinatorSession
        var lastHeard: Timestamp?
        private var badFrames = 0
        private var badSince = Timestamp.zero

        init(machine: CoordinatorSession) { self.machine = machine }

        /// A bad frame came; true when there were too many of them within a second.
        mutating func noteBadFrame(limit: Int, at: Timestamp) -> Bool {
            if at < badSince || at.since(badSince) >= .seconds(1) {
                badSince = at
                badFrames = 0
            }
            badFrames += 1
            guard badFrames > limit else { return false }
            badFrames = 0
            return true
        }
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

    /// Above what earlier runs of this journal used. The time's low bits keep the sessions of a restored journal apart
    /// from those that the lost records had.
    static func firstEpoch(position: UInt64, at: Timestamp) -> UInt64 {
        position << 20 | (UInt64(truncatingIfNeeded: at.milliseconds) & 0x3FF) << 10
    }

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
        // In place: a session is too large to be copied for every frame.
        guard let index = known.index(forKey: supervisor) else { return [] }
        return input(&known.values[index].machine)
    }

    /// The Supervisor's agent was heard; its session begins when there is none.
    mutating func heard(
        _ supervisor: SupervisorID, at: Timestamp, _ configuration: CoordinatorSession.Configuration
    ) {
        if let index = known.index(forKey: supervisor) {
            known.values[index].lastHeard = at
        } else {
            var session = Known(machine: CoordinatorSession(configuration: configuration))
            session.lastHeard = at
            known[supervisor] = session
        }
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
