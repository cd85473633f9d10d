/// One evaluated file: its global names and, for templates, what its instructions work on.
final class StarlarkModule {
    let file: String
    var globalNames: [String] = []
    var globals: [StarlarkValue?] = []
    var evaluation: TemplateEvaluation?

    init(file: String) { self.file = file }

    /// What `load` may take: names that do not begin with an underscore.
    func exported(_ name: String) -> StarlarkValue? {
        guard !name.hasPrefix("_"), let place = globalNames.firstIndex(of: name) else { return nil }
        return globals[place]
    }
}
