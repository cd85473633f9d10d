/// A name and, after resolving, where its value is.
final class StarlarkName {
    enum Place {
        case unresolved
        case local(Int)
        case outer(depth: Int, Int)
        case global(Int)
        case value(StarlarkValue)
    }

    let name: String
    let line: Int
    var place = Place.unresolved

    init(_ name: String, line: Int) {
        self.name = name
        self.line = line
    }
}
