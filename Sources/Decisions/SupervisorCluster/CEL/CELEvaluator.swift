internal import ResourceModel

/// Evaluates an expression on values; counts its steps, so that no rule holds up the server.
struct CELEvaluator {
    /// Steps one rule may take; a real server bounds an estimated cost.
    static let budget = 1_000_000

    private var variables: [String: Value]
    private var steps = 0

    init(_ variables: [String: Value]) { self.variables = variables }

    mutating func evaluate(_ expression: CELExpression) throws(CELError) -> Value {
        steps += 1
        guard steps <= Self.budget else {
            throw .evaluation("operation cancelled: actual cost limit exceeded")
        }
        switch expression {
        case .literal(let value): return value
        case .name(let name): return variables[name] ?? .null
        case .list(let items):
            var values: [Value] = []
            for item in items { values.append(try evaluate(item)) }
            return .array(values)
        case .map(let keys, let values):
            var fields: [String: Value] = [:]
            for (key, value) in zip(keys, values) {
                guard let name = try evaluate(key).scalarText else { throw .evaluation("unsupported key type") }
                fields[name] = try evaluate(value)
            }
            return .object(fields)
        case .optionalSelect(let base, let field):
            guard let held = CELOptional.content(of: try evaluate(base)) else { return CELOptional.none }
            return CELOptional.of(Self.field(field, of: held))
        case .optionalIndex(let base, let key):
            guard let held = CELOptional.content(of: try evaluate(base)) else { return CELOptional.none }
            let name = try evaluate(key)
            return CELOptional.of(try? index(held, name))
        case .select(let base, let field):
            let whole = try evaluate(base)
            // What is selected of an optional value is optional.
            if CELOptional.isOptional(whole) {
                return CELOptional.of(CELOptional.content(of: whole).flatMap { Self.field(field, of: $0) })
            }
            guard let value = Self.field(field, of: whole) else {
                throw .evaluation("no such key: \(field)")
            }
            return value
        case .has(let base, let field): return .bool(Self.field(field, of: try evaluate(base)) != nil)
        case .index(let base, let key):
            let whole = try evaluate(base)
            let name = try evaluate(key)
            guard CELOptional.isOptional(whole) else { return try index(whole, name) }
            return CELOptional.of(CELOptional.content(of: whole).flatMap { try? index($0, name) })
        case .not(let inner): return .bool(!(try truth(inner)))
        case .negative(let inner):
            switch try evaluate(inner) {
            case .int(let value) where value != .min: return .int(-value)
            case .double(let value): return .double(-value)
            default: throw .evaluation("no such overload")
            }
        case .binary(let symbol, let left, let right): return try binary(symbol, left, right)
        case .conditional(let test, let yes, let no): return try evaluate(try truth(test) ? yes : no)
        case .call(let name, let target, let arguments):
            var values: [Value] = []
            if let target { values.append(try evaluate(target)) }
            for argument in arguments { values.append(try evaluate(argument)) }
            return try CELFunctions.call(name, values)
        case .macro(let name, let range, let variable, let body, let condition):
            return try macro(name, try evaluate(range), variable, body, condition)
        }
    }

    mutating func truth(_ expression: CELExpression) throws(CELError) -> Bool {
        guard let value = try evaluate(expression).boolValue else { throw .evaluation("no such overload") }
        return value
    }

    /// A field by its name or by the escaped one that the API server makes of names CEL cannot hold.
    private static func field(_ name: String, of value: Value) -> Value? {
        guard let fields = value.objectValue else { return nil }
        if let found = fields[name] { return found }
        guard name.contains("__") else { return nil }
        var plain = name.replacing("__dot__", with: ".").replacing("__dash__", with: "-")
            .replacing("__slash__", with: "/").replacing("__underscores__", with: "__")
        if plain == name, name.hasPrefix("__"), name.hasSuffix("__") { plain = String(name.dropFirst(2).dropLast(2)) }
        return fields[plain]
    }

    private func index(_ base: Value, _ key: Value) throws(CELError) -> Value {
        switch (base, key) {
        case (.array(let items), .int(let position)):
            guard items.indices.contains(Int(position)) else {
                throw .evaluation("index out of bounds: \(position)")
            }
            return items[Int(position)]
        case (.object(let fields), _):
            guard let found = key.scalarText.flatMap({ fields[$0] }) else {
                throw .evaluation("no such key: \(key.scalarText ?? "")")
            }
            return found
        default: throw .evaluation("no such overload")
        }
    }

    private mutating func binary(
        _ symbol: String, _ left: CELExpression, _ right: CELExpression
    ) throws(CELError) -> Value {
        if symbol == "&&" || symbol == "||" {
            // One side alone may decide, even when the other cannot be evaluated.
            let deciding = symbol == "||"
            var failure: CELError?
            do throws(CELError) {
                if try truth(left) == deciding { return .bool(deciding) }
            } catch {
                failure = error
            }
            if try truth(right) == deciding { return .bool(deciding) }
            if let failure { throw failure }
            return .bool(!deciding)
        }
        let first = try evaluate(left)
        let second = try evaluate(right)
        switch symbol {
        case "==": return .bool(CELFunctions.isEqual(first, second))
        case "!=": return .bool(!CELFunctions.isEqual(first, second))
        case "in": return .bool(try contains(second, first))
        case "<", "<=", ">", ">=": return .bool(try CELFunctions.compare(symbol, first, second))
        default: return try CELFunctions.arithmetic(symbol, first, second)
        }
    }

    private func contains(_ range: Value, _ item: Value) throws(CELError) -> Bool {
        switch range {
        case .array(let items): return items.contains { CELFunctions.isEqual($0, item) }
        case .object(let fields): return item.scalarText.map { fields[$0] != nil } ?? false
        default: throw .evaluation("no such overload")
        }
    }

    private mutating func macro(
        _ name: String, _ range: Value, _ variable: String, _ body: CELExpression, _ condition: CELExpression?
    ) throws(CELError) -> Value {
        if name == "optMap" || name == "optFlatMap" {
            guard CELOptional.isOptional(range) else { throw .evaluation("no such overload") }
            guard let held = CELOptional.content(of: range) else { return CELOptional.none }
            let hidden = variables.updateValue(held, forKey: variable)
            defer { variables[variable] = hidden }
            let made = try evaluate(body)
            return name == "optMap" ? CELOptional.of(made) : made
        }
        let items: [Value]
        switch range {
        case .array(let values): items = values
        case .object(let fields): items = fields.keys.sorted().map(Value.string)
        default: throw .evaluation("no such overload")
        }
        let hidden = variables[variable]
        defer { variables[variable] = hidden }
        var kept: [Value] = []
        var count = 0
        var failure: CELError?
        for item in items {
            variables[variable] = item
            if name == "map" {
                if let condition, !(try truth(condition)) { continue }
                kept.append(try evaluate(body))
                continue
            }
            var holds = false
            do throws(CELError) {
                holds = try truth(body)
            } catch {
                // `all` and `exists` go on: another item may decide.
                guard name == "all" || name == "exists" else { throw error }
                failure = error
                continue
            }
            if name == "all", !holds { return false }
            if name == "exists", holds { return true }
            if holds {
                count += 1
                kept.append(item)
            }
        }
        if let failure { throw failure }
        switch name {
        case "all": return true
        case "exists": return false
        case "exists_one": return .bool(count == 1)
        default: return .array(kept)
        }
    }
}
