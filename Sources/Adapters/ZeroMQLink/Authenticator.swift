internal import Foundation
internal import Synchronization
internal import ZeroMQ

/// The process's ZAP handler (ZeroMQ RFC 27): who may open a CURVE channel to which socket.
///
/// Without one, CURVE admits every client key. It has its own thread, so that a handshake never waits for the socket
/// thread; the sockets share the one context. Its User-Id, the key as Z85 text, is the only identity there is.
final class Authenticator: Sendable {
    enum Policy: Hashable, Sendable {
        /// Exactly these keys.
        case keys(Set<String>)
        /// Any key: the enrolment socket, where the token decides.
        case anyKey
    }

    private static let only = Result { () throws(ZeroMQError) in try Authenticator() }
    static func shared() throws(ZeroMQError) -> Authenticator { try only.get() }

    private let policies = Mutex<[String: Policy]>([:])
    private let watchers = Mutex<[String: @Sendable (ZeroMQError) -> Void]>([:])
    private let numbers = Atomic<Int>(0)

    private init() throws(ZeroMQError) {
        let context = try Context.shared()
        let gate = StartGate<Void, ZeroMQError>()
        let thread = Thread { [weak self] in
            do throws(ZeroMQError) {
                let socket = try Socket.authenticator(in: context)
                let bell = try Bell()
                gate.open(.success(()))
                while true {
                    _ = try Poller().wait(for: [socket], bell: bell, milliseconds: -1)
                    while let request = try socket.receiveMessage() { try self?.answer(request, on: socket) }
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

    func set(_ policy: Policy, for domain: String) { policies.withLock { $0[domain] = policy } }

    /// Calls `failed` when the handler ends, which it never should.
    func watch(_ domain: String, failed: @escaping @Sendable (ZeroMQError) -> Void) {
        watchers.withLock { $0[domain] = failed }
    }

    func retire(_ domain: String) {
        policies.withLock { $0[domain] = nil }
        watchers.withLock { $0[domain] = nil }
    }

    private func failed(_ error: ZeroMQError) {
        let told = watchers.withLock { $0 }
        for domain in told.keys.sorted() { told[domain]?(error) }
    }

    /// Frames: routing id, empty, version, request id, domain, address, identity, mechanism, credentials.
    private func answer(_ request: [Socket.Frame], on socket: Socket) throws(ZeroMQError) {
        guard request.count >= 4, request[1].bytes.isEmpty else { return }
        let parts = request.map(\.bytes)
        let user = verdict(parts)
        let reply: [[UInt8]] = [
            parts[0], [], Array("1.0".utf8), parts[3], Array((user == nil ? "400" : "200").utf8),
            Array((user == nil ? "key not admitted" : "OK").utf8), Array((user ?? "").utf8), [],
        ]
        for (index, part) in reply.enumerated() {
            guard try socket.send(part, more: index < reply.count - 1) == .sent else { return }
        }
    }

    private func verdict(_ parts: [[UInt8]]) -> String? {
        guard parts.count == 9, parts[2] == Array("1.0".utf8), parts[7] == Array("CURVE".utf8),
            let key = CurveKey.text(parts[8])
        else { return nil }
        let domain = String(decoding: parts[4], as: UTF8.self)
        switch policies.withLock({ $0[domain] }) {
        case .keys(let keys): return keys.contains(key) ? key : nil
        case .anyKey: return key
        case nil: return nil
        }
    }
}
