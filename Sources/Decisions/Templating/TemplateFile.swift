/// A file given to ytt.
package struct TemplateFile: Sendable, Hashable {
    /// What a file is when its name does not say so (ytt's `--file-mark`).
    package enum Mark: Sendable { case yamlTemplate, textTemplate }

    /// Path from the folder given to `-f`, with `/` between its parts.
    package var path: String
    package var text: String
    package var markedAs: Mark?

    package init(path: String, text: String, markedAs: Mark? = nil) {
        self.path = path
        self.text = text
        self.markedAs = markedAs
    }
}
