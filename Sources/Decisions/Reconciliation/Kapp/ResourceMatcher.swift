package import ResourceModel

/// Which objects a rule of kapp's configuration is for.
package indirect enum ResourceMatcher: Hashable, Sendable {
    case all
    case any([ResourceMatcher])
    case and([ResourceMatcher])
    case not(ResourceMatcher)
    case apiVersionKind(String, String)
    case apiGroupKind(String, String)
    case kindNamespaceName(String, String, String)
    /// Every key is present.
    case hasAnnotation([String])
    /// Any namespace when the list is empty.
    case hasNamespace([String])
    /// A kind whose API group no Kubernetes release serves by itself.
    case customResource
    case emptyField(FieldPath)

    package func matches(_ object: Value) -> Bool {
        switch self {
        case .all: return true
        case .any(let matchers): return matchers.contains { $0.matches(object) }
        case .and(let matchers): return matchers.allSatisfy { $0.matches(object) }
        case .not(let matcher): return !matcher.matches(object)
        case .apiVersionKind(let version, let kind): return object.apiVersion == version && object.kind == kind
        case .apiGroupKind(let group, let kind):
            return object.kind == kind && object.groupVersionKind.group == group
        case .kindNamespaceName(let kind, let namespace, let name):
            return object.kind == kind && object.objectNamespace == namespace && object.objectName == name
        case .hasAnnotation(let keys): return keys.allSatisfy { object.hasAnnotation($0) }
        case .hasNamespace(let names):
            let namespace = object.objectNamespace
            return !namespace.isEmpty && (names.isEmpty || names.contains(namespace))
        case .customResource: return !Self.builtInGroups.contains(object.groupVersionKind.group)
        case .emptyField(let path): return object.values(at: path).allSatisfy(\.isNull)
        }
    }

    static let builtInGroups: Set<String> = [
        "", "admissionregistration.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io", "apps",
        "authentication.k8s.io", "authorization.k8s.io", "autoscaling", "batch", "certificates.k8s.io",
        "coordination.k8s.io", "discovery.k8s.io", "events.k8s.io", "extensions", "flowcontrol.apiserver.k8s.io",
        "internal.apiserver.k8s.io", "metrics.k8s.io", "networking.k8s.io", "node.k8s.io", "policy",
        "rbac.authorization.k8s.io", "resource.k8s.io", "scheduling.k8s.io", "storage.k8s.io",
    ]

    /// One kind in several API versions.
    static func kinds(_ kind: String, _ versions: String...) -> [ResourceMatcher] {
        versions.map { .apiVersionKind($0, kind) }
    }
}
