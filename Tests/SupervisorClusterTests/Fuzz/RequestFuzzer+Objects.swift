import ResourceModel

/// Good objects, from which the fuzzer makes bad ones.
extension RequestFuzzer {
    private static let podTemplate: Value = [
        "metadata": ["labels": ["app": "web"]],
        "spec": [
            "containers": [
                [
                    "name": "c", "image": "a:1", "ports": [["containerPort": 80]],
                    "env": [["name": "A", "value": "1"]], "volumeMounts": [["name": "d", "mountPath": "/d"]],
                    "resources": ["limits": ["cpu": "1", "memory": "1Gi"]],
                    "readinessProbe": ["httpGet": ["port": 80]],
                ]
            ], "volumes": [["name": "d", "emptyDir": .object([:])]],
        ],
    ]
    private static let selector: Value = ["matchLabels": ["app": "web"]]

    static let objects: [Value] = [
        ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["labels": ["a": "b"]], "data": ["a": "1"]],
        ["apiVersion": "v1", "kind": "Secret", "type": "Opaque", "data": ["a": "MQ=="], "stringData": ["b": "2"]],
        ["apiVersion": "v1", "kind": "Pod", "spec": podTemplate["spec"] ?? .null],
        ["apiVersion": "v1", "kind": "Namespace"],
        [
            "apiVersion": "v1", "kind": "Service",
            "spec": ["ports": [["port": 80, "nodePort": 30_080]], "type": "NodePort", "selector": ["app": "web"]],
        ],
        [
            "apiVersion": "apps/v1", "kind": "Deployment",
            "spec": ["replicas": 2, "selector": selector, "template": podTemplate],
        ],
        [
            "apiVersion": "apps/v1", "kind": "StatefulSet",
            "spec": [
                "serviceName": "db", "selector": selector, "template": podTemplate,
                "volumeClaimTemplates": [
                    ["metadata": ["name": "data"], "spec": ["resources": ["requests": ["storage": "1Gi"]]]]
                ],
            ],
        ],
        ["apiVersion": "apps/v1", "kind": "DaemonSet", "spec": ["selector": selector, "template": podTemplate]],
        ["apiVersion": "batch/v1", "kind": "Job", "spec": ["template": podTemplate]],
        [
            "apiVersion": "batch/v1", "kind": "CronJob",
            "spec": ["schedule": "* * * * *", "jobTemplate": ["spec": ["template": podTemplate]]],
        ],
        [
            "apiVersion": "v1", "kind": "PersistentVolumeClaim",
            "spec": [
                "accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": "5Gi"]],
                "storageClassName": "vsan-default-storage-policy",
            ],
        ],
        [
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "spec": [
                "group": "ex.dev", "scope": "Namespaced", "names": ["plural": "widgets", "kind": "Widget"],
                "versions": [
                    [
                        "name": "v1", "served": true, "storage": true, "subresources": ["status": .object([:])],
                        "schema": [
                            "openAPIV3Schema": [
                                "type": "object",
                                "properties": [
                                    "spec": [
                                        "type": "object", "x-kubernetes-preserve-unknown-fields": true,
                                        "properties": ["n": ["type": "integer", "minimum": 1, "default": 3]],
                                        "x-kubernetes-validations": [["rule": "self.n > 0"]],
                                    ]
                                ],
                            ]
                        ],
                    ]
                ],
            ],
        ],
        ["apiVersion": "ex.dev/v1", "kind": "Widget", "spec": ["n": 1]],
        [
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
            "rules": [["apiGroups": [""], "resources": ["pods"], "verbs": ["get"]]],
        ],
        [
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
            "roleRef": ["apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "a"],
            "subjects": [["kind": "User", "name": "dev"]],
        ],
        ["apiVersion": "v1", "kind": "ResourceQuota", "spec": ["hard": ["pods": "10", "requests.storage": "1Ti"]]],
        [
            "apiVersion": "v1", "kind": "LimitRange",
            "spec": ["limits": [["type": "Container", "default": ["cpu": "1"], "max": ["cpu": "2"]]]],
        ],
        [
            "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
            "spec": [
                "rules": [
                    [
                        "host": "a.b",
                        "http": [
                            "paths": [
                                [
                                    "path": "/", "pathType": "Prefix",
                                    "backend": ["service": ["name": "a", "port": ["number": 80]]],
                                ]
                            ]
                        ],
                    ]
                ]
            ],
        ],
        [
            "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler",
            "spec": [
                "scaleTargetRef": ["kind": "Deployment", "name": "web", "apiVersion": "apps/v1"], "maxReplicas": 3,
            ],
        ],
        [
            "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
            "spec": ["resourceAttributes": ["verb": "get", "resource": "pods", "namespace": "default"]],
        ],
        ["kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": "Foreground", "gracePeriodSeconds": 0],
        ["spec": ["replicas": 3]], ["status": ["phase": "Bound"]], ["metadata": ["finalizers": ["a.b/c"]]],
        ["api": [["path": "/nothing", "status": 500]], "frozen": false],
    ]
}
