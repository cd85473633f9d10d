internal import FleetModel
internal import FleetRuntime
internal import Synchronization

/// One agent machine's key files: the key in use, and the new one while it is changed.
///
/// They are small and moved into place, so that one that was written is there. They outlive processes, and copies of
/// the disk do not hold them.
final class SimulatedKeyFiles: Sendable {
    private struct State {
        var current: LinkKey
        var new: LinkKey?
        var made = 0
    }

    private let name: String
    private let state: Mutex<State>

    init(name: String) {
        self.name = name
        state = Mutex(State(current: Self.key("key-of-\(name)")))
    }

    /// As long as the Z85 text of a CURVE key.
    private static func key(_ text: String) -> LinkKey {
        LinkKey(text + String(repeating: ".", count: max(0, 40 - text.utf8.count)))
    }

    var current: LinkKey { state.withLock { $0.current } }
    var new: LinkKey? { state.withLock { $0.new } }
    /// What an agent dials with first: a key made before its start and not in use yet has the first turn.
    var first: LinkKey { state.withLock { $0.new ?? $0.current } }
    var held: [LinkKey] { state.withLock { [$0.current, $0.new].compactMap(\.self) } }

    func make() -> LinkKey {
        state.withLock { state in
            if let new = state.new { return new }
            state.made += 1
            let new = Self.key("key-\(state.made)-of-\(name)")
            state.new = new
            return new
        }
    }

    func settle() {
        state.withLock { state in
            state.current = state.new ?? state.current
            state.new = nil
        }
    }

    func discard() { state.withLock { $0.new = nil } }
}

/// One process's hold on its machine's keys. What a dead process does to them has no effect.
struct SimulatedKeychain: AgentKeychain {
    let files: SimulatedKeyFiles
    let process: SimulatedProcess
    let transport: SimulatedAgentTransport
    /// Told after a key was let go.
    let dropped: @Sendable () -> Void

    var waiting: LinkKey? { files.new }
    /// Only the coordinator asks: a change that nobody ordered is a violation.
    var isOfAge: Bool { false }

    func prepare() throws(FleetError) -> LinkKey {
        guard process.isAlive else { throw FleetError(.unavailable, "the process is gone") }
        return files.make()
    }

    func use(_ key: AgentKeyChoice) {
        guard process.isAlive else { return }
        transport.use(key == .new ? files.first : files.current)
    }

    func settle() throws(FleetError) {
        guard process.isAlive else { return }
        files.settle()
        dropped()
    }

    func discard() {
        guard process.isAlive else { return }
        files.discard()
        dropped()
    }
}
