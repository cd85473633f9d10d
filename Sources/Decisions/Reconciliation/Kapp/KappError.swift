/// A failure in kapp's words.
///
/// `text` is the error as one line, the way it is wrapped; `multiline` is what kapp prints (`kapp: Error: …`) and what
/// kapp-controller stores in `usefulErrorMessage`. Nothing is ever parsed back out of a text.
package struct KappError: Error, Hashable, Sendable, CustomStringConvertible {
    package var text: String
    package init(_ text: String) { self.text = text }
    package var description: String { text }

    /// `update statefulset/… : Updating resource statefulset/… : API server says: <message> (reason: Invalid)`.
    package static func applying(
        _ operation: ResourceChange.Operation, _ resource: String, serverMessage: String, reason: String
    ) -> KappError {
        let verb =
            switch operation {
            case .create: "Creating"
            case .update: "Updating"
            case .delete: "Deleting"
            case .noop, .exists: "Getting"
            }
        let cause = reason.isEmpty ? serverMessage : "\(serverMessage) (reason: \(reason))"
        return KappError(
            "\(operation.rawValue) \(resource): \(verb) resource \(resource): API server says: \(cause)")
    }

    /// A change that broke for another reason than the API server's answer (connection lost, timeout).
    package static func applying(
        _ operation: ResourceChange.Operation, _ resource: String, cause: String
    ) -> KappError {
        KappError("\(operation.rawValue) \(resource): \(cause)")
    }

    /// `waiting on reconcile job/j (batch/v1) namespace: ordr: Finished unsuccessfully (Failed with reason …)`.
    package static func finishedUnsuccessfully(
        _ waiting: ResourceChange.Waiting, _ resource: String, message: String
    ) -> KappError {
        let suffix = message.isEmpty ? "" : " (\(message))"
        return KappError("waiting on \(waiting.rawValue) \(resource): Finished unsuccessfully\(suffix)")
    }

    /// `Timed out waiting after 15m0s for resources: [a, b]`.
    package static func timedOut(after seconds: Int, resources: [String]) -> KappError {
        let list = resources.joined(separator: ", ")
        return KappError("Timed out waiting after \(goDuration(seconds: seconds)) for resources: [\(list)]")
    }

    package static let emptySet = KappError(
        """
        Trying to apply empty set of resources will result in deletion of resources on cluster. Refusing to continue \
        unless --dangerous-allow-empty-list-of-resources is specified.
        """)

    /// Go's way to write a duration: `15m0s`, `4s`, `1h0m0s`.
    package static func goDuration(seconds: Int) -> String {
        let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60)
        if hours > 0 { return "\(hours)h\(minutes)m\(rest)s" }
        return minutes > 0 ? "\(minutes)m\(rest)s" : "\(rest)s"
    }

    /// `kapp: Error: ` and the text broken over lines.
    package var multiline: String { "kapp: Error: " + Self.broken(text) }

    /// The rule of kapp's printer: in the first line every `: ` before a capital letter, outside brackets, starts a
    /// new line two spaces deeper, and a `[a, b]` list becomes a bulleted one.
    package static func broken(_ text: String) -> String {
        let lines = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        let first = Array(lines.first ?? "")
        var out = ""
        var indent = 0
        var depth = 0
        var index = 0
        while index < first.count {
            let character = first[index]
            switch character {
            case "(", "{": depth += 1
            case ")", "}": depth = max(0, depth - 1)
            case "[":
                if depth == 0, let end = closing(first, from: index) {
                    let items = String(first[index + 1..<end]).split(separator: ", ").map { "  - \($0)" }
                    out += "\n\n" + items.joined(separator: "\n\n") + "\n\n"
                    index = end + 1
                    continue
                }
            default: break
            }
            let startsLine =
                character == ":" && depth == 0 && index + 2 < first.count && first[index + 1] == " "
                && first[index + 2].isUppercase
            out.append(character)
            index += 1
            if startsLine {
                indent += 2
                out += "\n" + String(repeating: " ", count: indent)
                index += 1
            }
        }
        return lines.count > 1 ? out + "\n" + lines[1] : out
    }

    private static func closing(_ characters: [Character], from start: Int) -> Int? {
        characters[start...].firstIndex(of: "]")
    }
}
