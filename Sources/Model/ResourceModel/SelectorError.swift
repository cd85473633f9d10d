/// Why a label or field selector was refused, in the API server's words.
package struct SelectorError: Error, Hashable, Sendable, CustomStringConvertible {
    package var message: String
    package init(_ message: String) { self.message = message }
    package var description: String { message }
}
