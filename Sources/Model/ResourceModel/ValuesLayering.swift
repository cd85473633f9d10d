package import FleetModel

/// How an operator's values are laid over those in force: documents merged in order, then `--set` pairs.
package enum ValuesLayering {
    /// `base` with `documents` and then `set` laid over it. Errors name the document (by `names`, what the operator
    /// calls them) or the pair; `schema` is the package's `valuesSchema.openAPIv3`.
    package static func layered(
        base: Value, documents: [String], names: [String]? = nil, set: [String], schema: Value? = nil
    ) throws(FleetError) -> Value {
        var values = base
        for (index, text) in documents.enumerated() {
            values = ValuesMerge.merged([values] + (try read(text, name: name(index, names))))
        }
        for pair in set { values = try ValuesMerge.setting(pair, in: values, schema: schema) }
        return values
    }

    /// Where the value at `path` comes from: `--set a.b`, a document's name, or nil for what was in force before.
    package static func origin(
        of path: String, documents: [String], names: [String]?, set: [String]
    ) -> String? {
        guard let wanted = try? ValuePath(path).steps else { return nil }
        for pair in set.reversed() {
            guard let key = try? Assignment(pair).key, let steps = try? ValuePath(key).steps else { continue }
            if wanted.starts(with: steps) || steps.starts(with: wanted) { return "--set \(key)" }
        }
        for index in documents.indices.reversed() {
            let read = (try? YAMLDocuments.read(documents[index])) ?? []
            if read.contains(where: { $0.value(at: wanted[...]) != nil }) { return name(index, names) }
        }
        return nil
    }

    private static func name(_ index: Int, _ names: [String]?) -> String {
        guard let names, names.indices.contains(index), !names[index].isEmpty else {
            return "values document \(index + 1)"
        }
        return names[index]
    }

    private static func read(_ text: String, name: String) throws(FleetError) -> [Value] {
        do throws(YAMLError) {
            let read = try YAMLDocuments.read(text).filter { !$0.isNull }
            for value in read where value.objectValue == nil {
                throw YAMLError(message: "values are a mapping, found \(value.typeName)")
            }
            return read
        } catch {
            throw FleetError(
                .invalidArgument, "\(name): \(error)", reason: "the values are not valid YAML",
                next: "correct them and run the command again")
        }
    }
}

extension Value {
    fileprivate func value(at steps: ArraySlice<FieldPath.Step>) -> Value? {
        guard let step = steps.first else { return self }
        switch step {
        case .key(let key): return self[key]?.value(at: steps.dropFirst())
        case .index(let index): return self[index]?.value(at: steps.dropFirst())
        case .allIndexes: return nil
        }
    }
}
