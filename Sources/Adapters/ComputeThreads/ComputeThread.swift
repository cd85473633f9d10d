package import FleetModel
internal import FleetRuntime
internal import Dispatch
internal import Foundation
import Synchronization

/// A thread of its own for computing, one piece of work after the other, with room for deep recursion.
package final class ComputeThread: ComputeExecutor {
    package struct Limits: Sendable {
        /// Bytes; the main thread's usual 8 MiB twice.
        package var stack = 16 << 20
        /// Pieces of work that wait; more are refused.
        package var queue = 64
        package init() {}
    }

    private struct Job {
        var id: Int
        var work: @Sendable () -> Void
        /// Ends the wait without a result.
        var abandon: @Sendable (FleetError) -> Void
    }

    private struct State {
        var next = 0
        var jobs: [Job] = []
        /// Nil when the thread waits.
        var running: Job?
        var cancelled: Set<Int> = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let arrivals = DispatchSemaphore(value: 0)
    private let limits: Limits

    /// The thread lives until `close`.
    package init(name: String, limits: Limits = Limits()) {
        self.limits = limits
        let thread = Thread { [self] in
            // On Linux a thread has its maker's name until it takes one itself.
            Thread.current.name = name
            loop()
        }
        thread.stackSize = limits.stack
        thread.start()
    }

    package func run<Output: Sendable>(
        _ work: @escaping @Sendable () -> Output
    ) async throws(FleetError) -> Output {
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        let result: Result<Output, FleetError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = OnceOnly(continuation)
                enqueue(
                    Job(
                        id: id, work: { answer.resume(.success(work())) },
                        abandon: { answer.resume(.failure($0)) }))
            }
        } onCancel: {
            cancel(id)
        }
        state.withLock { _ = $0.cancelled.remove(id) }
        return try result.get()
    }

    /// Ends the thread after the work that is under way; whatever waits is refused. Also ends the wait for the result
    /// of that work.
    package func close() {
        let open = state.withLock { state in
            state.isClosed = true
            defer { state.jobs = [] }
            return state.jobs + [state.running].compactMap(\.self)
        }
        for job in open { job.abandon(Self.closed) }
        arrivals.signal()
    }

    private static let closed = FleetError(.unavailable, "computing has been stopped")
    private static let cancelled = FleetError(.unavailable, "computing was cancelled")

    private func enqueue(_ job: Job) {
        let refusal = state.withLock { state -> FleetError? in
            if state.isClosed { return Self.closed }
            if state.cancelled.remove(job.id) != nil { return Self.cancelled }
            guard state.jobs.count < limits.queue else {
                return FleetError(
                    .unavailable, "too much computing is queued",
                    reason: "\(limits.queue) pieces of work wait already")
            }
            state.jobs.append(job)
            return nil
        }
        if let refusal { job.abandon(refusal) } else { arrivals.signal() }
    }

    private func cancel(_ id: Int) {
        let job = state.withLock { state -> Job? in
            if let running = state.running, running.id == id { return running }
            if let place = state.jobs.firstIndex(where: { $0.id == id }) { return state.jobs.remove(at: place) }
            // Not queued yet, or just over.
            state.cancelled.insert(id)
            return nil
        }
        job?.abandon(Self.cancelled)
    }

    private func loop() {
        while true {
            arrivals.wait()
            let (job, isClosed) = state.withLock { state -> (Job?, Bool) in
                // A job that was cancelled in the queue has left its signal behind.
                let job = state.jobs.isEmpty ? nil : state.jobs.removeFirst()
                state.running = job
                return (job, state.isClosed)
            }
            if isClosed { return }
            guard let job else { continue }
            job.work()
            state.withLock { $0.running = nil }
        }
    }
}
