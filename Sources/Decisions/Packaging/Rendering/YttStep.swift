internal import Reconciliation
internal import ResourceModel
internal import Templating

/// One ytt step of a package: `ytt -f FOLDER… --data-values-file VALUES`.
enum YttStep {
    /// `sources` are what the paths of the step name, in their order. `values` are the data values of the step; nil
    /// when an earlier step had them; `packageValues` are under them.
    static func render(
        _ sources: [[PackageRenderer.File]], values: Value?, packageValues: [PackageRenderer.File],
        _ options: YttOptions
    ) throws(InstallReconcile.Failure) -> [Value] {
        // ytt sorts the files of each path it is given.
        let groups = sources.map { group in
            group.map { TemplateFile(path: $0.path, text: $0.text) }
                .sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        }
        // kapp-controller passes the first secret's key, which the platform calls values.yaml.
        let valueFiles =
            packageValues.map { TemplateFile(path: $0.path, text: $0.text) }
            + (values.map { [TemplateFile(path: "values.yaml", text: YAMLWriter.text($0))] } ?? [])
        do throws(TemplateError) {
            return try Ytt.render(
                RenderRequest(
                    files: groups.first ?? [], dataValuesFiles: valueFiles,
                    overlays: Array(groups.dropFirst().joined()),
                    ignoreUnknownComments: options.ignoreUnknownComments, fileMarks: options.fileMarks)
            ).documents
        } catch {
            let given = values.map(YAMLWriter.text) ?? ""
            throw InstallReconcile.Failure("ytt: Error: \(ValuesExcerpt.hidden(in: error.message, of: given))")
        }
    }
}
