/// Why bytes of a peer or of a journal could not be read.
package enum LinkError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No protobuf of the expected message.
    case malformed(String)
    /// A required field is missing or its text is not one of the known words.
    case invalid(field: String, value: String)
    /// A body of a kind this build does not know.
    case unknownKind
    /// A named limit of `LinkLimits`.
    case tooLarge(limit: String, bytes: Int)

    package var description: String {
        switch self {
        case .malformed(let message): "malformed \(message)"
        case .invalid(let field, let value): "\(field) has the value '\(value.prefix(80))'"
        case .unknownKind: "a body of an unknown kind"
        case .tooLarge(let limit, let bytes): "\(bytes) bytes are over the limit \(limit)"
        }
    }
}
