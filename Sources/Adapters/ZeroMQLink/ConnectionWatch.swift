internal import AgentLink
internal import FleetModel
internal import FleetRuntime
internal import ZeroMQ

/// Who connects to the hub's sockets, as libzmq's monitors tell it, and what `ConnectionGuard` says of them, done.
///
/// It belongs to the socket thread. What the guard drops, the kernel drops: no connection, no handshake, no event.
final class ConnectionWatch {
    /// Events read in one turn of the socket thread.
    private static let eventsPerTurn = 4096

    /// To be read whenever there is something, whatever else waits.
    let monitors: [Socket]
    private let shared: HubShared
    private let clock = ContinuousClock()
    private let began: ContinuousClock.Instant
    private var listeners: [ListeningSocket] = []
    private var connections: ConnectionGuard
    /// What the kernel was told.
    private var filter = ConnectionGuard.Filter()
    /// The kernel takes no filter: told once, and not tried again.
    private var isPowerless = false

    /// Before the sockets are bound: binding says the descriptors they listen on.
    init(_ sockets: [Socket], shared: HubShared) throws(ZeroMQError) {
        var monitors: [Socket] = []
        for socket in sockets { monitors.append(try socket.listenerMonitor()) }
        self.monitors = monitors
        self.shared = shared
        connections = ConnectionGuard(limits: shared.configuration.connectionGuard)
        began = clock.now
    }

    /// Until a pause is over: how long the socket thread may sleep; nil when there is none.
    var milliseconds: Int? {
        guard let deadline = connections.deadline else { return nil }
        return max(0, Int((deadline - now) / .milliseconds(1)) + 1)
    }

    private var now: Duration { clock.now - began }

    /// Once in each turn of the socket thread.
    func look(_ isReady: Bool) throws(ZeroMQError) {
        if isReady { try readEvents() }
        guard let deadline = connections.deadline, now >= deadline else { return }
        connections.passed(now)
        apply()
    }

    /// A message that was let in came over this connection. Of one with more to come, the first of them counts, or the
    /// next one if the news of the connection is late.
    func spoke(_ frame: Socket.Frame, isItsOnly: Bool) throws(ZeroMQError) {
        if !isItsOnly, connections.spoke(frame.source) { return }
        try readEvents()
        _ = connections.spoke(frame.source)
    }

    /// Before the sockets are closed.
    func close() { for monitor in monitors { monitor.close() } }

    private func readEvents() throws(ZeroMQError) {
        for monitor in monitors {
            for _ in 0..<Self.eventsPerTurn {
                guard let event = try monitor.receiveListenerEvent() else { break }
                switch event {
                case .listening(let descriptor):
                    if let listener = ListeningSocket(descriptor) { listeners.append(listener) }
                case .accepted(let descriptor):
                    tell(connections.accepted(descriptor, peer: peer(of: descriptor), at: now))
                case .ended(let descriptor):
                    tell(connections.ended(descriptor, peer: peer(of: descriptor), at: now))
                case .other: break
                }
            }
        }
    }

    private func peer(of descriptor: Int32) -> ConnectionGuard.Peer? {
        for listener in listeners {
            if let peer = listener.peer(of: descriptor) {
                return ConnectionGuard.Peer(address: peer.address, port: peer.port)
            }
        }
        return nil
    }

    private func tell(_ shutOuts: [ConnectionGuard.ShutOut]) {
        guard !shutOuts.isEmpty else { return }
        apply()
        guard !isPowerless else { return }
        let limits = connections.limits
        let pause = "its new connections are dropped for \(Self.text(limits.pause))"
        shared.inbox.put(
            shutOuts.map { shutOut in
                let (address, detail): (String, String)
                switch shutOut {
                case .failures(let source):
                    address = ConnectionGuard.text(source)
                    detail =
                        "more than \(limits.burst) connections at once, or \(limits.failuresPerSecond) a second, ended "
                        + "without being let in: \(pause)"
                case .unspoken(let source):
                    address = ConnectionGuard.text(source)
                    detail = "more than \(limits.unspoken) connections are open that were not let in: \(pause)"
                case .others:
                    address = "many places"
                    detail =
                        "more than \(limits.burst * limits.othersFactor) connections ended without being let in: most "
                        + "new connections are dropped for \(Self.text(limits.pause))"
                }
                return .refused(LinkRefusal(kind: .shutOut, key: nil, address: address, count: 1, detail: detail))
            })
    }

    private func apply() {
        guard !isPowerless, filter != connections.filter else { return }
        filter = connections.filter
        do throws(ZeroMQError) {
            for listener in listeners {
                try listener.drop(addresses: filter.addresses, lettingPass: filter.othersShare)
            }
        } catch {
            isPowerless = true
            shared.inbox.put([
                .notice("floods of connections are not kept out: the kernel takes no filter on a socket (\(error))")
            ])
        }
    }

    private static func text(_ pause: Duration) -> String {
        let milliseconds = Int(pause / .milliseconds(1))
        return milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(milliseconds) ms"
    }
}
