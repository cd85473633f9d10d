/// What may be a key of a dictionary.
enum StarlarkKey: Hashable {
    case none
    case bool(Bool)
    case int(Int)
    case big(BigInteger)
    case float(Double)
    case string(String)
    case tuple([StarlarkKey])
    case identity(ObjectIdentifier)
}
