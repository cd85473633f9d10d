/// A YAML file as the operator named it, so that errors can name it too.
package struct SourceDocument: Hashable, Codable, Sendable, ExpressibleByStringLiteral {
    /// File name as typed; empty when there is none.
    package var name: String
    package var text: String

    package init(name: String, text: String) {
        self.name = name
        self.text = text
    }

    package init(stringLiteral text: String) { self.init(name: "", text: text) }
}
