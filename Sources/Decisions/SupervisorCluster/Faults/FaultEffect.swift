/// What the faults do to one request; who carries the bytes obeys `delay` and `cut`.
package struct FaultEffect: Sendable {
    /// Before the request is looked at.
    package var delay: Duration = .zero
    package var cut: Fault.Cut?
    /// Answered instead of the real reply.
    package var refusal: APIResponse?
    /// How far behind a read answers.
    package var staleness: Duration = .zero

    package init() {}
}
