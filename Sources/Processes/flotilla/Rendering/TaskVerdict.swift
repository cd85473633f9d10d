package import FleetModel

/// The exit code that a task's observed state means (user-experience.md, "Exit codes").
package enum TaskVerdict {
    package static let degraded: Int32 = 6
    package static let timedOut: Int32 = 3
    package static let detached: Int32 = 130

    /// 0 all succeeded · 5 the agents' own checks refused it everywhere · 6 some succeeded, some did not · 1 failed ·
    /// 3 not ended, the work goes on.
    package static func exitCode(of task: FleetTask) -> Int32 {
        let targets = task.targets
        guard targets.allSatisfy({ $0.state.isFinal }) else {
            return targets.contains { $0.state.isFailure } ? degraded : timedOut
        }
        let bad = targets.filter { $0.state.isFailure || $0.state == .notSent }
        if bad.isEmpty { return 0 }
        if targets.contains(where: { $0.state == .succeeded }) { return degraded }
        return bad.allSatisfy { $0.state == .refused } ? 5 : 1
    }
}
