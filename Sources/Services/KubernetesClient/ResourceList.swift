package import ResourceModel

/// The answer to a list, all pages together.
package struct ResourceList: Hashable, Sendable {
    package var items: [Value]
    /// Where a watch continues.
    package var resourceVersion: String

    package init(items: [Value], resourceVersion: String) {
        self.items = items
        self.resourceVersion = resourceVersion
    }
}
