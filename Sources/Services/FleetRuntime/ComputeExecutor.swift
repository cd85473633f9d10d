package import FleetModel

/// Where long or deeply recursive computing is done, such as rendering a package.
///
/// The threads of the concurrency pool are few and serve every timer, watch and link of the process: minutes of
/// computing do not belong there, nor does recursion that their stacks were not made for.
package protocol ComputeExecutor: Sendable {
    /// Runs the work and returns what it returned. Throws `unavailable` without running it when too much is queued,
    /// when the executor is closed, or when the task is cancelled; work that has begun is not interrupted, but its
    /// result is no longer waited for.
    func run<Output: Sendable>(_ work: @escaping @Sendable () -> Output) async throws(FleetError) -> Output
}

/// Computes at once, on the caller's thread: for tests and simulations, where the order must not depend on threads.
package struct InlineComputeExecutor: ComputeExecutor {
    package init() {}

    package func run<Output: Sendable>(
        _ work: @escaping @Sendable () -> Output
    ) async throws(FleetError) -> Output { work() }
}
