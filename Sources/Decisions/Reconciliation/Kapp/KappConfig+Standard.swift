internal import ResourceModel

/// kapp's built-in rules, written from what kapp 0.60 documents and does; the order within a table matters.
extension KappConfig {
    package static let standard = KappConfig(
        rebaseRules: rebase,
        lastAppliedExclusions: [
            FieldRule(path: ["metadata", "annotations", KappKey.deploymentRevision], matchers: deployments)
        ],
        existingExclusions: [FieldRule(path: ["status"], matchers: [.all])],
        maskRules: [
            FieldRule(path: ["data"], matchers: [.apiVersionKind("v1", "Secret")]),
            FieldRule(path: ["stringData"], matchers: [.apiVersionKind("v1", "Secret")]),
        ],
        ownershipLabelRules: ownership,
        labelScopingRules: scoping,
        templateRules: templates,
        changeGroupBindings: changeGroups,
        changeRuleBindings: changeRules)

    private static let oldApps = ["apps/v1", "apps/v1beta2", "apps/v1beta1", "extensions/v1beta1"]
    private static let deployments = oldApps.map { ResourceMatcher.apiVersionKind($0, "Deployment") }
    private static let withPodTemplate =
        ["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"].flatMap { kind in
            oldApps.map { ResourceMatcher.apiVersionKind($0, kind) }
        } + [.apiVersionKind("batch/v1", "Job")]
    private static let jobs = ResourceMatcher.kinds("Job", "batch/v1", "batch/v1beta1", "batch/v2alpha1")
    private static let cronJobs = ResourceMatcher.kinds("CronJob", "batch/v1", "batch/v1beta1", "batch/v2alpha1")
    private static let webhooks = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"].flatMap { kind in
        ["v1beta1", "v1"].map { ResourceMatcher.apiVersionKind("admissionregistration.k8s.io/\($0)", kind) }
    }

    private static func without(_ annotation: String) -> ResourceMatcher { .not(.hasAnnotation([annotation])) }

    private static func copy(
        _ sources: [RebaseRule.Source], _ paths: [FieldPath], _ matchers: [ResourceMatcher]
    ) -> RebaseRule {
        RebaseRule(paths: paths, action: .copy(sources), matchers: matchers)
    }

    private static let rebase: [RebaseRule] = [
        copy([.existing], [["metadata"]], [.all]),
        RebaseRule(paths: [["metadata", "labels"]], action: .remove, matchers: [.all]),
        copy([.new], [["metadata", "labels"]], [.all]),
        RebaseRule(paths: [["metadata", "annotations"]], action: .remove, matchers: [.all]),
        copy([.new], [["metadata", "annotations"]], [.all]),
        copy(
            [.new, .existing], [["spec", "clusterIP"], ["spec", "healthCheckNodePort"]],
            [.apiVersionKind("v1", "Service")]),
        copy([.new, .existing], [["spec", "finalizers"]], [.apiVersionKind("v1", "Namespace")]),
        copy(
            [.new, .existing],
            ["mcs", "supplemental-groups", "uid-range"].map { name in
                FieldPath(keys: ["metadata", "annotations", "openshift.io/sa.scc.\(name)"])
            }, [.apiVersionKind("v1", "Namespace")]),
        copy(
            [.new, .existing],
            [
                ["metadata", "annotations", "pv.kubernetes.io/bind-completed"],
                ["metadata", "annotations", "pv.kubernetes.io/bound-by-controller"],
                ["metadata", "annotations", "pv.kubernetes.io/migrated-to"],
                ["metadata", "annotations", "volume.beta.kubernetes.io/storage-provisioner"],
                // Successor of the beta annotation; the binder writes both since Kubernetes 1.23.
                ["metadata", "annotations", "volume.kubernetes.io/storage-provisioner"],
                ["metadata", "annotations", "volume.kubernetes.io/selected-node"],
                ["spec", "storageClassName"], ["spec", "volumeMode"], ["spec", "volumeName"],
            ], [.apiVersionKind("v1", "PersistentVolumeClaim")]),
        copy([.new, .existing], [["metadata", "annotations", KappKey.deploymentRevision]], deployments),
        copy([.new, .existing], [["webhooks", "*", "clientConfig", "caBundle"]], webhooks),
        copy(
            [.new, .existing], [["spec", "caBundle"]],
            ResourceMatcher.kinds("APIService", "apiregistration.k8s.io/v1beta1", "apiregistration.k8s.io/v1")),
        copy(
            [.new, .existing], [["spec", "conversion", "webhookClientConfig", "caBundle"]],
            [.apiVersionKind("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition")]),
        copy(
            [.new, .existing], [["spec", "conversion", "webhook", "clientConfig", "caBundle"]],
            [.apiVersionKind("apiextensions.k8s.io/v1", "CustomResourceDefinition")]),
        copy([.new, .existing], [["spec", "nodeName"]], [.apiVersionKind("v1", "Pod")]),
        RebaseRule(paths: [], action: .serviceAccountSecrets, matchers: [.apiVersionKind("v1", "ServiceAccount")]),
        copy(
            [.existing, .new],
            [["data", ".dockerconfigjson"], ["metadata", "annotations", "secretgen.carvel.dev/status"]],
            [
                .and([
                    .apiVersionKind("v1", "Secret"), .hasAnnotation(["secretgen.carvel.dev/image-pull-secret"]),
                    without(KappKey.disableSecretgenRebase),
                ])
            ]),
        copy(
            [.existing], [["rules"]],
            [
                .and([
                    .any(clusterRoles), .not(.emptyField(["aggregationRule"])),
                ])
            ]),
    ]

    private static let clusterRoles = rbac("ClusterRole")
    private static func rbac(_ kind: String) -> [ResourceMatcher] {
        ["v1", "v1alpha1", "v1beta1"].map { .apiVersionKind("rbac.authorization.k8s.io/\($0)", kind) }
    }

    private static func labelRule(_ path: FieldPath, _ matchers: [ResourceMatcher]) -> FieldRule {
        FieldRule(path: path, matchers: [.and([without(KappKey.disableDefaultOwnershipLabels), .any(matchers)])])
    }

    private static let ownership: [FieldRule] = [
        FieldRule(path: ["metadata", "labels"], matchers: [.all]),
        labelRule(["spec", "template", "metadata", "labels"], withPodTemplate + jobs),
        labelRule(
            ["spec", "volumeClaimTemplates", "*", "metadata", "labels"],
            ResourceMatcher.kinds("StatefulSet", "apps/v1", "apps/v1beta1", "extensions/v1beta1")),
        labelRule(["spec", "jobTemplate", "spec", "template", "metadata", "labels"], cronJobs),
    ]

    private static func scopingRule(_ path: FieldPath, _ matchers: [ResourceMatcher]) -> FieldRule {
        FieldRule(
            path: path,
            matchers: [
                .and([
                    without(KappKey.disableLabelScoping), without(KappKey.disableDefaultLabelScoping), .any(matchers),
                ])
            ])
    }

    private static let scoping: [FieldRule] = [
        scopingRule(["spec", "selector"], [.apiVersionKind("v1", "Service")]),
        scopingRule(["spec", "selector", "matchLabels"], withPodTemplate),
        scopingRule(
            ["spec", "selector", "matchLabels"], [.apiVersionKind("policy/v1beta1", "PodDisruptionBudget")]),
    ]

    private static let templates: [TemplateRule] = [
        template("ConfigMap", key: "configMapKeyRef", from: "configMapRef", volume: "configMap", volumeName: "name"),
        template("Secret", key: "secretKeyRef", from: "secretRef", volume: "secret", volumeName: "secretName"),
    ]

    private static func template(
        _ kind: String, key: String, from: String, volume: String, volumeName: String
    ) -> TemplateRule {
        var references: [TemplateRule.Reference] = []
        func add(_ path: [String], _ matchers: [ResourceMatcher], _ nameKey: String = "name") {
            references.append(.init(path: FieldPath(keys: path), matchers: matchers, nameKey: nameKey))
        }
        let isSecret = kind == "Secret"
        for (prefix, matchers) in [
            (["spec", "template"], withPodTemplate), (["spec", "jobTemplate", "spec", "template"], cronJobs),
        ] {
            for containers in ["containers", "initContainers"] {
                add(prefix + ["spec", containers, "*", "env", "*", "valueFrom", key], matchers)
                add(prefix + ["spec", containers, "*", "envFrom", "*", from], matchers)
            }
            if isSecret { add(prefix + ["spec", "imagePullSecrets", "*"], matchers) }
            add(prefix + ["spec", "volumes", "*", "projected", "sources", "*", volume], matchers)
            add(prefix + ["spec", "volumes", "*", volume], matchers, volumeName)
        }
        let pod: [ResourceMatcher] = [.apiVersionKind("v1", "Pod")]
        add(["spec", "volumes", "*", volume], pod, volumeName)
        if isSecret {
            add(["spec", "imagePullSecrets", "*"], pod)
            let account: [ResourceMatcher] = [.apiVersionKind("v1", "ServiceAccount")]
            add(["imagePullSecrets", "*"], account)
            add(["secrets", "*"], account)
            add(
                ["spec", "values", "*", "secretRef"],
                [.apiVersionKind("packaging.carvel.dev/v1alpha1", "PackageInstall")])
        }
        let app: [ResourceMatcher] = [.apiVersionKind("kappctrl.k14s.io/v1alpha1", "App")]
        let reference = isSecret ? "secretRef" : "configMapRef"
        add(["spec", "fetch", "*", "inline", "pathsFrom", "*", reference], app)
        for step in ["ytt", "helmTemplate", "cue"] {
            add(["spec", "template", "*", step, "valuesFrom", "*", reference], app)
        }
        add(["spec", "template", "*", "ytt", "inline", "pathsFrom", "*", reference], app)
        if isSecret {
            for source in ["imgpkgBundle", "http", "git"] { add(["spec", "fetch", "*", source, reference], app) }
        }
        return TemplateRule(matchers: [.apiVersionKind("v1", kind)], references: references)
    }
}
