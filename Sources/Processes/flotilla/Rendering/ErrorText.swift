package import FleetModel

/// The three lines of an error: what failed on which object, why, and what to type next.
package enum ErrorText {
    package static func lines(of error: FleetError) -> String {
        var lines = ["error: \(error.message)"]
        if !error.reason.isEmpty { lines.append("  why   " + continued(error.reason)) }
        if !error.next.isEmpty { lines.append("  next  " + continued(error.next)) }
        return lines.joined(separator: "\n")
    }

    /// Later lines stand under the first.
    package static func continued(_ text: String, indent: Int = 8) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .joined(separator: "\n" + String(repeating: " ", count: indent))
    }
}
