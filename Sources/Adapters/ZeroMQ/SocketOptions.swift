/// What a socket of ours may be; each names the rule of `docs/decisions` on libzmq's pitfalls it follows.
package enum CurveSocketKind: Hashable, Sendable {
    /// Binds, many peers: MANDATORY, HANDOVER, ZMTP heartbeats on this side only.
    case router(keys: CurveKeyPair, domain: String)
    /// Connects to one peer whose key is known: fixed routing id, IMMEDIATE, no ZMTP heartbeats.
    case dealer(keys: CurveKeyPair, serverKey: String, routingID: [UInt8])
}

/// Bounds of one socket; times in milliseconds.
package struct SocketBounds: Hashable, Sendable {
    package var maxMessageBytes: Int64 = 4 << 20
    package var sendHighWater: Int32 = 100
    package var receiveHighWater: Int32 = 100
    package var backlog: Int32 = 4096
    package var handshake: Int32 = 60_000
    package var linger: Int32 = 500
    package var reconnectFirst: Int32 = 100
    package var reconnectLongest: Int32 = 2000
    package var connect: Int32 = 5000
    package var heartbeat: Int32 = 10_000
    package var heartbeatTimeout: Int32 = 30_000

    package init() {}
}
