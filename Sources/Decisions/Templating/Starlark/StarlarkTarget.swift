/// What may stand left of `=`.
indirect enum StarlarkTarget {
    case name(StarlarkName)
    case attribute(StarlarkExpression, String, line: Int)
    case index(StarlarkExpression, StarlarkExpression, line: Int)
    case many([StarlarkTarget], line: Int)
}
