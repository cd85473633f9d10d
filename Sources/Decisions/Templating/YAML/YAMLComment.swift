/// A comment: what stands after `#`, and where.
struct YAMLComment: Sendable {
    var text: String
    var position: Position
}
