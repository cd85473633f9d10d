/// A list; shared by reference as in Python.
final class StarlarkList {
    var items: [StarlarkValue]
    /// Values of an evaluated file never change.
    var isFrozen = false
    /// Loops that run over the list now.
    var loops = 0

    init(_ items: [StarlarkValue]) { self.items = items }

    func checkMutable(_ verb: String) throws(TemplateError) {
        if isFrozen { throw TemplateError("cannot \(verb) frozen list") }
        if loops > 0 { throw TemplateError("cannot \(verb) list during iteration") }
    }
}
