/// A selection of objects by their labels: `app=web,tier in (a,b),!old`, or a `LabelSelector` object.
package struct LabelSelector: Hashable, Sendable {
    package enum Operator: String, Hashable, Sendable {
        case isIn = "In"
        case notIn = "NotIn"
        case exists = "Exists"
        case doesNotExist = "DoesNotExist"
        case greaterThan = "Gt"
        case lessThan = "Lt"
    }

    package struct Requirement: Hashable, Sendable {
        package var key: String
        package var op: Operator
        package var values: [String]
        package init(key: String, op: Operator, values: [String] = []) {
            self.key = key
            self.op = op
            self.values = values
        }

        package func matches(_ labels: [String: String]) -> Bool {
            let value = labels[key]
            switch op {
            case .isIn: return value.map(values.contains) ?? false
            case .notIn: return value.map { !values.contains($0) } ?? true
            case .exists: return value != nil
            case .doesNotExist: return value == nil
            case .greaterThan, .lessThan:
                guard let value = value.flatMap(Int64.init), let bound = values.first.flatMap(Int64.init)
                else { return false }
                return op == .greaterThan ? value > bound : value < bound
            }
        }
    }

    package var requirements: [Requirement]

    package init(requirements: [Requirement] = []) { self.requirements = requirements }

    package var isEmpty: Bool { requirements.isEmpty }

    package func matches(_ labels: [String: String]) -> Bool { requirements.allSatisfy { $0.matches(labels) } }

    /// Reads `{matchLabels, matchExpressions}`; nil when an operator is unknown. An empty selector matches everything.
    package init?(object: Value) {
        requirements = object.stringMap("matchLabels").sorted { $0.key < $1.key }
            .map { Requirement(key: $0.key, op: .isIn, values: [$0.value]) }
        for expression in object["matchExpressions"]?.arrayValue ?? [] {
            guard let op = Operator(rawValue: expression["operator"]?.stringValue ?? "") else { return nil }
            requirements.append(
                Requirement(
                    key: expression["key"]?.stringValue ?? "", op: op,
                    values: (expression["values"]?.arrayValue ?? []).compactMap(\.stringValue)))
        }
    }

    /// Reads the query form; the error's text is the API server's.
    package init(parsing text: String) throws(SelectorError) {
        var parser = LabelSelectorParser(text)
        requirements = try parser.parse()
    }
}
