package import ResourceModel

/// How a kind is addressed: what discovery says of it.
package struct APIResource: Hashable, Sendable {
    package var groupVersionKind: GroupVersionKind
    /// Lower-case plural, the path segment: `statefulsets`.
    package var plural: String
    package var isNamespaced: Bool
    package var verbs: Set<String>

    package init(groupVersionKind: GroupVersionKind, plural: String, isNamespaced: Bool, verbs: Set<String>) {
        self.groupVersionKind = groupVersionKind
        self.plural = plural
        self.isNamespaced = isNamespaced
        self.verbs = verbs
    }

    /// The collection's path; `namespace` nil or empty = all namespaces.
    func collectionPath(namespace: String?) -> String {
        var path = Self.root(group: groupVersionKind.group, version: groupVersionKind.version)
        if isNamespaced, let namespace, !namespace.isEmpty {
            path += "/namespaces/" + PercentEncoding.segment(namespace)
        }
        return path + "/" + plural
    }

    func objectPath(namespace: String?, name: String, subresource: String? = nil) -> String {
        let path = collectionPath(namespace: namespace) + "/" + PercentEncoding.segment(name)
        return subresource.map { "\(path)/\($0)" } ?? path
    }

    static func root(group: String, version: String) -> String {
        group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
    }
}
