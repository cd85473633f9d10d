/// A version constraint in blang/semver's `ParseRange` grammar: conditions separated by spaces must all hold,
/// alternatives are separated by `||`; `x` is a wildcard; no `~`, `^`, `*`.
///
/// Used by `kubernetesVersionSelection`, `kappControllerVersionSelection` and the upgrade-constraint annotations.
package struct VersionRange: Hashable, Sendable {
    private enum Comparison: String, Hashable, Sendable, CaseIterable {
        case equal = "="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
    }

    private struct Condition: Hashable, Sendable {
        var comparison: Comparison
        var version: PackageVersion

        func holds(_ candidate: PackageVersion) -> Bool {
            let order = PackageVersion.order(candidate, version)
            return switch comparison {
            case .equal: order == 0
            case .notEqual: order != 0
            case .less: order < 0
            case .lessOrEqual: order <= 0
            case .greater: order > 0
            case .greaterOrEqual: order >= 0
            }
        }
    }

    package struct ParseError: Error, Hashable, Sendable, CustomStringConvertible {
        package var description: String
    }

    private var alternatives: [[Condition]]

    /// An empty text is always satisfied.
    package init(_ text: String) throws(ParseError) {
        alternatives = []
        guard text.contains(where: { !$0.isWhitespace }) else { return }
        for alternative in text.split(separator: "||", omittingEmptySubsequences: false) {
            let parts = Self.words(String(alternative))
            guard !parts.isEmpty else {
                throw ParseError(description: "Could not get version from string: \"\(text)\"")
            }
            var conditions: [Condition] = []
            for part in parts { conditions += try Self.conditions(part) }
            alternatives.append(conditions)
        }
    }

    package func contains(_ version: PackageVersion) -> Bool {
        alternatives.isEmpty || alternatives.contains { $0.allSatisfy { $0.holds(version) } }
    }

    /// Splits on spaces, an operator staying with the version that follows it.
    private static func words(_ text: String) -> [String] {
        var words: [String] = []
        var pending = ""
        // A lone `-` says nothing: `2.2.3 - 2.6.0` reads as two equalities and matches nothing, as with blang/semver.
        for word in text.split(whereSeparator: \.isWhitespace) where word != "-" {
            if word.allSatisfy({ "=<>!".contains($0) }) {
                pending += word
            } else {
                words.append(pending + word)
                pending = ""
            }
        }
        if !pending.isEmpty { words.append(pending) }
        return words
    }

    private static func conditions(_ text: String) throws(ParseError) -> [Condition] {
        let symbol = String(text.prefix { !($0.isASCII && $0.isNumber) })
        let body = String(text.dropFirst(symbol.count))
        guard !body.isEmpty else {
            throw ParseError(description: "Could not get version from string: \"\(text)\"")
        }
        let comparison: Comparison
        switch symbol {
        case "", "=", "==": comparison = .equal
        case "!", "!=": comparison = .notEqual
        case ">": comparison = .greater
        case ">=": comparison = .greaterOrEqual
        case "<": comparison = .less
        case "<=": comparison = .lessOrEqual
        default:
            throw ParseError(
                description:
                    "Could not parse Range \"\(text)\": Could not parse comparator \"\(symbol)\" in \"\(text)\"")
        }
        let numbers = body.split(separator: ".", omittingEmptySubsequences: false)
        if numbers.count <= 3, let wildcard = numbers.firstIndex(where: { $0 == "x" }), wildcard > 0 {
            return try wildcardConditions(comparison, numbers.prefix(wildcard).map(String.init), text)
        }
        do throws(PackageVersion.ParseError) {
            return [Condition(comparison: comparison, version: try PackageVersion(body))]
        } catch {
            throw ParseError(description: "Could not parse Range \"\(text)\": \(error.description)")
        }
    }

    /// `1.2.x` means `>=1.2.0 <1.3.0`; with an operator only the border that matters.
    private static func wildcardConditions(
        _ comparison: Comparison, _ numbers: [String], _ text: String
    ) throws(ParseError) -> [Condition] {
        let values = numbers.compactMap { UInt64($0) }
        guard values.count == numbers.count else {
            throw ParseError(description: "Could not parse Range \"\(text)\"")
        }
        let low = "\(values[0]).\(values.count > 1 ? values[1] : 0).0"
        let high = values.count > 1 ? "\(values[0]).\(values[1] + 1).0" : "\(values[0] + 1).0.0"
        do throws(PackageVersion.ParseError) {
            let from = try PackageVersion(low)
            let to = try PackageVersion(high)
            switch comparison {
            case .equal:
                return [
                    Condition(comparison: .greaterOrEqual, version: from), Condition(comparison: .less, version: to),
                ]
            case .greater: return [Condition(comparison: .greaterOrEqual, version: to)]
            case .greaterOrEqual: return [Condition(comparison: .greaterOrEqual, version: from)]
            case .less: return [Condition(comparison: .less, version: from)]
            case .lessOrEqual: return [Condition(comparison: .less, version: to)]
            case .notEqual:
                throw PackageVersion.ParseError(description: "a wildcard cannot be negated")
            }
        } catch {
            throw ParseError(description: "Could not parse Range \"\(text)\": \(error.description)")
        }
    }
}
