/// A selection of objects by fields: `metadata.name=web,status.phase!=Running`.
package struct FieldSelector: Hashable, Sendable {
    package struct Term: Hashable, Sendable {
        package var field: String
        package var value: String
        package var isNegated: Bool
    }

    package var terms: [Term]

    package init(parsing text: String) throws(SelectorError) {
        terms = []
        for part in text.split(separator: ",") {
            let bytes = Array(part.utf8)
            guard let equals = bytes.firstIndex(of: 0x3D) else {
                throw SelectorError("invalid selector: '\(text)'; can't understand '\(part)'")
            }
            let negated = equals > 0 && bytes[equals - 1] == 0x21
            var start = equals + 1
            if !negated, start < bytes.count, bytes[start] == 0x3D { start += 1 }
            terms.append(
                Term(
                    field: String(decoding: bytes[..<(negated ? equals - 1 : equals)], as: UTF8.self),
                    value: String(decoding: bytes[start...], as: UTF8.self), isNegated: negated))
        }
    }

    /// Looks each field up by its dotted path; a field that is not there counts as empty.
    package func matches(_ object: Value) -> Bool {
        terms.allSatisfy { term in
            let found = object[term.field.split(separator: ".").map(String.init)]
            let text: String
            switch found {
            case .string(let value): text = value
            case .bool(let value): text = value ? "true" : "false"
            case .int(let value): text = String(value)
            case .double, .array, .object, .null, nil: text = ""
            }
            return (text == term.value) != term.isNegated
        }
    }
}
