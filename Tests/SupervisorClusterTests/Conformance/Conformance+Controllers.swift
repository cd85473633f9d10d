import ResourceModel
import SupervisorCluster

/// Recordings with the control plane at work.
extension Conformance {
    private static func deployment(_ name: String, image: String) -> Value {
        [
            "metadata": ["name": .string(name)],
            "spec": [
                "replicas": name == "web" ? 2 : 1, "selector": ["matchLabels": ["app": .string(name)]],
                "progressDeadlineSeconds": 8,
                "template": [
                    "metadata": ["labels": ["app": .string(name)]],
                    "spec": [
                        "terminationGracePeriodSeconds": 1,
                        "containers": [["name": "c", "image": .string(image)]],
                    ],
                ],
            ],
        ]
    }

    private static func image(_ text: String) -> Value {
        ["spec": ["template": ["spec": ["containers": [["name": "c", "image": .string(text)]]]]]]
    }

    private static let database: Value = [
        "metadata": ["name": "db"],
        "spec": [
            "serviceName": "db", "replicas": 2, "selector": ["matchLabels": ["app": "db"]],
            "template": [
                "metadata": ["labels": ["app": "db"]],
                "spec": [
                    "terminationGracePeriodSeconds": 1,
                    "containers": [
                        ["name": "c", "image": "db:1", "volumeMounts": [["name": "data", "mountPath": "/d"]]]
                    ],
                ],
            ],
            "volumeClaimTemplates": [
                [
                    "metadata": ["name": "data"],
                    "spec": [
                        "accessModes": ["ReadWriteOnce"], "storageClassName": "sc-exp",
                        "resources": ["requests": ["storage": "10Gi"]],
                    ],
                ]
            ],
        ],
    ]

    private static let web = "/apis/apps/v1/namespaces/r47016/deployments/web"
    private static let db = "/apis/apps/v1/namespaces/r47016/statefulsets/db"
    private static let strategic = "application/strategic-merge-patch+json"
    private static let merge = "application/merge-patch+json"

    static let controllers: [ConformanceScenario] = [
        ConformanceScenario(
            "a pod that ends and a deployment that goes last", hasControllers: true,
            [
                .replaySetUp("pvc-create-noexp"), .wait(10), .replaySetUp("pod-create"), .wait(10), "pod-delete",
                .send("POST", "/apis/apps/v1/namespaces/t4/deployments", foreground), .wait(10),
                "delete-foreground",
            ]),
        ConformanceScenario(
            "rollouts", hasControllers: true,
            [
                .send("POST", "/api/v1/namespaces", ["metadata": ["name": "r47016"]]), .wait(1),
                .send(
                    "POST", "/apis/apps/v1/namespaces/r47016/deployments", deployment("web", image: "img:1")),
                .wait(7), "roll-deploy-1", .send("PATCH", web, image("img:2"), type: strategic), .wait(7),
                "roll-deploy-2", .send("PATCH", web, image("img:bad"), type: strategic), .wait(20),
                "roll-deploy-bad", .send("PATCH", web, image("img:2"), type: strategic), .wait(10),
                .send("PATCH", web, ["spec": ["replicas": 0]], type: merge), .wait(10),
                .send("POST", "/apis/apps/v1/namespaces/r47016/statefulsets", database), .wait(30),
                .send("PATCH", db, image("db:2"), type: strategic), .wait(30), "sts-orphan-delete", .wait(2),
                "sts-recreate-bigger", .wait(5), .send("PATCH", db, ["spec": ["replicas": 0]], type: merge),
                .wait(30), "roll-events-v1 roll-events-k8sio",
            ]),
        ConformanceScenario(
            "events of claims", hasControllers: true,
            [
                .send(
                    "PATCH", "/apis/storage.k8s.io/v1/storageclasses/vsan-default-storage-policy",
                    ["metadata": ["annotations": ["storageclass.kubernetes.io/is-default-class": "false"]]],
                    type: merge),
                .send(
                    "PATCH", "/flotilla-simulator/v1/faults", ["controllers": ["noResizer": true]]),
                .replaySetUp("pvc-create-harbor-registry pvc-create-pending-sc-missing pvc-create-nosc"), .wait(20),
                .replaySetUp("pvc-grow-ok"), .wait(20), "events-t2",
            ]),
        ConformanceScenario(
            "volumes that grow", hasControllers: true,
            [
                .act { cluster in
                    cluster.make("v1", "namespaces", nil, ["metadata": ["name": "svc-harbor-domain-c8"]])
                    for (name, mode) in [("ftt0-r0", "Immediate"), ("wffc", "WaitForFirstConsumer")] {
                        cluster.make(
                            "storage.k8s.io/v1", "storageclasses", nil,
                            [
                                "metadata": ["name": .string(name)], "provisioner": "hostpath.csi.k8s.io",
                                "allowVolumeExpansion": true, "volumeBindingMode": .string(mode),
                            ])
                    }
                }, .wait(1), "csi-pvc-create csi-pvc-create-wffc", .wait(10),
                .send(
                    "POST", "/apis/apps/v1/namespaces/svc-harbor-domain-c8/deployments", registry), .wait(10),
                "csi-pvc-grow", .waitMilliseconds(3000),
                "csi-pvc-shrink-during csi-pvc-shrink-during-30 csi-pvc-fs-pending", .wait(120), "csi-pvc-final",
                "csi-pvc-shrink-after csi-events csi-ns-delete",
            ]),
    ]

    private static var foreground: Value {
        var object = deployment("fg", image: "img:1")
        object[at: "spec", "progressDeadlineSeconds"] = 600
        return object
    }

    private static var registry: Value {
        var object = deployment("harbor-registry", image: "img:1")
        object[at: "spec", "template", "spec", "containers"] = [
            ["name": "c", "image": "img:1", "volumeMounts": [["name": "data", "mountPath": "/d"]]]
        ]
        object[at: "spec", "template", "spec", "volumes"] = [
            ["name": "data", "persistentVolumeClaim": ["claimName": "harbor-registry"]]
        ]
        return object
    }
}
