/// RFC 6902 JSON patch, with the texts of the library the API server uses (evanphx/json-patch).
package enum JSONPatch {
    /// The API server's bound on operations in one patch (k8s.io/apiserver, `maxJSONPatchOperations`).
    package static let maximumOperations = 10_000

    package static func apply(_ patch: Value, to target: Value) throws(PatchError) -> Value {
        guard let operations = patch.arrayValue else {
            throw PatchError(
                .malformed, "json: cannot unmarshal \(patch.goJSONName) into Go value of type jsonpatch.Patch")
        }
        guard operations.count <= maximumOperations else {
            throw PatchError(
                .malformed,
                "The allowed maximum operations in a JSON patch is \(maximumOperations), got \(operations.count)")
        }
        var result = target
        for operation in operations { try apply(operation: operation, to: &result) }
        return result
    }

    private static func apply(operation: Value, to target: inout Value) throws(PatchError) {
        let name = operation["op"]?.stringValue ?? ""
        guard let path = operation["path"]?.stringValue, let tokens = pointer(path) else {
            throw PatchError(.malformed, "error decoding patch: \(name) operation has no usable path")
        }
        switch name {
        case "add":
            try change(&target, tokens[...], path, .add(try value(of: operation)))
        case "replace":
            try change(&target, tokens[...], path, .replace(try value(of: operation)))
        case "remove":
            try change(&target, tokens[...], path, .remove)
        case "move", "copy":
            guard let from = operation["from"]?.stringValue.flatMap(pointer) else {
                throw PatchError(.malformed, "\(name) operation does not have a from field")
            }
            guard let moved = read(target, from) else {
                throw PatchError(.doesNotApply, "\(name) operation does not apply: doc is missing from path")
            }
            if name == "move" { try change(&target, from[...], path, .remove) }
            try change(&target, tokens[...], path, .add(moved))
        case "test":
            if read(target, tokens) ?? .null != operation["value"] ?? .null {
                throw PatchError(
                    .doesNotApply, "testing value \(path) failed: test failed")
            }
        default: throw PatchError(.malformed, "Unexpected kind: \(name)")
        }
    }

    private enum Change {
        case add(Value), replace(Value), remove
        var word: String {
            switch self {
            case .add: "add"
            case .replace: "replace"
            case .remove: "remove"
            }
        }
    }

    private static func value(of operation: Value) throws(PatchError) -> Value {
        guard let value = operation["value"] else {
            throw PatchError(.malformed, "operation does not have a value")
        }
        return value
    }

    private static func pointer(_ text: String) -> [String]? {
        if text.isEmpty { return [] }
        guard text.utf8.first == 0x2F else { return nil }
        return text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(unescaped)
    }

    /// RFC 6901: `~1` is `/`, `~0` is `~`.
    private static func unescaped(_ token: Substring) -> String {
        guard token.utf8.contains(0x7E) else { return String(token) }
        var out = ""
        var escaped = false
        for character in token {
            if escaped {
                out.append(character == "1" ? "/" : character == "0" ? "~" : character)
                escaped = false
            } else if character == "~" {
                escaped = true
            } else {
                out.append(character)
            }
        }
        return out
    }

    private static func read(_ target: Value, _ tokens: [String]) -> Value? {
        var current = target
        for token in tokens {
            switch current {
            case .object(let fields):
                guard let next = fields[token] else { return nil }
                current = next
            case .array(let items):
                guard let index = Int(token), items.indices.contains(index) else { return nil }
                current = items[index]
            case .null, .bool, .int, .double, .string: return nil
            }
        }
        return current
    }

    private static func change(
        _ target: inout Value, _ tokens: ArraySlice<String>, _ path: String, _ change: Change
    ) throws(PatchError) {
        guard let token = tokens.first else {
            switch change {
            case .add(let value), .replace(let value): target = value
            case .remove: target = .null
            }
            return
        }
        let isLast = tokens.count == 1
        switch target {
        case .object(var fields):
            target = .null
            defer { target = .object(fields) }
            if isLast {
                if case .add(let value) = change {
                    fields[token] = value
                    return
                }
                guard fields[token] != nil else { throw missing(change, path, key: token) }
                if case .replace(let value) = change { fields[token] = value } else { fields[token] = nil }
                return
            }
            guard var child = fields[token] else { throw missing(change, path, key: nil) }
            fields[token] = .null
            defer { fields[token] = child }
            try self.change(&child, tokens.dropFirst(), path, change)
        case .array(var items):
            try changeItem(&items, token, tokens.dropFirst(), path, change, isLast: isLast)
            target = .array(items)
        case .null, .bool, .int, .double, .string: throw missing(change, path, key: nil)
        }
    }

    private static func changeItem(
        _ items: inout [Value], _ token: String, _ rest: ArraySlice<String>, _ path: String, _ change: Change,
        isLast: Bool
    ) throws(PatchError) {
        if isLast, case .add(let value) = change {
            if token == "-" {
                items.append(value)
                return
            }
            guard let index = Int(token), (0...items.count).contains(index) else {
                throw missing(change, path, key: nil)
            }
            items.insert(value, at: index)
            return
        }
        guard let index = Int(token), items.indices.contains(index) else { throw missing(change, path, key: token) }
        if !isLast {
            try self.change(&items[index], rest, path, change)
        } else if case .replace(let value) = change {
            items[index] = value
        } else {
            items.remove(at: index)
        }
    }

    private static func missing(_ change: Change, _ path: String, key: String?) -> PatchError {
        let operation = "\(change.word) operation does not apply: doc is missing"
        return PatchError(
            .doesNotApply,
            key == nil || change.word == "add"
                ? "\(operation) path: \"\(path)\": missing value"
                : "\(operation) key: \(path): missing value")
    }
}
