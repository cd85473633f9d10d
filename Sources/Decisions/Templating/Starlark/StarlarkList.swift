/// A list; shared by reference as in Python.
final class StarlarkList {
    var items: [StarlarkValue]
    init(_ items: [StarlarkValue]) { self.items = items }
}
