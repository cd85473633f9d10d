/// One run of ytt: `ytt -f files… -f overlays… --data-values-file …`.
package struct RenderRequest: Sendable {
    /// The package's files; sorted by path before use, as ytt sorts a folder.
    package var files: [TemplateFile]
    /// Plain YAML laid over the data values, later files win (`--data-values-file`).
    package var dataValuesFiles: [TemplateFile]
    /// Further `-f` files in the order given, after the package's own.
    package var overlays: [TemplateFile]
    /// `--ignore-unknown-comments`: comments that are neither `#@` nor `#!` are no errors in templates.
    package var ignoreUnknownComments: Bool
    /// `--file-mark path:key=value`, in order.
    package var fileMarks: [String]
    package var limits: RenderLimits

    package init(
        files: [TemplateFile], dataValuesFiles: [TemplateFile] = [], overlays: [TemplateFile] = [],
        ignoreUnknownComments: Bool = false, fileMarks: [String] = [], limits: RenderLimits = .init()
    ) {
        self.files = files
        self.dataValuesFiles = dataValuesFiles
        self.overlays = overlays
        self.ignoreUnknownComments = ignoreUnknownComments
        self.fileMarks = fileMarks
        self.limits = limits
    }
}
