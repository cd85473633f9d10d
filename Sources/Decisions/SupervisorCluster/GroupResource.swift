/// A resource without its version: the key objects are stored under.
package struct GroupResource: Hashable, Sendable, Comparable {
    package var group: String
    package var plural: String

    package init(group: String, plural: String) {
        self.group = group
        self.plural = plural
    }

    package static func core(_ plural: String) -> GroupResource { GroupResource(group: "", plural: plural) }

    package static func < (left: Self, right: Self) -> Bool { (left.group, left.plural) < (right.group, right.plural) }
}
