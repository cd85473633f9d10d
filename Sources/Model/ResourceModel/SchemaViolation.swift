/// One broken rule of a schema, in the API server's words.
package struct SchemaViolation: Hashable, Sendable, CustomStringConvertible {
    /// Kubernetes' `field.Error` types that a schema can give.
    package enum Kind: String, Hashable, Sendable {
        case invalid = "FieldValueInvalid"
        case required = "FieldValueRequired"
        case notSupported = "FieldValueNotSupported"
        case typeInvalid = "FieldValueTypeInvalid"
        case tooLong = "FieldValueTooLong"
        case tooMany = "FieldValueTooMany"
    }

    package var kind: Kind
    /// `spec.size`; empty for the root.
    package var path: String
    package var value: Value
    /// `spec.size in body should match '^[0-9]+Gi$'`.
    package var detail: String

    package init(kind: Kind, path: String, value: Value, detail: String) {
        self.kind = kind
        self.path = path
        self.value = value
        self.detail = detail
    }

    /// `spec.size: Invalid value: "5GB": spec.size in body should match '^[0-9]+Gi$'`.
    package var description: String { path.isEmpty ? message : "\(path): \(message)" }

    /// The text after the path, as a Status cause carries it.
    package var message: String {
        switch kind {
        case .required: detail.isEmpty ? "Required value" : "Required value: \(detail)"
        case .notSupported: "Unsupported value: \(Self.printed(value)): \(detail)"
        case .invalid, .typeInvalid: "Invalid value: \(Self.printed(value)): \(detail)"
        case .tooLong: "Too long: \(detail)"
        case .tooMany: "Too many: \(detail)"
        }
    }

    private static func printed(_ value: Value) -> String {
        switch value {
        case .object, .array, .null: "\"\(value.typeName)\""
        default: JSONWriter.text(value)
        }
    }
}
