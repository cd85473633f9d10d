/// A value behind one reference, copied when a holder changes what another one holds too.
struct Shared<Value: Sendable>: Sendable {
    /// Of one element: an array is the copy-on-write reference that needs no word about threads.
    private var one: [Value]

    init(_ value: Value) { one = [value] }

    var value: Value {
        _read { yield one[0] }
        _modify { yield &one[0] }
    }
}
