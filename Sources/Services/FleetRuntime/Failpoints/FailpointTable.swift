#if FLOTILLA_FAILPOINTS
    internal import Foundation
    internal import Synchronization

    /// The failpoints of this process: none until `arm`.
    package final class FailpointTable: Sendable {
        package static let shared = FailpointTable()

        private struct State {
            var plan: FailpointPlan
            var counts: [Failpoint: Int] = [:]
        }

        private let isArmed = Atomic<Bool>(false)
        private let state = Mutex<State?>(nil)

        /// Called once, by the main program, before anything is opened.
        package func arm(_ plan: FailpointPlan) {
            state.withLock { $0 = State(plan: plan) }
            isArmed.store(true, ordering: .releasing)
        }

        func reached(_ point: Failpoint) -> Bool {
            guard isArmed.load(ordering: .acquiring) else { return false }
            let due = state.withLock { state -> (action: FailpointPlan.Action, count: Int)? in
                guard let rule = state?.plan.rules[point] else { return nil }
                let count = (state?.counts[point] ?? 0) + 1
                state?.counts[point] = count
                guard rule.isOnce ? count == rule.from : count >= rule.from else { return nil }
                return (rule.action, count)
            }
            guard let due else { return false }
            note("failpoint \(point.rawValue): \(due.action), reached \(due.count) times\n")
            switch due.action {
            case .panic:
                _ = kill(getpid(), SIGKILL)
                _exit(137)
            case .sleep(let milliseconds):
                // The thread stands still, as it would in the kernel.
                Thread.sleep(forTimeInterval: Double(milliseconds) / 1000)
                return false
            case .error: return true
            }
        }

        private func note(_ line: String) { try? FileHandle.standardError.write(contentsOf: Data(line.utf8)) }
    }
#endif
