/// A function written in Starlark, with the variables it sees.
final class StarlarkFunction {
    let code: StarlarkCode
    let defaults: [StarlarkValue?]
    let outer: StarlarkFrame
    let module: StarlarkModule

    init(code: StarlarkCode, defaults: [StarlarkValue?], outer: StarlarkFrame, module: StarlarkModule) {
        self.code = code
        self.defaults = defaults
        self.outer = outer
        self.module = module
    }
}
