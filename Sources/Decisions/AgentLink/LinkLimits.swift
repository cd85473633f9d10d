/// Every bound of the link, by name. What exceeds one is refused and counted; nothing grows past it.
package struct LinkLimits: Hashable, Sendable {
    /// Bytes of one frame of the command socket; also the socket's MAXMSGSIZE.
    package var frameBytes = 4 << 20
    /// Bytes of one enrolment message.
    package var enrolmentBytes = 4096
    /// Bytes of content in one ContentChunk.
    package var chunkBytes = 1 << 20
    /// Bytes of one whole content that an agent will assemble.
    package var contentBytes = 64 << 20
    /// Contents an agent fetches at once; further ones wait.
    package var contentFetches = 4
    /// Contents that may wait.
    package var contentQueue = 256
    /// How often a content whose digest did not hold is fetched again before it fails.
    package var contentAttempts = 3
    /// Content pieces a coordinator reads for one agent at once.
    package var contentReads = 8
    /// Questions to one agent without an answer.
    package var outstandingAsks = 16
    /// Bytes of one encoded answer; what does not fit a frame goes in parts of `chunkBytes`.
    package var answerBytes = 16 << 20
    /// Answers of one agent that are under way in parts.
    package var partedAnswers = 2
    /// DesiredStates to one agent without an acknowledgement; further ones wait.
    package var unackedDesired = 32
    /// Services of one Supervisor.
    package var services = 1000
    /// Reports without an acknowledgement (the credit of an agent).
    package var credit = 256
    /// Reports of one batch.
    package var batchReports = 64
    /// Bytes of one batch.
    package var batchBytes = 1 << 20
    /// Bytes of one encoded report.
    package var reportBytes = 256 << 10
    /// Bytes of a free text (version, reason) taken from a peer.
    package var textBytes = 4096
    /// Bad frames of one agent within a second; beyond them it is not listened to for `mutePause`.
    package var badFramesPerSecond = 100
    /// Sessions of one agent whose epochs are remembered.
    package var rememberedEpochs = 16
    /// Characters of a CURVE public key (Z85).
    package var keyCharacters = 40
    /// Agent processes remembered as displaced.
    package var displacedInstances = 8

    package init() {}
}

/// How long the link waits, by name.
package struct LinkTiming: Hashable, Sendable {
    /// An idle agent pings after this long; the coordinator's Welcome names its own.
    package var heartbeat: Duration = .seconds(10)
    /// A session is stale after so many heartbeats of silence; the coordinator then asks once per heartbeat.
    package var staleAfter = 3
    /// A session is lost after so many heartbeats of silence.
    package var lostAfter = 6
    /// First and longest wait between two hellos; each is drawn from the upper half.
    package var helloFirst: Duration = .seconds(1)
    package var helloLongest: Duration = .seconds(30)
    /// The same after a refusal.
    package var refusedFirst: Duration = .seconds(5)
    package var refusedLongest: Duration = .seconds(60)
    /// First and longest wait before something unacknowledged is sent again.
    package var resendFirst: Duration = .seconds(5)
    package var resendLongest: Duration = .seconds(60)
    /// Least time between two requests for the same hole, and between two refusals of stale or bad frames.
    package var refusalPause: Duration = .seconds(1)
    /// How long an agent that sends too many bad frames is not listened to.
    package var mutePause: Duration = .seconds(10)
    /// How long one of an agent's two keys is tried, while it changes them, before the other one has its turn.
    package var keyPatience: Duration = .seconds(60)
    /// A live coordinator repeats the list of all it wants this often.
    package var fullSync: Duration = .seconds(300)

    package init() {}
}
