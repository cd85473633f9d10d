internal import Foundation

/// Runs what blocks on a thread of its own: the pool has as many threads as the machine has cores, and a test that
/// blocks one of them holds up the services that it talks to.
package func onOwnThread<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
    await withCheckedContinuation { continuation in
        Thread.detachNewThread { continuation.resume(returning: body()) }
    }
}
