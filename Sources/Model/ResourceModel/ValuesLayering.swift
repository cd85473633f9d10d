package import FleetModel

/// How an operator's values are laid over those in force: documents merged in order, then `--set` pairs.
///
/// Mappings merge key by key; lists and scalars replace. Null unsets: the key goes, and the package's default holds.
package enum ValuesLayering {
    /// Longest path of a `--set`, in steps, and largest index into a list.
    package static let maximumSteps = 64
    package static let maximumIndex = 10_000

    /// `base` with `documents` and then `set` laid over it. Errors name the document or the pair.
    package static func layered(
        base: Value, documents: [String], set: [String]
    ) throws(FleetError) -> Value {
        var values = base
        for (index, text) in documents.enumerated() {
            let document: Value
            do throws(YAMLError) {
                let all = try YAMLDocuments.read(text).filter { !$0.isNull }
                for value in all where value.objectValue == nil {
                    throw YAMLError(message: "values are a mapping, found \(value.typeName)")
                }
                document = all.reduce(.object([:])) { merged($1, over: $0, keepingNull: true) }
            } catch {
                throw FleetError(
                    .invalidArgument, "values document \(index + 1): \(error)", reason: "the values are not valid YAML",
                    next: "correct the file and run the command again")
            }
            values = merged(document, over: values)
        }
        for pair in set { values = try applying(pair, to: values) }
        return values
    }

    /// Deep merge. With `keepingNull` a null stays, so that it can unset a key of a lower layer later.
    package static func merged(_ layer: Value, over base: Value, keepingNull: Bool = false) -> Value {
        guard case .object(let fields) = layer else { return layer }
        var result = base.objectValue ?? [:]
        for (key, value) in fields {
            if value.isNull, !keepingNull {
                result[key] = nil
            } else if value.objectValue != nil {
                result[key] = merged(value, over: result[key] ?? .object([:]), keepingNull: keepingNull)
            } else {
                result[key] = value
            }
        }
        return .object(result)
    }

    /// Applies one `a.b[0].c=value`; `\.` in a key is a dot, the right side is read as YAML.
    package static func applying(_ pair: String, to values: Value) throws(FleetError) -> Value {
        guard let sign = pair.firstIndex(of: "=") else {
            throw refusal(pair, "it has no \"=\"")
        }
        let steps = try steps(String(pair[..<sign]), pair)
        let text = String(pair[pair.index(after: sign)...])
        let value: Value
        do throws(YAMLError) {
            value = text.isEmpty ? .string("") : try YAMLDocuments.readOne(text)
        } catch {
            throw refusal(pair, "the right side is not YAML: \(error)")
        }
        return try setting(value, at: steps[...], in: values, pair)
    }

    private enum Step { case key(String), index(Int) }

    private static func steps(_ path: String, _ pair: String) throws(FleetError) -> [Step] {
        var steps: [Step] = []
        var key = ""
        var characters = path.makeIterator()
        var afterIndex = false
        func flush() throws(FleetError) {
            if key.isEmpty, afterIndex { return }
            guard !key.isEmpty else { throw refusal(pair, "a key of the path is empty") }
            steps.append(.key(key))
            key = ""
        }
        while let character = characters.next() {
            switch character {
            case "\\": if let next = characters.next() { key.append(next) }
            case ".":
                try flush()
                afterIndex = false
            case "[":
                try flush()
                var digits = ""
                while let next = characters.next(), next != "]" { digits.append(next) }
                guard let index = Int(digits), (0...maximumIndex).contains(index) else {
                    throw refusal(pair, "[\(digits)] is no index from 0 to \(maximumIndex)")
                }
                steps.append(.index(index))
                afterIndex = true
            default:
                guard !afterIndex else { throw refusal(pair, "after ] comes . or [") }
                key.append(character)
            }
        }
        try flush()
        guard steps.count <= maximumSteps else { throw refusal(pair, "the path has more than \(maximumSteps) steps") }
        return steps
    }

    private static func setting(
        _ value: Value, at steps: ArraySlice<Step>, in tree: Value, _ pair: String
    ) throws(FleetError) -> Value {
        guard let step = steps.first else { return value.isNull ? value : merged(value, over: .object([:])) }
        let rest = steps.dropFirst()
        switch step {
        case .key(let key):
            var fields = tree.objectValue ?? [:]
            if rest.isEmpty, value.isNull {
                fields[key] = nil
            } else if value.isNull, fields[key] == nil {
                return tree
            } else {
                fields[key] = try setting(value, at: rest, in: fields[key] ?? .object([:]), pair)
            }
            return .object(fields)
        case .index(let index):
            var items = tree.arrayValue ?? []
            guard index <= items.count else {
                throw refusal(pair, "the list has \(items.count) items; [\(index)] would leave a hole")
            }
            if rest.isEmpty, value.isNull {
                if index < items.count { items.remove(at: index) }
                return .array(items)
            }
            let old: Value = index < items.count ? items[index] : .object([:])
            let new = try setting(value, at: rest, in: old, pair)
            if index < items.count { items[index] = new } else { items.append(new) }
            return .array(items)
        }
    }

    private static func refusal(_ pair: String, _ reason: String) -> FleetError {
        let path = pair.prefix { $0 != "=" }
        return FleetError(
            .invalidArgument, "--set \(path): cannot be read", reason: reason,
            next: "--set persistence.persistentVolumeClaim.registry.size=60Gi")
    }
}
