internal import FleetModel

/// A label selector over Supervisors: `key=value`, `key!=value`, `key`, `!key`, joined by commas (all must hold).
struct SupervisorSelector: Hashable, Sendable {
    private enum Term: Hashable, Sendable {
        case equals(String, String)
        case differs(String, String)
        case exists(String)
        case absent(String)
    }

    private let terms: [Term]

    init(_ text: String) throws(FleetError) {
        var terms: [Term] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let part = Self.trimmed(part)
            guard !part.isEmpty, !part.contains("("), !part.contains(" ") else {
                throw FleetError(
                    .invalidArgument, "\"\(text)\" is no label selector",
                    reason: "it is key=value, key!=value, key or !key, joined by commas",
                    next: "-l region=north,tier!=edge")
            }
            if let range = part.firstRange(of: "!=") {
                terms.append(.differs(String(part[..<range.lowerBound]), String(part[range.upperBound...])))
            } else if let range = part.firstRange(of: "==") ?? part.firstRange(of: "=") {
                terms.append(.equals(String(part[..<range.lowerBound]), String(part[range.upperBound...])))
            } else if part.hasPrefix("!") {
                terms.append(.absent(String(part.dropFirst())))
            } else {
                terms.append(.exists(part))
            }
        }
        self.terms = terms
    }

    /// As Kubernetes has it: `!=` also holds where the key is missing.
    func matches(_ labels: [String: String]) -> Bool {
        terms.allSatisfy { term in
            switch term {
            case .equals(let key, let value): labels[key] == value
            case .differs(let key, let value): labels[key] != value
            case .exists(let key): labels[key] != nil
            case .absent(let key): labels[key] == nil
            }
        }
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
