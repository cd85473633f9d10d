/// A piece of a text template.
struct TextPiece {
    var isCode: Bool
    var content: String
    var position: Position
}
