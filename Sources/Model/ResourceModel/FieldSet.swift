/// A set of fields of an object, as `metadata.managedFields[].fieldsV1` writes it.
///
/// A tree whose keys are Kubernetes' path elements: `f:name` (field), `k:{"name":"c"}` (item of a keyed list),
/// `v:"x"` (item of a set). `isMember` says that the path itself is in the set, not only paths below it.
package struct FieldSet: Hashable, Sendable {
    package var isMember: Bool
    package var children: [String: FieldSet]

    package init(isMember: Bool = false, children: [String: FieldSet] = [:]) {
        self.isMember = isMember
        self.children = children
    }

    package var isEmpty: Bool { !isMember && children.isEmpty }

    // MARK: Text form

    package init(fieldsV1 value: Value, isRoot: Bool = true) {
        let fields = value.objectValue ?? [:]
        isMember = fields["."] != nil || (fields.isEmpty && !isRoot)
        children = [:]
        for (key, child) in fields where key != "." {
            children[key] = FieldSet(fieldsV1: child, isRoot: false)
        }
    }

    package var fieldsV1: Value {
        var fields: [String: Value] = [:]
        if isMember, !children.isEmpty { fields["."] = .object([:]) }
        for (key, child) in children { fields[key] = child.fieldsV1 }
        return .object(fields)
    }

    // MARK: Sets

    package func union(_ other: FieldSet) -> FieldSet {
        FieldSet(
            isMember: isMember || other.isMember,
            children: children.merging(other.children) { $0.union($1) })
    }

    package func subtracting(_ other: FieldSet) -> FieldSet {
        var result = FieldSet(isMember: isMember && !other.isMember)
        for (key, child) in children {
            let rest = other.children[key].map(child.subtracting) ?? child
            if !rest.isEmpty { result.children[key] = rest }
        }
        return result
    }

    package func intersection(_ other: FieldSet) -> FieldSet {
        var result = FieldSet(isMember: isMember && other.isMember)
        for (key, child) in children {
            guard let common = other.children[key].map(child.intersection), !common.isEmpty else { continue }
            result.children[key] = common
        }
        return result
    }

    /// This set without the other's members and everything below them.
    package func subtractingTrees(_ other: FieldSet) -> FieldSet {
        if other.isMember { return FieldSet() }
        var result = FieldSet(isMember: isMember)
        for (key, child) in children {
            let rest = other.children[key].map(child.subtractingTrees) ?? child
            if !rest.isEmpty { result.children[key] = rest }
        }
        return result
    }

    /// Every member's path in the API server's words, sorted: `.spec.template.spec.containers[name="c"].image`.
    package var paths: [String] {
        var found: [String] = []
        collect("", &found)
        return found
    }

    private func collect(_ prefix: String, _ found: inout [String]) {
        if isMember { found.append(prefix) }
        for (key, child) in children.sorted(by: { $0.key < $1.key }) {
            child.collect(prefix + Self.text(ofElement: key), &found)
        }
    }

    private static func text(ofElement element: String) -> String {
        let body = String(element.dropFirst(2))
        switch element.prefix(2) {
        case "f:": return "." + body
        case "k:":
            let keys = (try? JSONReader.read(body))?.objectValue ?? [:]
            return "["
                + keys.sorted { $0.key < $1.key }.map { "\($0.key)=\(JSONWriter.text($0.value))" }
                .joined(separator: ",") + "]"
        case "v:": return "[=\(body)]"
        default: return "[\(body)]"
        }
    }
}
