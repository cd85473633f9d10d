internal import ResourceModel

/// Field validation: which fields of a body its kind does not know, and values of a type it cannot hold.
enum FieldCheck {
    /// Dotted paths of unknown fields, in the order a strict decoder reports them; they are removed from the object.
    static func check(_ object: inout Value, _ resource: ResourceDefinition) throws(APIStatus) -> [String] {
        if resource.isCustom { return CustomResourceRules.prune(&object, resource) }
        guard KindFields.rows[resource.kind] != nil else { return [] }
        var walk = Walk()
        do throws(Mismatch) {
            try walk.visit(&object, .structure(resource.kind), [], owner: resource.kind)
        } catch {
            throw .badRequest(
                "\(resource.kind) in version \"\(resource.version)\" cannot be handled as a \(resource.kind): "
                    + error.message)
        }
        return walk.unknown
    }

    private struct Mismatch: Error {
        var message: String
    }

    private struct Walk {
        var unknown: [String] = []

        mutating func visit(
            _ value: inout Value, _ type: KindFields.FieldType, _ path: [String], owner: String
        ) throws(Mismatch) {
            if value.isNull { return }
            switch type {
            case .anything: return
            case .text:
                guard value.stringValue != nil else { throw mismatch(value, path, owner, "string") }
            case .bool:
                guard value.boolValue != nil else { throw mismatch(value, path, owner, "bool") }
            case .int32:
                guard let number = value.intValue, Int32(exactly: number) != nil else {
                    throw mismatch(value, path, owner, "int32")
                }
            case .int64:
                guard value.intValue != nil else { throw mismatch(value, path, owner, "int64") }
            case .textOrNumber:
                guard value.stringValue != nil || value.doubleValue != nil else {
                    throw mismatch(value, path, owner, "intstr.IntOrString")
                }
            case .list(let element): try visitList(&value, element, path, owner)
            case .map(let element): try visitMap(&value, element, path, owner)
            case .structure(let name): try visitStructure(&value, name, path, owner)
            }
        }

        private mutating func visitList(
            _ value: inout Value, _ element: KindFields.FieldType, _ path: [String], _ owner: String
        ) throws(Mismatch) {
            guard case .array(var items) = value else { throw mismatch(value, path, owner, goName(.list(element))) }
            let before = unknown.count
            for index in items.indices {
                var item = items[index]
                try visit(&item, element, path.dropLast() + ["\(path.last ?? "")[\(index)]"], owner: owner)
                if unknown.count != before { items[index] = item }
            }
            if unknown.count != before { value = .array(items) }
        }

        private mutating func visitMap(
            _ value: inout Value, _ element: KindFields.FieldType, _ path: [String], _ owner: String
        ) throws(Mismatch) {
            guard case .object(let fields) = value else { throw mismatch(value, path, owner, goName(.map(element))) }
            for (_, field) in fields.sorted(by: { $0.key < $1.key }) {
                var field = field
                try visit(&field, element, path, owner: owner)
            }
        }

        private mutating func visitStructure(
            _ value: inout Value, _ name: String, _ path: [String], _ owner: String
        ) throws(Mismatch) {
            guard case .object(var fields) = value else { throw mismatch(value, path, owner, "v1.\(name)") }
            let known = KindFields.rows[name] ?? [:]
            let before = unknown.count
            for key in fields.keys.sorted() {
                guard let type = known[key] else {
                    unknown.append((path + [key]).joined(separator: "."))
                    fields[key] = nil
                    continue
                }
                if type == .anything { continue }
                var field = fields[key] ?? .null
                let count = unknown.count
                try visit(&field, type, path + [key], owner: name)
                if unknown.count != count { fields[key] = field }
            }
            if unknown.count != before { value = .object(fields) }
        }

        private func mismatch(_ value: Value, _ path: [String], _ owner: String, _ type: String) -> Mismatch {
            let word: String
            switch value {
            case .int, .double: word = "number"
            case .bool: word = "bool"
            default: word = value.typeName
            }
            // Go's decoder names list fields without the index.
            let plain = path.map { step in String(step.prefix { $0 != "[" }) }.joined(separator: ".")
            return Mismatch(
                message: "json: cannot unmarshal \(word) into Go struct field \(owner).\(plain) of type \(type)")
        }

        private func goName(_ type: KindFields.FieldType) -> String {
            switch type {
            case .text: "string"
            case .int32: "int32"
            case .int64: "int64"
            case .bool: "bool"
            case .anything: "interface {}"
            case .textOrNumber: "intstr.IntOrString"
            case .list(let element): "[]\(goName(element))"
            case .map(let element): "map[string]\(goName(element))"
            case .structure(let name): "v1.\(name)"
            }
        }
    }
}
