/// What kind of nodes a template makes.
enum TemplateDialect: String, Sendable { case yaml, text }
