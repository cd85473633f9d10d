/// How a block of statements ended.
enum StarlarkFlow {
    case normal, broken, continued
    case returned(StarlarkValue?)
}
