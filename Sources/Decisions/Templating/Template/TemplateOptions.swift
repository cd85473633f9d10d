/// How a library's templates are read; `library.get` may change them for the library it gets.
struct TemplateOptions {
    /// Comments that are neither `#@` nor `#!` are no errors.
    var ignoreUnknownComments = false
    /// A key that comes again takes the place of the earlier one without saying so.
    var implicitMapKeyOverrides = false
    /// YAML must be of ytt's strict subset.
    var isStrict = false
}
