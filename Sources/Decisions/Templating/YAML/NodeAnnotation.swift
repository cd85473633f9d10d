/// An annotation's evaluated arguments.
struct NodeAnnotation {
    var args: [StarlarkValue]
    var kwargs: [(name: String, value: StarlarkValue)]
    var position: Position

    func kwarg(_ name: String) -> StarlarkValue? {
        kwargs.first { $0.name == name }?.value
    }
}
