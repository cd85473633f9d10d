internal import ResourceModel

/// kapp's built-in order: which groups an object is in and which rules it follows.
extension KappConfig {
    private static let prefix = "change-groups.kapp.k14s.io/"
    private static let definitions: [ResourceMatcher] = [
        .apiGroupKind("apiextensions.k8s.io", "CustomResourceDefinition")
    ]
    private static let namespaces: [ResourceMatcher] = [.apiGroupKind("", "Namespace")]
    // kapp's own table says `storage/v1`, which matches no cluster; the real group is meant and works.
    private static let storageClasses = ResourceMatcher.kinds(
        "StorageClass", "storage/v1", "storage/v1beta1", "storage.k8s.io/v1", "storage.k8s.io/v1beta1")
    private static let storage: [ResourceMatcher] = [
        .apiVersionKind("v1", "PersistentVolume"), .apiVersionKind("v1", "PersistentVolumeClaim"),
    ]
    private static let roles = rbac("ClusterRole") + rbac("Role")
    private static let roleBindings = rbac("ClusterRoleBinding") + rbac("RoleBinding")
    private static let serviceAccounts: [ResourceMatcher] = [.apiVersionKind("v1", "ServiceAccount")]
    private static let podRelated: [ResourceMatcher] =
        ResourceMatcher.kinds("NetworkPolicy", "extensions/v1beta1", "networking.k8s.io/v1")
        + ["ResourceQuota", "LimitRange", "ServiceAccount", "Secret", "ConfigMap"].map { .apiVersionKind("v1", $0) }
        + ResourceMatcher.kinds("PodSecurityPolicy", "extensions/v1beta1", "policy/v1beta1")
        + ResourceMatcher.kinds("PodDisruptionBudget", "policy/v1beta1")
        + ["v1alpha1", "v1beta1", "v1"].map { .apiVersionKind("scheduling.k8s.io/\($0)", "PriorityClass") }
        + ["v1alpha1", "v1beta1"].map { .apiVersionKind("node.k8s.io/\($0)", "RuntimeClass") }
    private static let apps: [ResourceMatcher] = [.apiVersionKind("kappctrl.k14s.io/v1alpha1", "App")]
    private static let packageInstalls: [ResourceMatcher] = [
        .apiVersionKind("packaging.carvel.dev/v1alpha1", "PackageInstall")
    ]

    private static func rbac(_ kind: String) -> [ResourceMatcher] {
        ["v1", "v1alpha1", "v1beta1"].map { .apiVersionKind("rbac.authorization.k8s.io/\($0)", kind) }
    }

    private static func group(_ name: String, _ matchers: [ResourceMatcher]) -> ChangeGroupBinding {
        ChangeGroupBinding(name: prefix + name, matchers: matchers)
    }

    static let changeGroups: [ChangeGroupBinding] = [
        group("crds", definitions),
        group("crds-{crd-group}-{crd-kind}", definitions),
        group("namespaces", namespaces),
        group("namespaces-{name}", namespaces),
        group("storage-class", storageClasses),
        group("storage", storage),
        group("rbac-roles", roles),
        group("rbac-role-bindings", roleBindings),
        group("rbac", roles + roleBindings),
        group("pod-related", podRelated),
        group("serviceaccount", serviceAccounts),
        group("kapp-controller-app", apps),
        group("kapp-controller-packageinstall", packageInstalls),
    ]

    private static func rule(
        _ rules: [String], optional: Bool, _ matcher: ResourceMatcher
    ) -> ChangeRuleBinding {
        ChangeRuleBinding(rules: rules, ignoreIfCyclical: optional, matchers: [matcher])
    }

    private static let enabled = ResourceMatcher.not(.hasAnnotation([KappKey.disableDefaultChangeRules]))

    static let changeRules: [ChangeRuleBinding] = [
        // Definitions before their custom resources.
        rule(
            ["upsert after upserting \(prefix)crds-{api-group}-{kind}"], optional: false,
            .and([.customResource, enabled])),
        // Custom resources go before their definitions, so that each one's deletion can be watched; everything else
        // goes after, while a conversion webhook may still be needed.
        rule(["delete before deleting \(prefix)crds"], optional: true, .and([.customResource, enabled])),
        rule(
            ["delete after deleting \(prefix)crds"], optional: true,
            .and([.not(.customResource), .not(.any(definitions)), enabled])),
        rule(
            ["upsert after upserting \(prefix)namespaces-{namespace}"], optional: false,
            .and([.hasNamespace([]), enabled])),
        rule(
            ["delete before deleting \(prefix)namespaces-{namespace}"], optional: true,
            .and([enabled, .any(serviceAccounts)])),
        rule(
            ["upsert after upserting \(prefix)rbac-roles"], optional: true, .and([.any(roleBindings), enabled])),
        rule(
            [
                "upsert before upserting \(prefix)kapp-controller-packageinstall",
                "upsert before upserting \(prefix)kapp-controller-app",
                "delete after deleting \(prefix)kapp-controller-packageinstall",
                "delete after deleting \(prefix)kapp-controller-app",
            ], optional: true, .and([enabled, .any(serviceAccounts + roles + roleBindings)])),
        rule(["upsert after upserting \(prefix)storage-class"], optional: true, .any(storage)),
        rule(
            [
                "upsert after upserting \(prefix)pod-related", "upsert after upserting \(prefix)rbac",
                "upsert after upserting \(prefix)storage-class", "upsert after upserting \(prefix)storage",
            ], optional: true,
            .and([
                .not(.any(storageClasses + storage + roles + roleBindings + podRelated)), .hasNamespace([]),
            ])),
    ]
}
