import ResourceModel
import SupervisorCluster

extension Conformance {
    static let plain: [ConformanceScenario] = [
        ConformanceScenario(
            "bodies and paths",
            [
                .send("POST", "/api/v1/namespaces/t1/configmaps", ["metadata": ["name": "cc"], "data": ["a": "1"]]),
                """
                400-badjson 400-badyaml 400-kind-mismatch 400-name-mismatch 400-nokind 400-ns-mismatch 404-delete \
                404-ns-create 404-pod 404-resource-path 404-unknown-path 405-method 405-put-list 406-accept \
                409-exists 409-rv 409-rv-patch 409-rv-delete 409-uid 409-uid-put 200-delete 415-ct 422-ns-name \
                422-pvc-zero 422-quantity ns-delete-default list-badrv list-badselector list-badfieldselector \
                watch-badrv watch-future-rv watch-future 422-deploy 400-type-mismatch 400-continue
                """,
            ]),
        ConformanceScenario("field validation", ["fieldval-Strict fieldval-Warn fieldval-Ignore fieldval-dup"]),
        ConformanceScenario("server-side apply", ["ssa-a ssa-conflict ssa-nomanager ssa-same"]),
        ConformanceScenario(
            "immutable data",
            [
                """
                cm-immutable-create 415-patch cm-immutable-update cm-immutable-unset secret-immutable-create \
                secret-immutable-update secret-type-create secret-type-change
                """
            ]),
    ]

    static let workloads: [ConformanceScenario] = [
        ConformanceScenario(
            "stateful sets",
            [
                """
                sts-create sts-put-vct sts-put-selector sts-put-servicename sts-mergepatch-vct sts-jsonpatch-vct \
                sts-ssa-vct sts-put-retention
                """
            ]),
        ConformanceScenario("deployments", ["deploy-create deploy-put-selector deploy-put-selector-mismatch"]),
        ConformanceScenario(
            "services",
            [
                .send(
                    "POST", "/api/v1/namespaces/t1/services",
                    ["metadata": ["name": "a"], "spec": ["ports": [["port": 80]], "clusterIP": "10.96.26.189"]]),
                .send(
                    "POST", "/api/v1/namespaces/t1/services",
                    ["metadata": ["name": "b"], "spec": ["ports": [["port": 80]], "clusterIP": "10.96.9.67"]]),
                """
                svc-create svc-put-clusterip svc-put-no-clusterip svc-clusterip-outofrange svc-clusterip-taken \
                svc-nodeport-taken0 svc-nodeport-taken
                """,
            ]),
        ConformanceScenario("jobs", ["job-create job-patch-template"]),
        ConformanceScenario(
            "quota",
            [
                .send(
                    "POST", "/api/v1/namespaces/t5/resourcequotas",
                    [
                        "metadata": ["name": "q"],
                        "spec": ["hard": ["requests.storage": "20Gi", "persistentvolumeclaims": "1"]],
                    ]), "quota-exceeded quota-ok quota-count",
            ]),
    ]

    static let claims: [ConformanceScenario] = [
        ConformanceScenario(
            "claims",
            [
                // The recording's cluster had no default class.
                .send(
                    "PATCH", "/apis/storage.k8s.io/v1/storageclasses/vsan-default-storage-policy",
                    ["metadata": ["annotations": ["storageclass.kubernetes.io/is-default-class": "false"]]],
                    type: "application/merge-patch+json"),
                """
                pvc-create-harbor-registry pvc-create-noexp pvc-create-unset pvc-create-ghost pvc-create-pending \
                pvc-create-pending-sc-missing pvc-create-nosc
                """,
                .act { cluster in
                    for name in ["harbor-registry", "noexp", "unset", "ghost"] { cluster.bind(claim: name) }
                },
                """
                pvc-bound pvc-grow-noexp pvc-grow-unset pvc-grow-scmissing pvc-shrink-bound \
                pvc-immut-accessmodes pvc-immut-sc pvc-immut-volname pvc-immut-volmode pvc-grow-ok \
                pvc-after-grow-noresizer pvc-shrink-after-grow-to-30 pvc-shrink-after-grow-to-10 pvc-grow-pending \
                pvc-shrink-pending pod-create pvc-delete-inuse pvc-terminating
                """,
                .send(
                    "PATCH", "/api/v1/namespaces/t2/persistentvolumeclaims/harbor-registry",
                    ["spec": ["resources": ["requests": ["storage": "50Gi"]]]], type: "application/merge-patch+json"),
                .send(
                    "PATCH", "/api/v1/namespaces/t2/persistentvolumeclaims/harbor-registry/status",
                    ["status": ["capacity": ["storage": "50Gi"]]], type: "application/merge-patch+json"),
                "pvc-shrink-after-capacity50-to-30 pvc-shrink-after-capacity50-to-50 table-pvc-one table-pvc",
            ])
    ]

    static let namespaces: [ConformanceScenario] = [
        ConformanceScenario(
            "a namespace that goes",
            [
                .send(
                    "POST", "/api/v1/namespaces/t3/configmaps",
                    ["metadata": ["name": "held", "finalizers": ["example.com/hold"]]]),
                .send("DELETE", "/api/v1/namespaces/t3/configmaps/held"),
                "ns-active ns-held-cm ns-delete-reply", .wait(6),
                """
                ns-terminating-create ns-terminating-conditions add-finalizer-while-deleting \
                delete-already-terminating ns-delete-again ns-finalize-remove
                """, .wait(6), "ns-gone",
            ])
    ]

    static let customResources: [ConformanceScenario] = [
        ConformanceScenario(
            "custom resources",
            [
                "cr-before-crd crd-create",
                // The recording on 1.25 came after the CRD was served, the one on 1.32 before.
                .act { if $0.state.profile == .kubernetes125 { $0.run(milliseconds: 100) } }, "cr-right-after",
                .wait(5), "crd-established",
                .act { cluster in
                    if cluster.state.profile == .kubernetes125 { return }
                    cluster.make(
                        "packaging.example.com/v1alpha1", "packageinstalls", "t4",
                        ["metadata": ["name": "a"], "spec": ["size": "5Gi"]])
                },
                """
                cr-422-pattern cr-422-required cr-422-type cr-strict-unknown cr-strategic-patch cr-put-no-rv \
                cr-status-patch crd-delete
                """,
            ]),
        ConformanceScenario(
            "an old watch of custom resources",
            [
                .send(
                    "POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
                    [
                        "metadata": ["name": "foos.packaging2.example.com"],
                        "spec": [
                            "group": "packaging2.example.com", "scope": "Namespaced",
                            "names": ["plural": "foos", "kind": "Foo"],
                            "versions": [
                                [
                                    "name": "v1alpha1", "served": true, "storage": true,
                                    "schema": ["openAPIV3Schema": ["type": "object"]],
                                ]
                            ],
                        ],
                    ]), .wait(1), "410-watch-old-crd",
            ]),
    ]

    static let access: [ConformanceScenario] = [
        ConformanceScenario(
            "strangers", tokens: [.admin("secret"), AccessToken(token: "dev", user: "dev")],
            [
                """
                401 403-anon 403-create-deploy 403-escalate 403-get-cluster 403-list-pods 403-nonresource \
                403-patch-pvc
                """
            ]),
        ConformanceScenario(
            "a disruption budget",
            [
                .send(
                    "POST", "/apis/policy/v1/namespaces/t5/poddisruptionbudgets",
                    [
                        "metadata": ["name": "b"],
                        "spec": ["minAvailable": 1, "selector": ["matchLabels": ["app": "ev"]]],
                    ]),
                .send(
                    "POST", "/api/v1/namespaces/t5/pods",
                    [
                        "metadata": ["name": "ev", "labels": ["app": "ev"]],
                        "spec": ["containers": [["name": "c", "image": "i:1"]]],
                    ]),
                .send(
                    "PATCH", "/api/v1/namespaces/t5/pods/ev/status",
                    ["status": ["phase": "Running", "conditions": [["type": "Ready", "status": "True"]]]],
                    type: "application/merge-patch+json"), "429-eviction",
            ]),
    ]

    static let reading: [ConformanceScenario] = [
        ConformanceScenario(
            "pages",
            [
                "410-continue",
                .send(
                    "POST", "/api/v1/namespaces/t1/configmaps?fieldManager=kubectl-client-side-apply",
                    [
                        "metadata": [
                            "name": "csa",
                            "annotations": [
                                "kubectl.kubernetes.io/last-applied-configuration": .string(
                                    #"{"apiVersion":"v1","data":{"k":"5","k2":"5"},"kind":"ConfigMap","metadata":"#
                                        + #"{"annotations":{},"name":"csa","namespace":"t1"}}"# + "\n")
                            ],
                        ], "data": ["k": "5", "k2": "5"],
                    ]),
                .act { cluster in
                    for name in ["d", "e", "f", "g", "h"] {
                        cluster.make("v1", "configmaps", "t1", ["metadata": ["name": .string(name)]])
                    }
                }, "list-limit-continue",
            ]),
        ConformanceScenario(
            "old revisions",
            [
                .send("POST", "/api/v1/namespaces/t5/configmaps", ["metadata": ["name": "w"], "data": ["a": "1"]]),
                .act { cluster in
                    // 1.25's watch cache still reached back to the first revision.
                    if cluster.state.profile == .kubernetes125 { return }
                    _ = cluster.send("PATCH", "/flotilla-simulator/v1/faults", ["compact": 0])
                }, "410-watch-old",
                .send("PATCH", "/flotilla-simulator/v1/faults", ["compact": 0]), "410-list-exact",
            ]),
        ConformanceScenario(
            "discovery", ["doc_api doc_api_v1 doc_apis doc_apis_apps_v1 doc_version table-only-unsupported"]),
        ConformanceScenario(
            "tables",
            hasControllers: true,
            [
                .replaySetUp("deploy-create sts-create svc-nodeport-taken0 svc-create"), .wait(60),
                "table-pods table-deploy table-sts table-svc table-ns table-cm table-events table-crd",
            ]),
    ]
}
