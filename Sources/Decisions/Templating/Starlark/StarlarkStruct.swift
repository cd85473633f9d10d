/// A value with named fields: `struct.make`, data values, modules, URLs.
final class StarlarkStruct {
    var fields: [(name: String, value: StarlarkValue)]
    let isModule: Bool
    let typeName: String
    /// Set on values that must not get into YAML by themselves (`@ytt:url.value`): the name for the message.
    let opaqueName: String?
    private var index: [String: Int] = [:]

    init(
        _ fields: [(name: String, value: StarlarkValue)], isModule: Bool = false, typeName: String = "struct",
        opaqueName: String? = nil
    ) {
        self.fields = fields
        self.isModule = isModule
        self.typeName = isModule ? "module" : typeName
        self.opaqueName = opaqueName
        for (number, field) in fields.enumerated() { index[field.name] = number }
    }

    deinit {
        var pending: [StarlarkValue] = []
        moveValues(to: &pending)
        StarlarkValue.release(&pending)
    }

    /// Gives away what the struct holds; it is empty afterwards.
    func moveValues(to pending: inout [StarlarkValue]) {
        for field in fields { pending.append(field.value) }
        fields = []
    }

    static func module(_ functions: [(name: String, value: StarlarkValue)]) -> StarlarkValue {
        .structure(StarlarkStruct(functions, isModule: true))
    }

    var goType: String { isModule ? "*starlarkstruct.Module" : "*core.StarlarkStruct" }

    subscript(name: String) -> StarlarkValue? { index[name].map { fields[$0].value } }
}
