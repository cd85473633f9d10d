internal import FleetModel
internal import FleetRuntime
internal import Synchronization
internal import ZeroMQ

/// What the hub's callers and its socket thread share.
final class HubShared: Sendable {
    struct Peer: Sendable {
        var onEnrolment: Bool
        var outbox = Outbox()
        /// Its key was removed: what was queued before, the goodbye at its end, still goes out, and nothing more.
        var isLeaving = false
    }

    struct State: Sendable {
        var peers: [LinkPeer: Peer] = [:]
        /// Peers with something to send, in the order they got it.
        var ready: [LinkPeer] = []
        var admitted: Set<LinkKey> = []
        /// Not listened to until then.
        var muted: [LinkKey: ContinuousClock.Instant] = [:]
        var closing = false
        var failure: ZeroMQError?
        /// The thread sleeps in poll: the next change rings.
        var sleeping = false
    }

    let configuration: ZeroMQHub.Configuration
    let inbox: Inbox<HubTransportInput>
    let bell: Bell
    let refusals: RefusalTally
    let authenticator: Authenticator
    let commandDomain: String
    let enrolmentDomain: String
    let state = Mutex(State())

    init(configuration: ZeroMQHub.Configuration) throws(ZeroMQError) {
        self.configuration = configuration
        inbox = Inbox(bound: configuration.inboxInputs)
        refusals = RefusalTally(inbox: inbox)
        bell = try Bell()
        authenticator = try Authenticator.shared()
        commandDomain = authenticator.newDomain("command")
        enrolmentDomain = authenticator.newDomain("enrol")
        authenticator.set(.undecided, for: commandDomain)
        authenticator.set(.anyKey, for: enrolmentDomain)
        // Without its authenticator a hub would let every handshake wait.
        authenticator.watch(
            commandDomain,
            refused: { [weak self] key, address in
                self?.refusals.note(.unknownKey, key: key.map { LinkKey($0) }, address: address)
            },
            failed: { [weak self] error in
                self?.state.withLock { $0.failure = error }
                self?.close()
            })
    }

    func send(_ frame: [UInt8], to peer: LinkPeer) -> Bool {
        if Failpoint.linkHubSend.fails() { return false }
        let (taken, ring) = state.withLock { state -> (Bool, Bool) in
            // In place: a copy of the outbox would be made for every frame.
            guard !state.closing, let index = state.peers.index(forKey: peer), !state.peers.values[index].isLeaving
            else { return (false, false) }
            let wasEmpty = state.peers.values[index].outbox.isEmpty
            guard
                state.peers.values[index].outbox.append(
                    frame, maxFrames: configuration.peerFrames, maxBytes: configuration.peerBytes)
            else { return (false, false) }
            if wasEmpty { state.ready.append(peer) }
            defer { state.sleeping = false }
            return (true, state.sleeping)
        }
        if ring { bell.ring() }
        return taken
    }

    /// Frames of one peer that are being sent. As many again may be queued meanwhile.
    struct Batch {
        var peer: LinkPeer
        var onEnrolment: Bool
        var frames: ArraySlice<[UInt8]>
        var isUnreachable = false
    }

    /// What waits for these peers.
    func take(_ peers: ArraySlice<LinkPeer>) -> [Batch] {
        state.withLock { state in
            peers.compactMap { peer in
                guard let index = state.peers.index(forKey: peer), !state.peers.values[index].outbox.isEmpty else {
                    return nil
                }
                return Batch(
                    peer: peer, onEnrolment: state.peers.values[index].onEnrolment,
                    frames: state.peers.values[index].outbox.takeAll())
            }
        }
    }

    /// What of it was not sent; true when some peer is full. A peer that is leaving gets no second chance.
    func putBack(_ batches: [Batch]) -> Bool {
        state.withLock { state in
            var full: [LinkPeer] = []
            for batch in batches {
                guard let index = state.peers.index(forKey: batch.peer) else { continue }
                let isLeaving = state.peers.values[index].isLeaving
                if batch.isUnreachable || isLeaving && state.peers.values[index].outbox.isEmpty {
                    state.peers.remove(at: index)
                } else if !batch.frames.isEmpty {
                    state.peers.values[index].outbox.putBack(batch.frames)
                    full.append(batch.peer)
                }
            }
            guard !full.isEmpty else { return false }
            let queued = Set(state.ready)
            state.ready += full.filter { !queued.contains($0) }
            return true
        }
    }

    /// Exactly these keys from now on: handshakes of others fail, live sessions of others end at once.
    func admit(_ keys: Set<LinkKey>) {
        authenticator.set(.keys(Set(keys.map(\.rawValue))), for: commandDomain)
        let gone = state.withLock { state -> [LinkPeer] in
            state.admitted = keys
            let gone = state.peers.filter {
                !$0.value.onEnrolment && !$0.value.isLeaving && !keys.contains($0.key.key)
            }.map(\.key)
            for peer in gone {
                if state.peers[peer]?.outbox.isEmpty == false {
                    state.peers[peer]?.isLeaving = true
                } else {
                    state.peers[peer] = nil
                }
            }
            return gone
        }
        inbox.put(gone.map { .disconnected($0) })
    }

    func mute(_ key: LinkKey, for pause: Duration) {
        let now = ContinuousClock.now
        authenticator.hold(key.rawValue, until: now + pause, for: commandDomain)
        state.withLock { state in
            state.muted = state.muted.filter { $0.value > now }
            state.muted[key] = now + pause
        }
    }

    func forget(_ peer: LinkPeer) { state.withLock { $0.peers[peer] = nil } }

    func close() {
        state.withLock { $0.closing = true }
        bell.ring()
    }

    /// The socket thread is over; `failure` unless it was told to.
    func ended(_ failure: ZeroMQError?) {
        state.withLock { state in
            state.closing = true
            state.failure = state.failure ?? failure
            state.peers = [:]
        }
        authenticator.retire(commandDomain)
        authenticator.retire(enrolmentDomain)
        inbox.finish()
    }
}
