/// One line of the Starlark program that a template is turned into, and where it comes from.
struct TemplateLine {
    var code: String
    var source: SourceLine?
}
