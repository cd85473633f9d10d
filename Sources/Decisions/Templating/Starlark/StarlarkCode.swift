/// A function's code, shared by all functions made from one `def` or `lambda`.
final class StarlarkCode {
    let name: String
    let file: String
    let line: Int
    let parameters: [StarlarkParameter]
    var body: [StarlarkStatement]
    /// Parameters first, then other local names.
    var locals: [String] = []
    /// The dialect when the body makes nodes of a template: such a function gives back what it made.
    var dialect: TemplateDialect?

    init(name: String, file: String, line: Int, parameters: [StarlarkParameter], body: [StarlarkStatement]) {
        self.name = name
        self.file = file
        self.line = line
        self.parameters = parameters
        self.body = body
    }

    /// Where Go's interpreter says it is before the first statement ran.
    var firstLine: Int { body.first { $0.line > 0 }?.line ?? line }
}
