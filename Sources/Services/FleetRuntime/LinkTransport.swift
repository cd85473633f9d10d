package import FleetModel

/// The agent's side of the link: frames to and from one coordinator.
///
/// Carries bytes only; loss, duplication and reordering are the session machine's business.
package protocol AgentTransport: Sendable {
    /// Queues one frame; never blocks. False when the bounded outbox is full: the frame was not taken.
    func send(_ frame: [UInt8]) -> Bool
    /// The next batch of inputs; nil once the transport was closed. One consumer.
    func next() async -> [AgentTransportInput]?
    /// Why `next` returned nil though nobody closed the transport; the process cannot go on.
    var failure: FleetError? { get }
    /// Throws the connection away and dials anew (the peer's session was lost, or the key was changed).
    func reconnect()
    func close()
}

package enum AgentTransportInput: Hashable, Sendable {
    case connected
    case disconnected
    case frame([UInt8])
}

/// The coordinator's side: frames to and from many agents, each known by its channel's key.
package protocol HubTransport: Sendable {
    /// Queues one frame for a peer; never blocks. False when the peer is gone or its bounded outbox is full.
    func send(_ frame: [UInt8], to peer: LinkPeer) -> Bool
    /// The next batch of inputs; nil once the transport was closed. One consumer.
    func next() async -> [HubTransportInput]?
    /// Why `next` returned nil though nobody closed the transport; the process cannot go on.
    var failure: FleetError? { get }
    /// Admits exactly these keys on the command socket; a live session of a key that is not listed is cut.
    func admit(_ keys: [LinkKey: SupervisorID])
    func cut(_ peer: LinkPeer)
    /// Takes nothing from this key for a while: its connections end, and until then its frames are dropped where they
    /// arrive, and counted.
    func mute(_ key: LinkKey, for pause: Duration)
    func close()
}

package enum HubTransportInput: Hashable, Sendable {
    /// `peer.key` is the CURVE key the channel was opened with: the only source of identity.
    case frame(LinkPeer, [UInt8])
    case disconnected(LinkPeer)
    /// A frame on the enrolment socket, from a key that is not admitted (yet).
    case enrolment(LinkPeer, [UInt8])
    /// Somebody was kept out; alike ones are counted together and told at most once a second.
    case refused(LinkRefusal)
    /// The sockets work without something they should have; for the log.
    case notice(String)
}

/// Peers that the sockets kept out.
package struct LinkRefusal: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// A handshake with a key that is not admitted.
        case unknownKey
        /// A message of a form that no peer of ours sends.
        case badMessage
        /// An enrolment over the rate.
        case enrolmentRate
        /// A message of a key that sends too many bad frames.
        case mutedKey
        /// A message of a key that was admitted when its connection began.
        case removedKey
        /// New connections of an address are dropped for a while.
        case shutOut

        package var action: String {
            switch self {
            case .unknownKey, .shutOut: "connect"
            case .badMessage, .mutedKey, .removedKey: "send a frame"
            case .enrolmentRate: "join"
            }
        }

        package var reason: String {
            switch self {
            case .unknownKey: "its key is not admitted"
            case .badMessage: "the message is not of the link's form"
            case .enrolmentRate: "more enrolments than the rate allows"
            case .mutedKey: "it sends too many bad frames and is not listened to for a while"
            case .removedKey: "its key was removed"
            case .shutOut: "its new connections are dropped for a while"
            }
        }
    }

    package var kind: Kind
    /// The CURVE key, where the handshake proved one.
    package var key: LinkKey?
    /// The peer's IP address; empty when it is not known.
    package var address: String
    package var count: Int
    /// Why, in place of the kind's own words; empty where those say it all.
    package var detail: String

    package init(kind: Kind, key: LinkKey?, address: String, count: Int, detail: String = "") {
        self.kind = kind
        self.key = key
        self.address = address
        self.count = count
        self.detail = detail
    }

    package var reason: String { detail.isEmpty ? kind.reason : detail }
}

/// A CURVE public key, Z85 text of 40 characters.
package struct LinkKey: FleetIdentifier {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// One connection of a peer.
package struct LinkPeer: Hashable, Sendable {
    package var key: LinkKey
    /// ZeroMQ routing id; differs between connections of the same key only if the peer chose so.
    package var routingID: [UInt8]

    package init(key: LinkKey, routingID: [UInt8]) {
        self.key = key
        self.routingID = routingID
    }
}
