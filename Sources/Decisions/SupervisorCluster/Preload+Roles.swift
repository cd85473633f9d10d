internal import ResourceModel

/// The roles every API server brings, as far as people bind to them (bootstrappolicy).
extension Preload {
    private static let read: Value = ["get", "list", "watch"]
    private static let write: Value = ["create", "delete", "deletecollection", "patch", "update"]

    static let roles: [Value] =
        [
            role(
                "cluster-admin",
                [
                    ["apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]],
                    ["nonResourceURLs": ["*"], "verbs": ["*"]],
                ]),
            role("view", viewed),
            role(
                "edit", viewed + edited + [secrets(read), secrets(write)]),
            role(
                "admin",
                viewed + edited + [
                    secrets(read), secrets(write),
                    [
                        "apiGroups": ["rbac.authorization.k8s.io"], "resources": ["rolebindings", "roles"],
                        "verbs": ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
                    ],
                    [
                        "apiGroups": ["authorization.k8s.io"], "resources": ["localsubjectaccessreviews"],
                        "verbs": ["create"],
                    ],
                ]),
            role(
                "system:basic-user",
                [
                    [
                        "apiGroups": ["authorization.k8s.io"],
                        "resources": ["selfsubjectaccessreviews", "selfsubjectrulesreviews"], "verbs": ["create"],
                    ],
                    ["apiGroups": ["authentication.k8s.io"], "resources": ["selfsubjectreviews"], "verbs": ["create"]],
                ]),
            role(
                "system:discovery",
                [
                    [
                        "nonResourceURLs": [
                            "/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*",
                            "/readyz", "/version", "/version/",
                        ], "verbs": ["get"],
                    ]
                ]),
            role(
                "system:public-info-viewer",
                [
                    [
                        "nonResourceURLs": ["/healthz", "/livez", "/readyz", "/version", "/version/"],
                        "verbs": ["get"],
                    ]
                ]),
        ] + [
            binding("cluster-admin", ["system:masters"]), binding("system:basic-user", ["system:authenticated"]),
            binding("system:discovery", ["system:authenticated"]),
            binding("system:public-info-viewer", ["system:authenticated", "system:unauthenticated"]),
        ]

    private static let viewedResources: [(group: String, resources: Value)] = [
        (
            "",
            [
                "bindings", "configmaps", "endpoints", "events", "limitranges", "namespaces", "namespaces/status",
                "persistentvolumeclaims", "persistentvolumeclaims/status", "pods", "pods/log", "pods/status",
                "replicationcontrollers", "replicationcontrollers/scale", "replicationcontrollers/status",
                "resourcequotas", "resourcequotas/status", "serviceaccounts", "services", "services/status",
            ]
        ),
        ("discovery.k8s.io", ["endpointslices"]),
        (
            "apps",
            [
                "controllerrevisions", "daemonsets", "daemonsets/status", "deployments", "deployments/scale",
                "deployments/status", "replicasets", "replicasets/scale", "replicasets/status", "statefulsets",
                "statefulsets/scale", "statefulsets/status",
            ]
        ),
        ("autoscaling", ["horizontalpodautoscalers", "horizontalpodautoscalers/status"]),
        ("batch", ["cronjobs", "cronjobs/status", "jobs", "jobs/status"]),
        ("networking.k8s.io", ["ingresses", "ingresses/status", "networkpolicies"]),
        ("policy", ["poddisruptionbudgets", "poddisruptionbudgets/status"]),
    ]

    private static let viewed: [Value] = viewedResources.map {
        ["apiGroups": [.string($0.group)], "resources": $0.resources, "verbs": read]
    }

    private static let edited: [Value] = [
        [
            "apiGroups": [""],
            "resources": [
                "configmaps", "events", "persistentvolumeclaims", "pods", "pods/attach", "pods/eviction", "pods/exec",
                "pods/portforward", "pods/proxy", "replicationcontrollers", "replicationcontrollers/scale",
                "serviceaccounts", "services", "services/proxy",
            ], "verbs": write,
        ],
        [
            "apiGroups": ["apps"],
            "resources": [
                "daemonsets", "deployments", "deployments/rollback", "deployments/scale", "replicasets",
                "replicasets/scale", "statefulsets", "statefulsets/scale",
            ], "verbs": write,
        ],
        ["apiGroups": ["autoscaling"], "resources": ["horizontalpodautoscalers"], "verbs": write],
        ["apiGroups": ["batch"], "resources": ["cronjobs", "jobs"], "verbs": write],
        ["apiGroups": ["networking.k8s.io"], "resources": ["ingresses", "networkpolicies"], "verbs": write],
        ["apiGroups": ["policy"], "resources": ["poddisruptionbudgets"], "verbs": write],
        ["apiGroups": [""], "resources": ["serviceaccounts/token"], "verbs": ["create"]],
    ]

    private static func secrets(_ verbs: Value) -> Value {
        ["apiGroups": [""], "resources": ["secrets"], "verbs": verbs]
    }

    private static func role(_ name: String, _ rules: [Value]) -> Value {
        [
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
            "metadata": [
                "name": .string(name), "labels": ["kubernetes.io/bootstrapping": "rbac-defaults"],
                "annotations": ["rbac.authorization.kubernetes.io/autoupdate": "true"],
            ], "rules": .array(rules),
        ]
    }

    private static func binding(_ role: String, _ groups: [String]) -> Value {
        [
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
            "metadata": [
                "name": .string(role), "labels": ["kubernetes.io/bootstrapping": "rbac-defaults"],
                "annotations": ["rbac.authorization.kubernetes.io/autoupdate": "true"],
            ],
            "roleRef": ["apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": .string(role)],
            "subjects": .array(groups.map { ["kind": "Group", "name": .string($0)] }),
        ]
    }
}
