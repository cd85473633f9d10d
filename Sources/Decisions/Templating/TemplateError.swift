/// Why a template could not be rendered, in ytt's own words.
package struct TemplateError: Error, CustomStringConvertible, Sendable {
    /// The whole text as ytt prints it after `ytt: Error: `.
    package var message: String
    /// The file the message points at, relative to the templates' root, when there is one.
    package var file: String?
    /// The line (from 1) in `file`.
    package var line: Int?
    /// Where Starlark code was when it failed, innermost last; empty outside of evaluation.
    var frames: [StarlarkFrameInfo] = []
    /// An overlay's `when=` did not hold: the operation is skipped instead of failing.
    var isConditional = false
    /// Several errors at once, one per line of the message and per frame.
    var isList = false
    /// Set on errors of evaluation until the template that was being evaluated has put its lines to it.
    var isEvaluation = false

    package init(_ message: String, file: String? = nil, line: Int? = nil) {
        self.message = message
        self.file = file
        self.line = line
    }

    package var description: String { message }

    /// The same error with words before it.
    func prefixed(_ words: String) -> TemplateError {
        var copy = self
        copy.message = words + message
        return copy
    }
}
