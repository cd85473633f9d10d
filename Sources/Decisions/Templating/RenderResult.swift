package import ResourceModel

/// What ytt made.
package struct RenderResult: Sendable {
    /// Documents in the order of the output; empty documents are left out.
    package var documents: [Value]
    /// The same as text, as ytt prints it.
    package var text: String
    /// The text with each line's file and line before it (`ytt --output pos`).
    package var positions: String
    /// What `print` wrote.
    package var debugOutput: [String]
}
