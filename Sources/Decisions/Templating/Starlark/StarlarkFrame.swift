/// Local variables of one call.
final class StarlarkFrame {
    var slots: [StarlarkValue?]
    let outer: StarlarkFrame?

    init(count: Int, outer: StarlarkFrame?) {
        slots = Array(repeating: nil, count: count)
        self.outer = outer
    }
}
