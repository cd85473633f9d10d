/// A statement.
indirect enum StarlarkStatement {
    case expression(StarlarkExpression, line: Int)
    case assign(StarlarkTarget, StarlarkExpression, line: Int)
    case augment(StarlarkTarget, StarlarkOperator, StarlarkExpression, line: Int)
    case branch([(condition: StarlarkExpression, body: [StarlarkStatement])], [StarlarkStatement], line: Int)
    case loop(StarlarkTarget, StarlarkExpression, [StarlarkStatement], line: Int)
    case define(StarlarkName, StarlarkCode, line: Int)
    case giveBack(StarlarkExpression?, line: Int)
    case breakLoop(line: Int)
    case continueLoop(line: Int)
    case load(String, [(local: StarlarkName, remote: String)], line: Int)

    var line: Int {
        switch self {
        case .expression(_, let line), .assign(_, _, let line), .augment(_, _, _, let line), .branch(_, _, let line),
            .loop(_, _, _, let line), .define(_, _, let line), .giveBack(_, let line), .load(_, _, let line),
            .breakLoop(let line),
            .continueLoop(let line):
            line
        }
    }
}
