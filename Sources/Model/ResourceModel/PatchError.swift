/// Why a patch could not be applied, in the API server's words.
package struct PatchError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Reason: Hashable, Sendable {
        /// The patch itself is malformed (400).
        case malformed
        /// It does not fit the object (422).
        case doesNotApply
    }
    package var reason: Reason
    package var message: String

    package init(_ reason: Reason, _ message: String) {
        self.reason = reason
        self.message = message
    }
    package var description: String { message }
}
