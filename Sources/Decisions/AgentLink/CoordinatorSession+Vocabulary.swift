package import FleetModel

extension CoordinatorSession {
    /// One connection of an agent: the transport's routing id. Not an identity.
    package struct Connection: Hashable, Sendable {
        package var bytes: [UInt8]
        package init(_ bytes: [UInt8]) { self.bytes = bytes }
    }

    package struct Configuration: Hashable, Sendable {
        package var coordinatorVersion: String
        package var serves: ClosedRange<UInt32> = LinkProtocol.served()
        /// This opening of the journal.
        package var term: UInt64 = 0
        package var limits = LinkLimits()
        package var timing = LinkTiming()

        package init(coordinatorVersion: String) { self.coordinatorVersion = coordinatorVersion }
    }

    package enum State: Hashable, Sendable {
        /// Nobody has greeted. Can become resuming.
        case awaitingHello
        /// A hello was understood; the driver looks up where the agent stands. Can become live, awaitingHello.
        case resuming(nonce: UInt64)
        /// Can become stale, lost, resuming (a new hello), awaitingHello (bye).
        case live(epoch: UInt64)
        /// Silent for `staleAfter` heartbeats. Can become live, lost, resuming.
        case stale(epoch: UInt64)
        /// Silent for `lostAfter` heartbeats, or cut. Can become resuming.
        case lost
    }

    /// What an agent said of itself. Not proof of anything.
    package struct Greeting: Hashable, Sendable {
        package var agentVersion: String
        package var protocolVersion: UInt32
        package var incarnation: UInt64
        package var instance: UInt64
        package var kubernetesVersion: String
        package var nodes: UInt32
        package var accepted: [ServiceID: UInt64]
        package var outboxFirst: UInt64
        package var outboxLast: UInt64
        /// Highest epoch the agent was ever served at.
        package var lastEpoch: UInt64
        /// The opening of the coordinator's journal in which that was; 0 when it was not said.
        package var lastTerm: UInt64
    }

    /// A report as received: `bytes` verbatim for the journal, `report` read for deciding.
    package struct ReceivedReport: Hashable, Sendable {
        package var bytes: [UInt8]
        package var report: AgentReport

        package init(bytes: [UInt8], report: AgentReport) {
            self.bytes = bytes
            self.report = report
        }
    }

    /// What the driver has to do, in order.
    package enum Action: Hashable, Sendable {
        case send([UInt8], to: Connection)
        /// Cut the connection: another one of the same agent replaced it, or it is lost.
        case cut(Connection)
        /// Look up the position of `greeting.incarnation` and the wanted installs, then call `resume` (or `refuse`).
        case resume(Greeting)
        /// The session is open.
        case live(epoch: UInt64, Greeting)
        case stale
        /// Heard again after `stale`.
        case recovered
        case lost(reason: String)
        /// The agent accepted a generation that is newer than the wanted one (a restored coordinator): raise it.
        case agentAhead(ServiceID, accepted: UInt64)
        /// The agent has this generation on its disk.
        case desiredAccepted(ServiceID, generation: UInt64)
        /// Append these, in order and without a hole, then call `persisted(through:)`.
        case reports(incarnation: UInt64, [ReceivedReport])
        case answered(id: UInt64, AgentAnswer)
        /// Read up to `limit` bytes of the content and pass them to `contentRead` (or `contentMissing`).
        case readContent(ContentDigest, offset: UInt64, limit: Int)
        /// The agent offers a key over its connection: record it, then call `keyAnswered`.
        case keyOffered(String, over: Connection)
        /// Bad input was dropped and counted; nothing changed.
        case reject(reason: String)
    }

    package struct Counters: Hashable, Sendable {
        package var rejected = 0
        package var unknownKinds = 0
        package var staleFrames = 0
        package var duplicateReports = 0
        package var holes = 0
        package var creditViolations = 0
        package init() {}
    }
}
