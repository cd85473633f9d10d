package import FleetModel

extension AgentSession {
    package struct Configuration: Hashable, Sendable {
        package var agentVersion: String
        /// What the agent speaks; older and newer agents exist in tests only.
        package var protocols: ClosedRange<UInt32> = LinkProtocol.current...LinkProtocol.current
        /// Drawn at the start of the process.
        package var instance: UInt64
        package var kubernetesVersion = ""
        package var nodes: UInt32 = 0
        package var limits = LinkLimits()
        package var timing = LinkTiming()
        /// A key of the agent's that was made before the start and is not the one in use yet.
        package var waitingKey: String?

        package init(agentVersion: String, instance: UInt64) {
            self.agentVersion = agentVersion
            self.instance = instance
        }
    }

    /// Where the agent's outbox stands on its disk.
    package struct Outbox: Hashable, Sendable {
        package var incarnation: UInt64
        /// First sequence still kept; `last + 1` when the outbox is empty.
        package var first: UInt64
        package var last: UInt64

        package init(incarnation: UInt64, first: UInt64 = 1, last: UInt64 = 0) {
            self.incarnation = incarnation
            self.first = max(1, first)
            self.last = last
        }
    }

    package enum State: Hashable, Sendable {
        /// No connection. Can become greeting.
        case disconnected
        /// Hello was sent and is repeated. Can become live, disconnected.
        case greeting
        /// The coordinator welcomed us. Can become greeting (refused), disconnected (silence, connection lost).
        case live(epoch: UInt64, protocolVersion: UInt32)
    }

    /// What the driver has to do, in order.
    package enum Action: Hashable, Sendable {
        /// Hand the frame to the transport; a frame the transport does not take may be forgotten.
        case send([UInt8])
        /// Throw the connection away and dial anew; `connected` or `disconnected` follows.
        case reconnect
        /// Now live; everything up to `acked` of the outbox is safe at the coordinator.
        case live(epoch: UInt64, acked: UInt64)
        /// The session ended; a new one is being sought.
        case lost(reason: String)
        /// The coordinator refused us; it is tried again later. `outbox_rewound`: begin a new incarnation.
        case refused(code: String, text: String)
        /// Persist this wanted state, then call `desiredPersisted`.
        case accept(ServiceID, InstallSpec)
        /// All the coordinator wants, by generation. What is not listed must be left alone.
        case fullSync([ServiceID: UInt64])
        /// Read up to `limit` reports of the outbox from `from` on and pass them to `outboxRead`.
        case readOutbox(from: UInt64, limit: Int)
        /// Reports up to here may be deleted from the outbox.
        case acknowledged(through: UInt64)
        /// Answer within `deadline` by `answer(id:_:at:)`.
        case answer(id: UInt64, AgentQuestion, deadline: Duration)
        /// Check the digest and store, then call `contentStored` or `contentMismatched`.
        case storeContent(ContentDigest, [UInt8])
        /// The content will not come; the reason says why.
        case contentFailed(ContentDigest, FleetError)
        /// Make a new key, or read the one that waits on the disk, then call `keyMade`.
        case makeKey
        /// Dial anew with this key; `disconnected` or `connected` follows.
        case useKey(KeyChoice)
        /// The new key bore a session: it takes the old one's place on the disk.
        case keySettled
        /// The coordinator does not take the new key, which is thrown away.
        case keyRefused(reason: String)
        /// Bad input was dropped and counted; nothing changed.
        case reject(reason: String)
    }

    package enum KeyChoice: Hashable, Sendable { case old, new }

    /// What was dropped since the start, for the log and the status.
    package struct Counters: Hashable, Sendable {
        package var rejected = 0
        package var unknownKinds = 0
        package var staleFrames = 0
        package var resentBatches = 0
        package var hellos = 0
        package init() {}
    }
}

/// An encoded report as it lies in an outbox.
package struct OutboxReport: Hashable, Sendable {
    package var sequence: UInt64
    /// From `ReportCodec.encode`.
    package var bytes: [UInt8]

    package init(sequence: UInt64, bytes: [UInt8]) {
        self.sequence = sequence
        self.bytes = bytes
    }
}
