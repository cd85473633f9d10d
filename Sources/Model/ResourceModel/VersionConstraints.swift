/// Version constraints as `appplatform.vmware.com/supervisor-version-constraints` writes them: the grammar of
/// hashicorp/go-version, where `,` means and, there is no or, and `~>` keeps all but the last number.
package struct VersionConstraints: Hashable, Sendable {
    private enum Comparison: String, Hashable, Sendable, CaseIterable {
        case pessimistic = "~>"
        case notEqual = "!="
        case greaterOrEqual = ">="
        case lessOrEqual = "<="
        case equal = "="
        case greater = ">"
        case less = "<"
    }

    private struct Condition: Hashable, Sendable {
        var comparison: Comparison
        var version: SegmentedVersion

        func holds(_ candidate: SegmentedVersion) -> Bool {
            let order = SegmentedVersion.order(candidate, version)
            switch comparison {
            case .equal: return order == 0
            case .notEqual: return order != 0
            case .greater: return isComparable(candidate) && order > 0
            case .greaterOrEqual: return isComparable(candidate) && order >= 0
            case .less: return isComparable(candidate) && order < 0
            case .lessOrEqual: return isComparable(candidate) && order <= 0
            case .pessimistic: return isPessimisticallyMet(by: candidate)
            }
        }

        /// A pre-release is only compared with one of the same numbers, unless the constraint names none either.
        private func isComparable(_ candidate: SegmentedVersion) -> Bool {
            if candidate.prerelease.isEmpty { return true }
            return !version.prerelease.isEmpty && version.segments == candidate.segments
        }

        private func isPessimisticallyMet(by candidate: SegmentedVersion) -> Bool {
            guard isComparable(candidate), version.prerelease.isEmpty || !candidate.prerelease.isEmpty,
                SegmentedVersion.order(candidate, version) >= 0, version.segments.count <= candidate.segments.count
            else { return false }
            let kept = version.written - 1
            guard version.segments.prefix(max(kept, 0)) == candidate.segments.prefix(max(kept, 0)) else { return false }
            let last = version.segments.count - 1
            return version.segments[last] <= candidate.segments[last]
        }
    }

    package struct ParseError: Error, Hashable, Sendable, CustomStringConvertible {
        /// go-version's words.
        package var description: String
    }

    private var conditions: [Condition]

    /// An empty text is always satisfied.
    package init(_ text: String) throws(ParseError) {
        conditions = []
        guard text.contains(where: { !$0.isWhitespace }) else { return }
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            var body = Self.trimmed(part)
            var comparison = Comparison.equal
            if let found = Comparison.allCases.first(where: { body.hasPrefix($0.rawValue) }) {
                comparison = found
                body = Self.trimmed(body.dropFirst(found.rawValue.count))
            }
            guard let version = SegmentedVersion(body) else {
                throw ParseError(description: "Malformed constraint: \(part)")
            }
            conditions.append(Condition(comparison: comparison, version: version))
        }
    }

    package func contains(_ version: SegmentedVersion) -> Bool { conditions.allSatisfy { $0.holds(version) } }

    private static func trimmed(_ text: some StringProtocol) -> String {
        var rest = text[...]
        while let first = rest.first, first.isWhitespace { rest = rest.dropFirst() }
        while let last = rest.last, last.isWhitespace { rest = rest.dropLast() }
        return String(rest)
    }
}
