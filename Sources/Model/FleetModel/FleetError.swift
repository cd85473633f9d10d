/// An error a person reads: what failed on which object, why, and what to type next.
///
/// Shape of the user's three lines (user-experience.md §2). `code` is stable and machine-readable; codes that are not
/// known here are kept as they came.
package struct FleetError: Error, Hashable, Codable, Sendable, CustomStringConvertible {
    /// A stable word for the kind of refusal; open, so that a newer peer's code survives.
    package struct Code: FleetIdentifier {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }

        package static let invalidArgument = Code("invalid_argument")
        package static let notFound = Code("not_found")
        package static let alreadyExists = Code("already_exists")
        /// The state machine's rule forbids it now (vCenter's NotAllowedInCurrentState).
        package static let notAllowedInCurrentState = Code("not_allowed_in_current_state")
        /// A precheck or plan says it would fail or lose data; nothing was changed.
        package static let refused = Code("refused")
        /// The package's own constraints forbid it on this Supervisor; nothing was changed.
        package static let incompatible = Code("incompatible")
        /// Something changed since it was looked at: stale plan, journal position, resourceVersion.
        package static let conflict = Code("conflict")
        package static let unauthenticated = Code("unauthenticated")
        package static let unauthorized = Code("unauthorized")
        /// A stated limit was reached; the message names the limit.
        package static let limitExceeded = Code("limit_exceeded")
        /// The other side is away or did not answer in time.
        package static let unavailable = Code("unavailable")
        package static let timedOut = Code("timed_out")
        package static let unsupported = Code("unsupported")
        package static let internalError = Code("internal")
    }

    package var code: Code
    /// What failed, naming the object.
    package var message: String
    /// The rule, or the cluster's own words verbatim; empty when the message says it all.
    package var reason: String
    /// The command to type or the step to take next; empty when there is none.
    package var next: String

    package init(_ code: Code, _ message: String, reason: String = "", next: String = "") {
        self.code = code
        self.message = message
        self.reason = reason
        self.next = next
    }

    package var description: String {
        [message, reason, next.isEmpty ? "" : "next: \(next)"].filter { !$0.isEmpty }.joined(separator: "\n  ")
    }

    /// The exit code of the CLI (user-experience.md §2, "Exit codes").
    package var exitCode: Int32 {
        switch code {
        case .invalidArgument, .unsupported: 2
        case .timedOut: 3
        case .unauthenticated, .unauthorized: 4
        case .refused, .incompatible, .notAllowedInCurrentState, .alreadyExists: 5
        case .notFound: 7
        case .conflict: 8
        default: 1
        }
    }
}
