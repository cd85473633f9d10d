/// One ytt step of a package (kapp-controller's `AppTemplateYtt`).
package struct YttOptions: Hashable, Sendable {
    /// Files or folders of the fetched content; `-` is the previous step's output. Empty: all of the content, or the
    /// previous step's output.
    package var paths: [String]
    /// Path → text, after `paths`.
    package var inline: [String: String]
    package var ignoreUnknownComments: Bool
    /// `path:key=value`, in order.
    package var fileMarks: [String]
    /// Files or folders of the fetched content with values, under the user's.
    package var valuesFrom: [String]

    package init(
        paths: [String] = [], inline: [String: String] = [:], ignoreUnknownComments: Bool = false,
        fileMarks: [String] = [], valuesFrom: [String] = []
    ) {
        self.paths = paths
        self.inline = inline
        self.ignoreUnknownComments = ignoreUnknownComments
        self.fileMarks = fileMarks
        self.valuesFrom = valuesFrom
    }
}
