internal import AgentLink
internal import FleetModel
internal import FleetRuntime
internal import Synchronization
internal import ZeroMQ

/// The hub's socket thread: the only one that touches its sockets.
final class HubReactor {
    /// Messages read from one socket before the other one has its turn.
    private static let messagesPerTurn = 256
    /// Wait before a full peer is tried again: a ROUTER does not say when one of its peers has room.
    private static let retryMilliseconds = 10
    /// Peers whose frames are taken at once, so that the lock is not fought over for each frame.
    private static let peersTogether = 64
    /// Peers on the enrolment socket that are remembered for their reply.
    private static let enrolmentPeers = 1024
    /// Connections of muted keys that are ended; further ones are only not heard.
    private static let mutedPeers = 1024

    private let shared: HubShared
    private let command: Socket
    private let enrolment: Socket
    /// Nil when nobody is to be shut out.
    private let watch: ConnectionWatch?
    /// Which key a routing id spoke with: ids are the peer's own claim, keys are not.
    private var keys: [[UInt8]: LinkKey] = [:]
    private var enrolmentOrder: [LinkPeer] = []
    /// Muted peers whose connection was ended, until their key is heard again.
    private var hungUp: [LinkKey: Set<LinkPeer>] = [:]
    private let clock = ContinuousClock()
    private var allowance: Double
    private var refilled: ContinuousClock.Instant

    init(shared: HubShared, keys: CurveKeyPair) throws(ZeroMQError) {
        self.shared = shared
        let configuration = shared.configuration
        let context = try Context.shared()
        command = try Socket(
            .router(keys: keys, domain: shared.commandDomain), bounds: configuration.bounds, in: context)
        var small = configuration.bounds
        small.maxMessageBytes = configuration.enrolmentBytes
        enrolment = try Socket(.router(keys: keys, domain: shared.enrolmentDomain), bounds: small, in: context)
        watch =
            configuration.connectionGuard.failuresPerSecond > 0
            ? try ConnectionWatch([command, enrolment], shared: shared) : nil
        try command.bind(configuration.commandEndpoint)
        try enrolment.bind(configuration.enrolmentEndpoint)
        allowance = Double(configuration.enrolmentsPerSecond)
        refilled = clock.now
    }

    func endpoints() throws(ZeroMQError) -> [String] { [try command.lastEndpoint(), try enrolment.lastEndpoint()] }

    func run() throws(ZeroMQError) {
        var closeBy: ContinuousClock.Instant?
        while true {
            let blocked = try flush()
            let (closing, idle) = shared.state.withLock { state in
                state.sleeping = state.ready.isEmpty || blocked
                return (state.closing, state.ready.isEmpty)
            }
            if closing {
                let deadline = closeBy ?? clock.now + .milliseconds(Int64(shared.configuration.bounds.linger))
                closeBy = deadline
                if idle || clock.now >= deadline { break }
            }
            let timeout = blocked ? Self.retryMilliseconds : idle ? watch?.milliseconds ?? -1 : 0
            let reading = !closing && shared.inbox.hasRoom()
            let monitors = watch?.monitors ?? []
            let ready = try Poller().wait(
                for: reading ? [command, enrolment] + monitors : monitors, bell: shared.bell,
                milliseconds: closing ? Self.retryMilliseconds : timeout)
            shared.state.withLock { $0.sleeping = false }
            // Always: an unread monitor stops libzmq's I/O thread.
            try watch?.look(ready.suffix(monitors.count).contains(true))
            guard reading else { continue }
            if ready[0] { try readCommands() }
            if ready[1] { try readEnrolments() }
        }
        watch?.close()
        command.close()
        enrolment.close()
    }

    // MARK: Out

    /// Sends what can be sent now; true when some peer is full.
    private func flush() throws(ZeroMQError) -> Bool {
        let turn = shared.state.withLock { state -> [LinkPeer] in
            defer { state.ready = [] }
            return state.ready
        }
        var isBlocked = false
        var lost: [HubTransportInput] = []
        for start in stride(from: 0, to: turn.count, by: Self.peersTogether) {
            var batches = shared.take(turn[start..<min(start + Self.peersTogether, turn.count)])
            for index in batches.indices {
                try send(&batches[index])
                guard batches[index].isUnreachable else { continue }
                let peer = batches[index].peer
                keys[peer.routingID] = nil
                if !batches[index].onEnrolment { lost.append(.disconnected(peer)) }
            }
            if shared.putBack(batches) { isBlocked = true }
        }
        shared.inbox.put(lost)
        return isBlocked
    }

    private func send(_ batch: inout HubShared.Batch) throws(ZeroMQError) {
        let socket = batch.onEnrolment ? enrolment : command
        while let frame = batch.frames.first {
            switch try transmit(frame, to: batch.peer, on: socket) {
            case .sent: batch.frames.removeFirst()
            case .full: return
            case .unreachable:
                batch.isUnreachable = true
                return
            }
        }
    }

    private func transmit(
        _ frame: [UInt8], to peer: LinkPeer, on socket: Socket
    ) throws(ZeroMQError) -> Socket.Sending {
        // MANDATORY reports full and unknown peers at the routing id; the payload then always follows.
        let routed = try socket.send(peer.routingID, more: true)
        guard routed == .sent else { return routed }
        return try socket.send(frame)
    }

    // MARK: In

    private func readCommands() throws(ZeroMQError) {
        var batch: [HubTransportInput] = []
        for _ in 0..<Self.messagesPerTurn {
            guard let message = try command.receiveMessage() else { break }
            guard message.count == 2, let user = message[1].userID else {
                drop(.badMessage, message)
                continue
            }
            try watch?.spoke(message[1], isItsOnly: false)
            let peer = LinkPeer(key: LinkKey(user), routingID: message[0].bytes)
            if let other = keys[peer.routingID], other != peer.key {
                // Another key took over the routing id (HANDOVER): nothing may go to it under the old name.
                let old = LinkPeer(key: other, routingID: peer.routingID)
                shared.forget(old)
                batch.append(.disconnected(old))
            }
            let refusal = shared.state.withLock { state -> LinkRefusal.Kind? in
                guard state.admitted.contains(peer.key) else { return .removedKey }
                if !state.muted.isEmpty, let until = state.muted[peer.key], clock.now < until { return .mutedKey }
                if let index = state.peers.index(forKey: peer) {
                    state.peers.values[index].isLeaving = false
                } else {
                    state.peers[peer] = HubShared.Peer(onEnrolment: false)
                }
                return nil
            }
            // A removed key keeps its TCP connection, over which its goodbye may still be going out, but nothing passes
            // any more. A muted one loses it: what is not decrypted costs nothing.
            if let refusal {
                drop(refusal, message)
                if refusal == .mutedKey, hangUp(peer, message[1]) { batch.append(.disconnected(peer)) }
                continue
            }
            keys[peer.routingID] = peer.key
            if !hungUp.isEmpty { hungUp[peer.key] = nil }
            if Failpoint.linkHubReceive.fails() { continue }
            batch.append(.frame(peer, message[1].bytes))
        }
        shared.inbox.put(batch)
    }

    /// Ends a muted peer's connection; true when it was in use until now.
    ///
    /// Once, because what was read before still comes: it names a descriptor that may by then be another's.
    private func hangUp(_ peer: LinkPeer, _ frame: Socket.Frame) -> Bool {
        guard hungUp.values.reduce(0, { $0 + $1.count }) < Self.mutedPeers,
            hungUp[peer.key, default: []].insert(peer).inserted
        else { return false }
        command.hangUp(frame)
        keys[peer.routingID] = nil
        return shared.state.withLock { $0.peers.removeValue(forKey: peer) } != nil
    }

    private func readEnrolments() throws(ZeroMQError) {
        let now = clock.now
        let rate = Double(shared.configuration.enrolmentsPerSecond)
        allowance = min(rate, allowance + (now - refilled) / .seconds(1) * rate)
        refilled = now
        var batch: [HubTransportInput] = []
        for _ in 0..<Self.messagesPerTurn {
            guard let message = try enrolment.receiveMessage() else { break }
            guard message.count == 2, let user = message[1].userID else {
                drop(.badMessage, message)
                continue
            }
            guard allowance >= 1 else {
                drop(.enrolmentRate, message)
                continue
            }
            allowance -= 1
            try watch?.spoke(message[1], isItsOnly: true)
            let peer = LinkPeer(key: LinkKey(user), routingID: message[0].bytes)
            let forgotten = enrolmentOrder.count >= Self.enrolmentPeers ? enrolmentOrder.removeFirst() : nil
            enrolmentOrder.append(peer)
            shared.state.withLock { state in
                if let forgotten, state.peers[forgotten]?.onEnrolment == true { state.peers[forgotten] = nil }
                if state.peers[peer] == nil { state.peers[peer] = HubShared.Peer(onEnrolment: true) }
            }
            batch.append(.enrolment(peer, message[1].bytes))
        }
        shared.inbox.put(batch)
    }

    private func drop(_ kind: LinkRefusal.Kind, _ message: [Socket.Frame]) {
        shared.refusals.note(kind, key: message.lazy.compactMap(\.userID).first.map { LinkKey($0) })
    }
}
