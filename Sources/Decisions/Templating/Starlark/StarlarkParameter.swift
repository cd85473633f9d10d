/// A parameter of a function.
struct StarlarkParameter {
    enum Kind { case plain, star, doubleStar }
    var name: String
    var kind = Kind.plain
    var standard: StarlarkExpression?
    /// After `*` or `*args`: only by name.
    var keywordOnly = false
}
