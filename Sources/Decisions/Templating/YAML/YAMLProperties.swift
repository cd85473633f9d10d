/// Anchor and tag before a node.
struct YAMLProperties {
    var anchor: String?
    var tag: String?
    var isEmpty: Bool { anchor == nil && tag == nil }
}
