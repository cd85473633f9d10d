/// A list; shared by reference as in Python.
final class StarlarkList {
    var items: [StarlarkValue]
    /// Values of an evaluated file never change.
    var isFrozen = false
    /// Loops that run over the list now.
    var loops = 0

    init(_ items: [StarlarkValue]) { self.items = items }

    // Lists within lists are let go of one by one: each level of a release within a release takes stack.
    deinit {
        var pending: [StarlarkValue] = []
        moveItems(to: &pending)
        StarlarkValue.release(&pending)
    }

    /// Gives away what the list holds; it is empty afterwards.
    func moveItems(to pending: inout [StarlarkValue]) {
        if pending.isEmpty { swap(&pending, &items) } else { pending += items }
        items = []
    }

    func checkMutable(_ verb: String) throws(TemplateError) {
        if isFrozen { throw TemplateError("cannot \(verb) frozen list") }
        if loops > 0 { throw TemplateError("cannot \(verb) list during iteration") }
    }
}
