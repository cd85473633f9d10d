/// A function written in Swift.
final class StarlarkBuiltin {
    typealias Body = (StarlarkThread, [StarlarkValue], StarlarkValue.Keywords) throws(TemplateError) -> StarlarkValue

    let name: String
    /// ytt's own functions put their name before their errors and start a new call stack.
    let namesErrors: Bool
    /// The type of value that a method belongs to.
    let receiver: String?
    let body: Body

    init(_ name: String, namesErrors: Bool = true, receiver: String? = nil, _ body: @escaping Body) {
        self.name = name
        self.namesErrors = namesErrors
        self.receiver = receiver
        self.body = body
    }
}
