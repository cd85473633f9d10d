internal import ResourceModel

/// `x-kubernetes-validations`: the rules of a CRD's schema, checked on its objects and when the CRD is written.
enum ValidationRules {
    private static let key = "x-kubernetes-validations"

    // MARK: Objects

    /// The rules an object breaks; `old` is what it replaces. Rules about `oldSelf` hold for what is new.
    static func violations(_ object: Value, old: Value?, _ schema: Value) -> [FieldViolation] {
        var found: [FieldViolation] = []
        check(object, old, schema, "", &found)
        return found
    }

    private static func check(
        _ value: Value, _ old: Value?, _ schema: Value, _ path: String, _ found: inout [FieldViolation]
    ) {
        if value.isNull { return }
        for rule in schema[key]?.arrayValue ?? [] {
            if let violation = broken(rule, value, old, schema, path) { found.append(violation) }
        }
        switch value {
        case .object(let fields):
            for name in fields.keys.sorted() {
                guard let child = schema[at: "properties", name] ?? schema["additionalProperties"],
                    child.objectValue != nil, let field = fields[name]
                else { continue }
                let isProperty = schema[at: "properties", name] != nil
                let here = isProperty ? (path.isEmpty ? name : "\(path).\(name)") : "\(path)[\(name)]"
                check(field, old?[name], child, here, &found)
            }
        case .array(let items):
            guard let child = schema["items"] else { return }
            let keys = (schema["x-kubernetes-list-map-keys"]?.arrayValue ?? []).compactMap(\.stringValue)
            for (index, item) in items.enumerated() {
                let before =
                    keys.isEmpty
                    ? nil : old?.arrayValue?.first { other in keys.allSatisfy { other[$0] == item[$0] } }
                check(item, before, child, "\(path)[\(index)]", &found)
            }
        default: break
        }
    }

    private static func broken(
        _ rule: Value, _ value: Value, _ old: Value?, _ schema: Value, _ path: String
    ) -> FieldViolation? {
        let source = rule["rule"]?.stringValue ?? ""
        let type = schema["type"]?.stringValue ?? "object"
        let message = rule["message"]?.stringValue ?? ""
        let shown = message.isEmpty ? "failed rule: \(source)" : message
        var place = path
        if let field = rule["fieldPath"]?.stringValue { place += path.isEmpty ? String(field.dropFirst()) : field }
        do throws(CELError) {
            let expression = try CELParser.parse(source, names: ["self", "oldSelf"])
            let isOptional = rule["optionalOldSelf"]?.boolValue ?? false
            if expression.mentions("oldSelf"), old == nil, !isOptional { return nil }
            var evaluator = CELEvaluator([
                "self": value, "oldSelf": isOptional ? CELOptional.of(old) : old ?? .null,
            ])
            if try evaluator.truth(expression) { return nil }
        } catch {
            let text = message.isEmpty ? source : message
            return .invalid(
                place.isEmpty ? "<nil>" : place, "\"\(type)\"",
                "rule evaluation error: \(error.text(of: source)): evaluating rule: \(text)")
        }
        let text = told(rule, value, old) ?? shown
        switch rule["reason"]?.stringValue {
        case "FieldValueForbidden": return .forbidden(place, text)
        case "FieldValueRequired": return .required(place, text)
        case "FieldValueDuplicate": return FieldViolation(.duplicate, place, "Duplicate value: \"\(type)\"")
        default: return .invalid(place.isEmpty ? "<nil>" : place, "\"\(type)\"", text)
        }
    }

    /// What a rule's `messageExpression` makes; nil when there is none or it fails, as the API server falls back.
    private static func told(_ rule: Value, _ value: Value, _ old: Value?) -> String? {
        guard let source = rule["messageExpression"]?.stringValue,
            let expression = try? CELParser.parse(source, names: ["self", "oldSelf"])
        else { return nil }
        var evaluator = CELEvaluator(["self": value, "oldSelf": old ?? .null])
        guard let text = try? evaluator.evaluate(expression).stringValue, !text.isEmpty, !text.contains("\n") else {
            return nil
        }
        return text
    }

    /// Whether a schema has a rule anywhere.
    static func exist(in schema: Value) -> Bool {
        switch schema {
        case .object(let fields): fields[key] != nil || fields.values.contains(where: exist)
        case .array(let items): items.contains(where: exist)
        default: false
        }
    }

    // MARK: Definitions

    /// Rules that cannot be read: the CRD is refused, so that no rule is stored that would never be checked.
    static func unreadable(in crd: Value, profile: ServerProfile) -> [FieldViolation] {
        let versions = crd[at: "spec", "versions"]?.arrayValue ?? []
        var found: [FieldViolation] = []
        for (index, version) in versions.enumerated() {
            guard let schema = version[at: "schema", "openAPIV3Schema"] else { continue }
            let root = versions.count == 1 ? "spec.validation" : "spec.versions[\(index)].schema"
            read(schema, "\(root).openAPIV3Schema", profile, &found)
        }
        return found
    }

    private static func read(
        _ schema: Value, _ path: String, _ profile: ServerProfile, _ found: inout [FieldViolation]
    ) {
        for (index, rule) in (schema[key]?.arrayValue ?? []).enumerated() {
            let here = "\(path).\(key)[\(index)]"
            for part in ["rule", "messageExpression"] {
                guard let source = rule[part]?.stringValue else {
                    if part == "rule" { found.append(.required("\(here).rule", "rule is not specified")) }
                    continue
                }
                do throws(CELError) {
                    let knowsOptionals = profile != .kubernetes125
                    if !knowsOptionals, rule["optionalOldSelf"]?.boolValue ?? false {
                        throw .unsupported("optionalOldSelf")
                    }
                    _ = try CELParser.parse(
                        source, names: ["self", "oldSelf"], knowsOptionals: knowsOptionals)
                } catch {
                    found.append(
                        .invalid(
                            "\(here).\(part)", part == "rule" ? goText(rule, profile) : "\"\(source)\"",
                            "compilation failed: \(error.text(of: source))"))
                }
            }
        }
        for name in (schema["properties"]?.objectValue ?? [:]).keys.sorted() {
            guard let child = schema[at: "properties", name] else { continue }
            read(child, "\(path).properties[\(name)]", profile, &found)
        }
        for name in ["items", "additionalProperties"] {
            if let child = schema[name], child.objectValue != nil { read(child, "\(path).\(name)", profile, &found) }
        }
    }

    private static func goText(_ rule: Value, _ profile: ServerProfile) -> String {
        func quoted(_ key: String) -> String { JSONWriter.text(.string(rule[key]?.stringValue ?? "")) }
        let base = "Rule:\(quoted("rule")), Message:\(quoted("message"))"
        if profile == .kubernetes125 { return "apiextensions.ValidationRule{\(base)}" }
        return "apiextensions.ValidationRule{\(base), MessageExpression:\(quoted("messageExpression")), "
            + "Reason:(*apiextensions.FieldValueErrorReason)(nil), FieldPath:\(quoted("fieldPath")), "
            + "OptionalOldSelf:(*bool)(nil)}"
    }
}
