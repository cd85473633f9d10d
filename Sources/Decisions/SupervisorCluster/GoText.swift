internal import ResourceModel

/// Values as Go prints them (`%#v`), which the API server's messages quote.
enum GoText {
    static func stringMap(_ map: [String: String]) -> String {
        let pairs = map.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\"\($0.value)\"" }
        return "map[string]string{\(pairs.joined(separator: ", "))}"
    }

    static func labelSelector(_ selector: Value) -> String {
        let labels = selector.stringMap("matchLabels")
        let map = labels.isEmpty ? "map[string]string(nil)" : stringMap(labels)
        let expressions = (selector["matchExpressions"]?.arrayValue ?? []).map { expression -> String in
            let values = (expression["values"]?.arrayValue ?? []).compactMap(\.stringValue)
            let list =
                values.isEmpty ? "[]string(nil)" : "[]string{\(values.map { "\"\($0)\"" }.joined(separator: ", "))}"
            return "v1.LabelSelectorRequirement{Key:\"\(expression["key"]?.stringValue ?? "")\", "
                + "Operator:\"\(expression["operator"]?.stringValue ?? "")\", Values:\(list)}"
        }
        let requirements =
            expressions.isEmpty
            ? "[]v1.LabelSelectorRequirement(nil)"
            : "[]v1.LabelSelectorRequirement{\(expressions.joined(separator: ", "))}"
        return "v1.LabelSelector{MatchLabels:\(map), MatchExpressions:\(requirements)}"
    }

    static func strings(_ values: [Value]) -> String {
        "[]string{\(values.map { "\"\($0.stringValue ?? "")\"" }.joined(separator: ", "))}"
    }

    /// A decoded JSON value as Go's `%#v` prints it.
    static func value(_ value: Value) -> String {
        switch value {
        case .object(let fields):
            let members = fields.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\(Self.value($0.value))" }
            return "map[string]interface {}{\(members.joined(separator: ", "))}"
        case .array(let items):
            return "[]interface {}{\(items.map(Self.value).joined(separator: ", "))}"
        case .null: return "interface {}(nil)"
        case .bool, .int, .double, .string: return JSONWriter.text(value)
        }
    }
}
