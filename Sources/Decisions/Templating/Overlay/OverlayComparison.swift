/// Whether one part of YAML has all that another has.
enum OverlayComparison {
    /// nil when `left` holds everything of `right`; else why not.
    static func difference(_ left: YAMLValue, _ right: YAMLValue) -> String? {
        guard let expected = right.node else { return leafDifference(left, right) }
        switch expected.kind {
        case .map:
            guard let actual = left.node, actual.kind == .map else { return "Expected map, but was \(left.goType)" }
            for item in expected.items {
                var matched = false
                for other in actual.items where other.key.equalsLeaf(item.key) {
                    if let difference = difference(other.value, item.value) { return difference }
                    matched = true
                }
                if !matched { return "Expected at least one map item to match by key" }
            }
            return nil
        case .array, .documentSet:
            guard let actual = left.node, actual.kind == expected.kind else {
                return "Expected array, but was \(left.goType)"
            }
            for (place, item) in expected.items.enumerated() {
                guard place < actual.items.count else { return "Expected to have matching number of array items" }
                if let difference = difference(actual.items[place].value, item.value) { return difference }
            }
            return nil
        case .document, .mapItem, .arrayItem: return difference(left, expected.value)
        }
    }

    static func leafDifference(_ left: YAMLValue, _ right: YAMLValue) -> String? {
        left.equalsLeaf(right) ? nil : "Expected leaf values to match \(left.goType) \(right.goType)"
    }

    /// Whether two maps have equal values under a key.
    static func sameByKey(_ key: String, _ left: YAMLValue, _ right: YAMLValue) throws(TemplateError) -> Bool {
        do throws(TemplateError) {
            return leafDifference(try value(key, left), try value(key, right)) == nil
        } catch {
            throw error.prefixed("overlay.map_key_matcher: ")
        }
    }

    private static func value(_ key: String, _ value: YAMLValue) throws(TemplateError) -> YAMLValue {
        guard let map = value.node, map.kind == .map else {
            throw TemplateError("Expected value to be map, but was \(value.goType)")
        }
        guard let item = map.item(key) else {
            throw TemplateError("Expected to find mapitem with key '\(key)', but did not")
        }
        return item.value
    }
}
