/// A piece of text, or the root that holds pieces.
final class TextNode {
    let isRoot: Bool
    var content: String
    var items: [TextNode] = []

    init(isRoot: Bool, content: String = "") {
        self.isRoot = isRoot
        self.content = content
    }

    var text: String { isRoot ? items.map(\.content).joined() : content }
}
