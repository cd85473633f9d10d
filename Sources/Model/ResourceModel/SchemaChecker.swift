/// Walks a value along a schema and notes what breaks it.
struct SchemaChecker {
    let nullRule: OpenAPISchema.NullRule
    private(set) var violations: [SchemaViolation] = []

    init(nullRule: OpenAPISchema.NullRule) { self.nullRule = nullRule }

    mutating func check(_ value: Value, _ schema: Value, path: String) {
        guard violations.count < OpenAPISchema.maximumViolations else { return }
        if value.isNull {
            if schema["nullable"] == true || nullRule == .unset || schema["type"] == nil { return }
        }
        guard checkType(value, schema, path: path) else { return }
        checkEnumeration(value, schema, path: path)
        switch value {
        case .string(let text): checkString(text, schema, path: path)
        case .int, .double: checkNumber(value, schema, path: path)
        case .array(let items): checkArray(items, schema, path: path)
        case .object(let fields): checkObject(fields, schema, path: path)
        case .null, .bool: break
        }
        checkCombinations(value, schema, path: path)
    }

    private func body(_ path: String) -> String { path.isEmpty ? "value" : "\(path) in body" }

    private mutating func note(_ kind: SchemaViolation.Kind, _ path: String, _ value: Value, _ detail: String) {
        guard violations.count < OpenAPISchema.maximumViolations else { return }
        violations.append(SchemaViolation(kind: kind, path: path, value: value, detail: detail))
    }

    private mutating func checkType(_ value: Value, _ schema: Value, path: String) -> Bool {
        if schema["x-kubernetes-int-or-string"] == true {
            if case .int = value { return true }
            if case .string = value { return true }
            if schema["type"] == nil, nullRule == .strict {
                note(
                    .typeInvalid, path, .string(value.typeName),
                    "\(body(path)) must be of type integer,string: \"\(value.typeName)\"")
                return false
            }
        }
        guard let wanted = schema["type"]?.stringValue else { return true }
        let matches =
            switch (wanted, value) {
            case ("string", .string), ("boolean", .bool), ("array", .array), ("object", .object), ("integer", .int),
                ("number", .int), ("number", .double):
                true
            case ("integer", .double(let number)): number == number.rounded()
            default: false
            }
        if !matches {
            note(
                .typeInvalid, path, .string(value.typeName),
                "\(body(path)) must be of type \(wanted): \"\(value.typeName)\"")
        }
        return matches
    }

    private mutating func checkEnumeration(_ value: Value, _ schema: Value, path: String) {
        guard let allowed = schema["enum"]?.arrayValue, !allowed.contains(value) else { return }
        let list = allowed.map { JSONWriter.text($0) }.joined(separator: ", ")
        note(.notSupported, path, value, "supported values: \(list)")
    }

    private mutating func checkString(_ text: String, _ schema: Value, path: String) {
        let length = Int64(text.unicodeScalars.count)
        if let least = schema["minLength"]?.intValue, length < least {
            note(.invalid, path, .string(text), "\(body(path)) should be at least \(least) chars long")
        }
        if let most = schema["maxLength"]?.intValue, length > most {
            note(.tooLong, path, .string(text), "may not be longer than \(most)")
        }
        if let pattern = schema["pattern"]?.stringValue, let expression = try? Regex(pattern),
            text.firstMatch(of: expression) == nil
        {
            note(.invalid, path, .string(text), "\(body(path)) should match '\(pattern)'")
        }
        // kapp-controller does not look at formats; the API server does.
        if nullRule == .strict, let name = schema["format"]?.stringValue, !SchemaFormat.holds(name, text) {
            note(.typeInvalid, path, .string(text), "\(body(path)) must be of type \(name): \"\(text)\"")
        }
    }

    private mutating func checkNumber(_ value: Value, _ schema: Value, path: String) {
        guard let number = value.doubleValue else { return }
        if let least = schema["minimum"]?.doubleValue {
            let exclusive = schema["exclusiveMinimum"] == true
            if exclusive ? number <= least : number < least {
                let word = exclusive ? "greater than" : "greater than or equal to"
                note(.invalid, path, value, "\(body(path)) should be \(word) \(JSONWriter.text(.double(least)))")
            }
        }
        if let most = schema["maximum"]?.doubleValue {
            let exclusive = schema["exclusiveMaximum"] == true
            if exclusive ? number >= most : number > most {
                let word = exclusive ? "less than" : "less than or equal to"
                note(.invalid, path, value, "\(body(path)) should be \(word) \(JSONWriter.text(.double(most)))")
            }
        }
        if let step = schema["multipleOf"]?.doubleValue, step > 0, number.remainder(dividingBy: step) != 0 {
            note(.invalid, path, value, "\(body(path)) should be a multiple of \(JSONWriter.text(.double(step)))")
        }
    }

    private mutating func checkArray(_ items: [Value], _ schema: Value, path: String) {
        if let least = schema["minItems"]?.intValue, Int64(items.count) < least {
            note(.invalid, path, .array(items), "\(body(path)) should have at least \(least) items")
        }
        if let most = schema["maxItems"]?.intValue, Int64(items.count) > most {
            note(.tooMany, path, .array(items), "\(items.count): must have at most \(most) items")
        }
        if schema["uniqueItems"] == true, Set(items).count != items.count {
            note(.invalid, path, .array(items), "\(body(path)) shouldn't contain duplicates")
        }
        guard let element = schema["items"] else { return }
        for (index, item) in items.enumerated() { check(item, element, path: "\(path)[\(index)]") }
    }

    private mutating func checkObject(_ fields: [String: Value], _ schema: Value, path: String) {
        for name in schema["required"]?.arrayValue?.compactMap(\.stringValue) ?? []
        where fields[name] == nil || (nullRule == .unset && fields[name] == .null) {
            note(.required, path.isEmpty ? name : "\(path).\(name)", .null, "")
        }
        if let least = schema["minProperties"]?.intValue, Int64(fields.count) < least {
            note(.invalid, path, .object(fields), "\(body(path)) should have at least \(least) properties")
        }
        if let most = schema["maxProperties"]?.intValue, Int64(fields.count) > most {
            note(.tooMany, path, .object(fields), "\(fields.count): must have at most \(most) properties")
        }
        let properties = schema["properties"]?.objectValue ?? [:]
        for (key, child) in fields.sorted(by: { $0.key < $1.key }) {
            let childPath = path.isEmpty ? key : "\(path).\(key)"
            if let property = properties[key] {
                check(child, property, path: childPath)
            } else if let rest = schema["additionalProperties"], case .object = rest {
                check(child, rest, path: childPath)
            }
        }
    }

    private mutating func checkCombinations(_ value: Value, _ schema: Value, path: String) {
        for part in schema["allOf"]?.arrayValue ?? [] { check(value, part, path: path) }
        if let choices = schema["anyOf"]?.arrayValue, !choices.contains(where: { holds(value, $0, path) }) {
            note(.invalid, path, value, "\(body(path)) must validate at least one schema (anyOf)")
        }
        if let choices = schema["oneOf"]?.arrayValue, choices.count(where: { holds(value, $0, path) }) != 1 {
            note(.invalid, path, value, "\(body(path)) must validate one and only one schema (oneOf)")
        }
        if let forbidden = schema["not"], holds(value, forbidden, path) {
            note(.invalid, path, value, "\(body(path)) must not validate the schema (not)")
        }
    }

    private func holds(_ value: Value, _ schema: Value, _ path: String) -> Bool {
        var trial = SchemaChecker(nullRule: nullRule)
        trial.check(value, schema, path: path)
        return trial.violations.isEmpty
    }
}
