internal import FleetModel
import Synchronization

/// Protects content that is stored but not named by a record yet while unreferenced content is collected.
///
/// Content is leased before it is put and stays leased for a while, so that the command (or plan) that stored it ends
/// long before. While a collection runs, a store waits: what it found present could be removed behind its back.
final class ContentLeases: Sendable {
    private struct State {
        var leased: [ContentDigest: Timestamp] = [:]
        var isCollecting = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    /// Longer than any command or plan takes, in milliseconds.
    private static let lifetime: Int64 = 3_600_000
    private let state = Mutex(State())

    /// Returns once no collection runs and `digest` is kept by the next one.
    func lease(_ digest: ContentDigest, at: Timestamp) async {
        while true {
            let isLeased = state.withLock { state in
                guard !state.isCollecting else { return false }
                state.leased[digest] = at
                return true
            }
            if isLeased { return }
            await withCheckedContinuation { continuation in
                let resumeNow = state.withLock { state in
                    guard state.isCollecting else { return true }
                    state.waiting.append(continuation)
                    return false
                }
                if resumeNow { continuation.resume() }
            }
        }
    }

    /// Begins a collection; returns what is leased. Always followed by `endCollection`.
    func beginCollection(at: Timestamp) -> Set<ContentDigest> {
        state.withLock { state in
            state.isCollecting = true
            let oldest = at.advanced(byMilliseconds: -Self.lifetime)
            state.leased = state.leased.filter { $0.value >= oldest }
            return Set(state.leased.keys)
        }
    }

    func endCollection() {
        let waiting = state.withLock { state in
            state.isCollecting = false
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
