/// What one rendering may use; every limit has a name that its error tells.
package struct RenderLimits: Sendable {
    package var files = 2_000
    package var totalBytes = 32 << 20
    /// YAML nodes over all files, results of expressions included.
    package var nodes = 2_000_000
    /// Nodes that come out of YAML aliases.
    package var aliasNodes = 100_000
    /// Nesting of YAML collections.
    package var yamlDepth = 200
    /// Starlark statements and expressions evaluated.
    package var steps = 20_000_000
    /// Nested Starlark calls.
    package var callDepth = 100
    /// Nested Starlark expressions, over all calls.
    package var expressionDepth = 800
    /// Characters of one string and elements of one list that Starlark code may build.
    package var valueSize = 8 << 20

    package init() {}

    func exceeded(_ name: String, _ limit: Int) -> TemplateError {
        TemplateError("rendering stopped: more than \(limit) \(name) (limit '\(name)')")
    }
}
