internal import Foundation
internal import Synchronization
internal import ZeroMQ

/// The process's ZAP handler (ZeroMQ RFC 27): who may open a CURVE channel to which socket.
///
/// Without one, CURVE admits every client key. It has its own thread, so that a handshake never waits for the socket
/// thread; the sockets share the one context. Its User-Id, the key as Z85 text, is the only identity there is.
final class Authenticator: Sendable {
    enum Policy: Hashable, Sendable {
        /// Not known yet: handshakes wait. A refusal would be final for a peer (libzmq gives the connection up), and
        /// all agents of a coordinator that just started would be refused before it has read its journal.
        case undecided
        /// Exactly these keys.
        case keys(Set<String>)
        /// Any key: the enrolment socket, where the token decides.
        case anyKey
    }

    private static let only = Result { () throws(ZeroMQError) in try Authenticator() }
    static func shared() throws(ZeroMQError) -> Authenticator { try only.get() }

    private let policies = Mutex<[String: Policy]>([:])
    /// Keys of a domain whose handshakes are told to come again until then.
    private let held = Mutex<[String: [String: ContinuousClock.Instant]]>([:])
    private struct Watcher: Sendable {
        var refused: @Sendable (_ key: String?, _ address: String) -> Void
        var failed: @Sendable (ZeroMQError) -> Void
    }

    private let watchers = Mutex<[String: Watcher]>([:])
    private let numbers = Atomic<Int>(0)
    private let bell: Bell
    /// Handshakes that may wait for their policy; a further one is told to come again.
    private static let waitingHandshakes = 16_384

    private init() throws(ZeroMQError) {
        let context = try Context.shared()
        let gate = StartGate<Void, ZeroMQError>()
        let bell = try Bell()
        self.bell = bell
        let thread = Thread { [weak self] in
            do throws(ZeroMQError) {
                let socket = try Socket.authenticator(in: context)
                gate.open(.success(()))
                var waiting: [[Socket.Frame]] = []
                while true {
                    _ = try Poller().wait(for: [socket], bell: bell, milliseconds: -1)
                    let again = waiting
                    waiting = []
                    for request in again { try self?.answer(request, on: socket, &waiting) }
                    while let request = try socket.receiveMessage() {
                        try self?.answer(request, on: socket, &waiting)
                    }
                }
            } catch {
                gate.open(.failure(error))
                self?.failed(error)
            }
        }
        thread.name = "flotilla-zap"
        thread.start()
        try gate.wait()
    }

    /// A domain of its own for one socket: `command-1`.
    func newDomain(_ name: String) -> String { "\(name)-\(numbers.add(1, ordering: .relaxed).newValue)" }

    func set(_ policy: Policy, for domain: String) {
        let decides = policies.withLock { policies in
            defer { policies[domain] = policy }
            return policies[domain] == .undecided
        }
        if decides { bell.ring() }
    }

    /// Admitted keys that are to stay away until then; they are not told as refused.
    func hold(_ key: String, until end: ContinuousClock.Instant, for domain: String) {
        let now = ContinuousClock.now
        held.withLock { held in
            var keys = (held[domain] ?? [:]).filter { $0.value > now }
            keys[key] = end
            held[domain] = keys
        }
    }

    private func isHeld(_ key: String, _ domain: String) -> Bool {
        held.withLock { $0[domain]?[key].map { ContinuousClock.now < $0 } ?? false }
    }

    /// Calls `refused` with every handshake that is refused, on the handler's thread, and `failed` when the handler
    /// ends, which it never should.
    func watch(
        _ domain: String, refused: @escaping @Sendable (_ key: String?, _ address: String) -> Void,
        failed: @escaping @Sendable (ZeroMQError) -> Void
    ) {
        watchers.withLock { $0[domain] = Watcher(refused: refused, failed: failed) }
    }

    func retire(_ domain: String) {
        policies.withLock { $0[domain] = nil }
        held.withLock { $0[domain] = nil }
        bell.ring()
        watchers.withLock { $0[domain] = nil }
    }

    private func failed(_ error: ZeroMQError) {
        let told = watchers.withLock { $0 }
        for domain in told.keys.sorted() { told[domain]?.failed(error) }
    }

    private enum Verdict {
        case admitted(user: String)
        case refused
        case held
        case undecided
    }

    /// Frames: routing id, empty, version, request id, domain, address, identity, mechanism, credentials.
    private func answer(
        _ request: [Socket.Frame], on socket: Socket, _ waiting: inout [[Socket.Frame]]
    ) throws(ZeroMQError) {
        guard request.count >= 4, request[1].bytes.isEmpty else { return }
        let parts = request.map(\.bytes)
        let (status, text, user): (String, String, String)
        switch verdict(parts) {
        case .admitted(let key): (status, text, user) = ("200", "OK", key)
        case .refused:
            (status, text, user) = ("400", "key not admitted", "")
            if parts.count >= 6 {
                let watcher = watchers.withLock { $0[String(decoding: parts[4], as: UTF8.self)] }
                watcher?.refused(
                    parts.count == 9 ? CurveKey.text(parts[8]) : nil,
                    String(decoding: parts[5].prefix(64), as: UTF8.self))
            }
        // A temporary error: libzmq closes without a word and the peer dials again.
        case .held: (status, text, user) = ("300", "not now", "")
        case .undecided:
            guard waiting.count >= Self.waitingHandshakes else {
                waiting.append(request)
                return
            }
            (status, text, user) = ("300", "too many wait", "")
        }
        let reply: [[UInt8]] = [
            parts[0], [], Array("1.0".utf8), parts[3], Array(status.utf8), Array(text.utf8), Array(user.utf8), [],
        ]
        for (index, part) in reply.enumerated() {
            guard try socket.send(part, more: index < reply.count - 1) == .sent else { return }
        }
    }

    private func verdict(_ parts: [[UInt8]]) -> Verdict {
        guard parts.count == 9, parts[2] == Array("1.0".utf8), parts[7] == Array("CURVE".utf8),
            let key = CurveKey.text(parts[8])
        else { return .refused }
        let domain = String(decoding: parts[4], as: UTF8.self)
        switch policies.withLock({ $0[domain] }) {
        case .keys(let keys):
            guard keys.contains(key) else { return .refused }
            return isHeld(key, domain) ? .held : .admitted(user: key)
        case .anyKey: return .admitted(user: key)
        case .undecided: return .undecided
        case nil: return .refused
        }
    }
}
