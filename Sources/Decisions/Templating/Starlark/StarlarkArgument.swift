/// One argument of a call.
struct StarlarkArgument {
    enum Kind { case positional, named(String), star, doubleStar }
    var kind: Kind
    var value: StarlarkExpression
}
