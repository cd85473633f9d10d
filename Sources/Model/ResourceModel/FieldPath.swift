/// A place in an object: keys, indexes, and "every index" (`{allIndexes: true}` in kapp's configuration).
package struct FieldPath: Hashable, Sendable, CustomStringConvertible, ExpressibleByArrayLiteral {
    package enum Step: Hashable, Sendable {
        case key(String)
        case index(Int)
        case allIndexes
    }

    package var steps: [Step]

    package init(_ steps: [Step]) { self.steps = steps }

    /// Keys; `*` stands for every index.
    package init(arrayLiteral elements: String...) {
        steps = elements.map { $0 == "*" ? .allIndexes : .key($0) }
    }

    package init(keys: [String]) {
        steps = keys.map { $0 == "*" ? .allIndexes : .key($0) }
    }

    /// `spec.containers[0].image`.
    package var description: String {
        var text = ""
        for step in steps {
            switch step {
            case .key(let key): text += text.isEmpty ? key : ".\(key)"
            case .index(let index): text += "[\(index)]"
            case .allIndexes: text += "[*]"
            }
        }
        return text
    }

    package func appending(_ step: Step) -> FieldPath { FieldPath(steps + [step]) }
}

extension Value {
    /// The values at a path, one for each index it expands to; missing branches give none.
    package func values(at path: FieldPath) -> [Value] { found(path.steps[...]) }

    private func found(_ steps: ArraySlice<FieldPath.Step>) -> [Value] {
        guard let step = steps.first else { return [self] }
        let rest = steps.dropFirst()
        switch step {
        case .key(let key): return self[key]?.found(rest) ?? []
        case .index(let index): return self[index]?.found(rest) ?? []
        case .allIndexes: return (arrayValue ?? []).flatMap { $0.found(rest) }
        }
    }

    /// Changes what is at a path in place. With `make`, mappings missing on the way are made and `body` sees nil for a
    /// missing last key; without it only what exists is visited. Assigning nil removes a key.
    package mutating func update(at path: FieldPath, make: Bool = false, _ body: (inout Value?) -> Void) {
        change(path.steps[...], make: make, body)
    }

    private mutating func change(_ steps: ArraySlice<FieldPath.Step>, make: Bool, _ body: (inout Value?) -> Void) {
        guard let step = steps.first else { return }
        let rest = steps.dropFirst()
        switch step {
        case .key(let key):
            guard objectValue != nil || (make && isNull) else { return }
            if isNull { self = .object([:]) }
            if rest.isEmpty {
                var child = self[key]
                if child == nil && !make { return }
                body(&child)
                self[key] = child
            } else {
                var child: Value = self[key] ?? .null
                if child.isNull {
                    guard make else { return }
                    child = .object([:])
                }
                child.change(rest, make: make, body)
                self[key] = child
            }
        case .index, .allIndexes:
            guard case .array(var items) = self else { return }
            self = .null
            for position in items.indices {
                if case .index(let wanted) = step, wanted != position { continue }
                if rest.isEmpty {
                    var child: Value? = items[position]
                    body(&child)
                    items[position] = child ?? .null
                } else {
                    items[position].change(rest, make: make, body)
                }
            }
            self = .array(items)
        }
    }

    package mutating func remove(at path: FieldPath) { update(at: path) { $0 = nil } }

    /// All concrete places a path stands for in this value, whether or not the last key exists.
    package func expansions(of path: FieldPath) -> [FieldPath] {
        var paths = [FieldPath([])]
        var values: [Value?] = [self]
        for step in path.steps {
            var nextPaths: [FieldPath] = []
            var nextValues: [Value?] = []
            for (position, value) in values.enumerated() {
                switch step {
                case .key(let key):
                    nextPaths.append(paths[position].appending(step))
                    nextValues.append(value?[key])
                case .index(let index):
                    nextPaths.append(paths[position].appending(step))
                    nextValues.append(value?[index])
                case .allIndexes:
                    for (index, item) in (value?.arrayValue ?? []).enumerated() {
                        nextPaths.append(paths[position].appending(.index(index)))
                        nextValues.append(item)
                    }
                }
            }
            (paths, values) = (nextPaths, nextValues)
        }
        return paths
    }
}
