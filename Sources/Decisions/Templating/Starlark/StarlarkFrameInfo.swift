/// One level of a Starlark call stack.
struct StarlarkFrameInfo: Sendable {
    var function: String
    var file: String
    /// Line of the generated program, 0 when the frame has none (built-in functions).
    var line: Int
}
