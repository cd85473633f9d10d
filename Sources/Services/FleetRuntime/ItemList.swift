/// A list as the interface carries it, so that fields can be added beside the items.
package struct ItemList<Item: Codable & Sendable & Hashable>: Codable, Sendable, Hashable {
    package var items: [Item]
    package init(items: [Item]) { self.items = items }
}
