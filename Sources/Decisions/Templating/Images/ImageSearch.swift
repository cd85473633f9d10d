internal import ResourceModel

/// Goes through documents and replaces the image references that kbld's rules find.
struct ImageSearch {
    /// What stands for a reference.
    enum Found {
        case image(String, origins: [Value]?)
        /// Only a registry could tell the digest; the text is what an override made of it.
        case unresolved(String)
    }

    struct Used {
        var url: String
        var origins: [Value]?
    }

    /// Texts within texts are followed this far.
    private static let deepestText = 8

    private let rules: [ImageSearchRule]
    /// Images of the current document, in the order in which they were found.
    var used: [Used] = []
    private(set) var unresolved: Set<String> = []

    init(rules: [ImageSearchRule]) { self.rules = rules + [ImageSearchRule(name: "image")] }

    mutating func visit(_ document: Value, _ resolve: (String) -> Found) -> Value {
        var place: [ImageSearchRule.Step] = []
        return visit(document, &place, rules, Self.deepestText, resolve)
    }

    private mutating func visit(
        _ value: Value, _ place: inout [ImageSearchRule.Step], _ rules: [ImageSearchRule], _ depth: Int,
        _ resolve: (String) -> Found
    ) -> Value {
        switch value {
        case .object(var fields):
            // Sorted, so that the annotation does not depend on the order of a dictionary.
            for key in fields.keys.sorted() {
                guard let field = fields[key] else { continue }
                place.append(.key(key))
                fields[key] = match(field, &place, rules, depth, resolve)
                place.removeLast()
            }
            return .object(fields)
        case .array(var items):
            for index in items.indices {
                place.append(.index(index))
                items[index] = match(items[index], &place, rules, depth, resolve)
                place.removeLast()
            }
            return .array(items)
        case .null, .bool, .int, .double, .string: return value
        }
    }

    /// The first rule that fits says what becomes of a value; without one its own fields are looked at.
    private mutating func match(
        _ value: Value, _ place: inout [ImageSearchRule.Step], _ rules: [ImageSearchRule], _ depth: Int,
        _ resolve: (String) -> Found
    ) -> Value {
        guard case .string(let text) = value, let rule = rules.first(where: { $0.fits(place, value) }) else {
            return visit(value, &place, rules, depth, resolve)
        }
        switch rule.update {
        case .leave: return value
        case .entireValue:
            guard !text.isEmpty else { return value }
            switch resolve(text) {
            case .image(let url, let origins):
                used.append(Used(url: url, origins: origins))
                return .string(url)
            case .unresolved(let text):
                unresolved.insert(text)
                return .string(text)
            }
        case .inside(let inner, let allowsYAML):
            guard depth > 0 else { return value }
            return .string(inside(text, inner, allowsYAML, depth - 1, resolve))
        }
    }

    /// A text of JSON or YAML with its references replaced; one that is neither stays.
    private mutating func inside(
        _ text: String, _ rules: [ImageSearchRule], _ allowsYAML: Bool, _ depth: Int, _ resolve: (String) -> Found
    ) -> String {
        var place: [ImageSearchRule.Step] = []
        if let value = try? JSONReader.read(text) {
            return JSONWriter.text(visit(value, &place, rules, depth, resolve))
        }
        guard allowsYAML, let documents = try? YAMLDocuments.read(text), documents.count == 1 else { return text }
        return YAMLPrinter.print(ImageLock.yaml(visit(documents[0], &place, rules, depth, resolve)))
    }
}
