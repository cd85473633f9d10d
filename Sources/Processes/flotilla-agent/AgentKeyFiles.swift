internal import FleetModel
internal import FleetRuntime
internal import Foundation
internal import Synchronization
internal import ZeroMQ
internal import ZeroMQLink

/// The agent's key files, mode 0600: `agent.key` in use, `agent.key.new` while it is changed, `agent.key.old` after.
final class AgentKeyFiles: AgentKeychain {
    private struct State {
        var current: CurveKeyPair
        var new: CurveKeyPair?
        var transport: ZeroMQAgentTransport?
    }

    private let path: String
    private let longestAge: Duration?
    private let now: @Sendable () -> Timestamp
    private let state: Mutex<State>

    /// - Parameter longestAge: of the key in use before a new one is made; nil: only when the coordinator asks.
    init(directory: String, longestAge: Duration?, now: @escaping @Sendable () -> Timestamp) throws(FleetError) {
        path = "\(directory)/agent.key"
        self.longestAge = longestAge
        self.now = now
        let manager = FileManager.default
        // Ended between the two moves of `settle`: the new key is the one in use.
        if !manager.fileExists(atPath: path), manager.fileExists(atPath: "\(path).new") {
            try Self.move("\(path).new", path)
        }
        do throws(ZeroMQError) {
            _ = try Context.shared()
            let current = try KeyFile.readOrCreate(path)
            let new = manager.fileExists(atPath: "\(path).new") ? try KeyFile.read("\(path).new") : nil
            state = Mutex(State(current: current, new: new))
        } catch {
            throw FleetError(
                .unauthorized, "the agent's key \(directory)/agent.key cannot be used", reason: "\(error)",
                next: "check its owner and mode (0600)")
        }
    }

    /// What the transport dials with first: a key made before the start and not in use yet has the first turn.
    var first: CurveKeyPair { state.withLock { $0.new ?? $0.current } }
    var current: CurveKeyPair { state.withLock { $0.current } }

    func attach(_ transport: ZeroMQAgentTransport) { state.withLock { $0.transport = transport } }

    var waiting: LinkKey? { state.withLock { $0.new }.map { LinkKey($0.publicKey) } }

    var isOfAge: Bool {
        guard let longestAge, let attributes = try? FileManager.default.attributesOfItem(atPath: path),
            let made = attributes[.modificationDate] as? Date
        else { return false }
        let madeAt = Timestamp(milliseconds: Int64(made.timeIntervalSince1970 * 1000))
        return now().since(madeAt) >= longestAge
    }

    func prepare() throws(FleetError) -> LinkKey {
        if let waiting { return waiting }
        do throws(ZeroMQError) {
            let pair = try KeyFile.create("\(path).new")
            state.withLock { $0.new = pair }
            return LinkKey(pair.publicKey)
        } catch {
            throw FleetError(.unavailable, "\(path).new cannot be made", reason: "\(error)", next: "check the disk")
        }
    }

    func use(_ key: AgentKeyChoice) {
        let (transport, pair) = state.withLock { state in
            (state.transport, key == .new ? state.new ?? state.current : state.current)
        }
        transport?.use(pair)
    }

    func settle() throws(FleetError) {
        try Self.move(path, "\(path).old")
        try Self.move("\(path).new", path)
        state.withLock { state in
            state.current = state.new ?? state.current
            state.new = nil
        }
    }

    func discard() {
        state.withLock { $0.new = nil }
        try? FileManager.default.removeItem(atPath: "\(path).new")
    }

    /// Not atomic, and need not be: whatever is left of the two moves, a start finds its key.
    private static func move(_ from: String, _ to: String) throws(FleetError) {
        let manager = FileManager.default
        do {
            if manager.fileExists(atPath: to) { try manager.removeItem(atPath: to) }
            try manager.moveItem(atPath: from, toPath: to)
        } catch {
            throw FleetError(
                .unavailable, "\(from) cannot be moved to \(to)", reason: error.localizedDescription,
                next: "check the disk and the folder's owner")
        }
    }
}
