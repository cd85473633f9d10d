/// `[body for … if …]` and its dictionary form.
final class StarlarkComprehension {
    enum Clause {
        case loop(StarlarkTarget, StarlarkExpression, line: Int)
        case condition(StarlarkExpression)
    }

    let key: StarlarkExpression?
    let body: StarlarkExpression
    let clauses: [Clause]
    let line: Int

    init(key: StarlarkExpression?, body: StarlarkExpression, clauses: [Clause], line: Int) {
        self.key = key
        self.body = body
        self.clauses = clauses
        self.line = line
    }
}
