package import ResourceModel

/// One broken rule of a field, worded as k8s.io/apimachinery's `field.Error`.
package struct FieldViolation: Hashable, Sendable, CustomStringConvertible {
    package enum Kind: String, Hashable, Sendable {
        case invalid = "FieldValueInvalid"
        case required = "FieldValueRequired"
        case forbidden = "FieldValueForbidden"
        case duplicate = "FieldValueDuplicate"
        case notSupported = "FieldValueNotSupported"
        case typeInvalid = "FieldValueTypeInvalid"
        case tooLong = "FieldValueTooLong"
        case tooMany = "FieldValueTooMany"
        case notFound = "FieldValueNotFound"
    }

    package var kind: Kind
    package var field: String
    /// The text behind the field, such as `Invalid value: "x": must be …`.
    package var message: String

    package init(_ kind: Kind, _ field: String, _ message: String) {
        self.kind = kind
        self.field = field
        self.message = message
    }

    package var description: String { "\(field): \(message)" }

    package var cause: Value {
        ["reason": .string(kind.rawValue), "message": .string(message), "field": .string(field)]
    }

    static func required(_ field: String, _ detail: String = "") -> FieldViolation {
        FieldViolation(.required, field, detail.isEmpty ? "Required value" : "Required value: \(detail)")
    }
    static func forbidden(_ field: String, _ detail: String) -> FieldViolation {
        FieldViolation(.forbidden, field, "Forbidden: \(detail)")
    }
    /// `value` is the text Go prints for it, quotes included.
    static func invalid(_ field: String, _ value: String, _ detail: String) -> FieldViolation {
        FieldViolation(.invalid, field, "Invalid value: \(value): \(detail)")
    }
    static func unsupported(_ field: String, _ value: String, _ supported: [String]) -> FieldViolation {
        FieldViolation(
            .notSupported, field,
            "Unsupported value: \"\(value)\": supported values: "
                + supported.map { "\"\($0)\"" }.joined(separator: ", "))
    }
    static func duplicate(_ field: String, _ value: String) -> FieldViolation {
        FieldViolation(.duplicate, field, "Duplicate value: \"\(value)\"")
    }
}
