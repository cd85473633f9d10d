package import ResourceModel

/// What a watch looks at.
package struct WatchTarget: Hashable, Sendable {
    package var kind: GroupVersionKind
    /// Nil: all namespaces.
    package var namespace: String?
    package var options: ListOptions

    package init(kind: GroupVersionKind, namespace: String? = nil, options: ListOptions = ListOptions()) {
        self.kind = kind
        self.namespace = namespace
        self.options = options
    }
}
