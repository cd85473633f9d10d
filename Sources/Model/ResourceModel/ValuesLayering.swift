package import FleetModel

/// How an operator's values are laid over those in force: documents merged in order, then `--set` pairs.
package enum ValuesLayering {
    /// `base` with `documents` and then `set` laid over it. Errors name the document or the pair; `schema` is the
    /// package's `valuesSchema.openAPIv3`.
    package static func layered(
        base: Value, documents: [String], set: [String], schema: Value? = nil
    ) throws(FleetError) -> Value {
        var values = base
        for (index, text) in documents.enumerated() {
            let read: [Value]
            do throws(YAMLError) {
                read = try YAMLDocuments.read(text).filter { !$0.isNull }
                for value in read where value.objectValue == nil {
                    throw YAMLError(message: "values are a mapping, found \(value.typeName)")
                }
            } catch {
                throw FleetError(
                    .invalidArgument, "values document \(index + 1): \(error)", reason: "the values are not valid YAML",
                    next: "correct the file and run the command again")
            }
            values = ValuesMerge.merged([values] + read)
        }
        for pair in set { values = try ValuesMerge.setting(pair, in: values, schema: schema) }
        return values
    }
}
