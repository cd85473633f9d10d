import ResourceModel

/// What the fuzzer's requests are made of.
extension RequestFuzzer {
    static let methods = ["HEAD", "OPTIONS", "TRACE", "CONNECT", "get", "", "PROPFIND"]
    static let contentTypes = [
        "application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json",
        "application/apply-patch+yaml", "application/vnd.kubernetes.protobuf", "text/plain", "", ";",
        "application/json;x",
    ]
    static let accepts = [
        "application/json", "application/yaml", "*/*", "text/html", "", "application/json;as=Table;v=v1;g=meta.k8s.io",
        "application/vnd.kubernetes.protobuf", ";;;,,,", "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io",
    ]
    static let subresources = [
        "status", "scale", "log", "exec", "eviction", "binding", "token", "finalize", "proxy", "attach", "approval",
        "ephemeralcontainers", "nothing", "portforward",
    ]
    static let parameters = [
        "limit", "continue", "resourceVersion", "resourceVersionMatch", "labelSelector", "fieldSelector", "watch",
        "timeoutSeconds", "allowWatchBookmarks", "sendInitialEvents", "dryRun", "fieldManager", "fieldValidation",
        "force", "propagationPolicy", "gracePeriodSeconds", "includeObject", "container", "pretty", "",
    ]
    static let values = [
        "1", "0", "-1", "true", "false", "999999999999999999999", "abc", "All", "Strict", "Warn", "Ignore", "Orphan",
        "Foreground", "Exact", "NotOlderThan", "a%3Db", "a%21%3Db", "a%20in%20%28x%2Cy", "%28%29", "metadata.name%3Da",
        "metadata.name%21%3Da%2Cspec.x%3D%3D1", "9223372036854775807", "-9223372036854775808", "%00", "%", "zzz",
        "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6NzIwLCJzdGFydCI6ImNzYVx1MDAwMCJ9", "me", "",
        "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6LTksInN0YXJ0IjoiLi4vLi4ifQ", "1e5", "Background", "None", "Object",
    ]
    static let keys = [
        "metadata", "spec", "status", "name", "namespace", "labels", "annotations", "finalizers", "ownerReferences",
        "managedFields", "resourceVersion", "uid", "generation", "deletionTimestamp", "creationTimestamp", "kind",
        "apiVersion", "data", "template", "containers", "replicas", "selector", "ports", "rules", "subjects", "$patch",
        "$retainKeys", "$setElementOrder/containers", "$deleteFromPrimitiveList/finalizers", "versions", "storage",
        "resources", "requests", "roleRef", "webhooks", "a.b", "", "/", "~", "x-kubernetes-validations", "schema",
    ]
    static let strings = [
        "", "x", "Bad_Name", "-", "5Gi", "1e400Gi", "99999999999999999999Ei", "0.0000000000001", "50%", "-5%",
        "default",
        "2026-11-22T11:13:01Z", "0000-99-99T99:99:99Z", "* * * * *", "61 * * * *", "10.96.0.1", "10.1.1.1", "None",
        "\u{0}", "\u{FFFF}\u{202E}", "ünïcode", "é", "../..", "a/b/c", "kubernetes", "orphan", "foregroundDeletion",
        "^[0-9]+(", "replace", "v1", "apps/v1", "{", "LoadBalancer", "ExternalName", "Always", "Terminating",
        String(repeating: "a", count: 300), String(repeating: "é", count: 5000),
    ]
    static let texts = [
        "a: [\n", "{\"apiVersion\": ", "null", "[]", "\"x\"", "1", "true", "a: &a [*a, *a]", "--- a\n--- b",
        "!!binary x",
        "{\"a\":1}{\"b\":2}", "\u{FEFF}{}", "a: !!int x", "? [a]\n: b", "<<: {a: 1}", "k8s\u{0}\u{1}\u{2}", "k8s\u{0}",
        "{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\",\"preconditions\":{\"uid\":1}}",
        "a: &x {b: *x}", "\t- a", "%YAML 9.9\n---\n{}", "{\"metadata\":{\"name\":{}}}",
    ]

    struct Kind {
        var path: String
        var name: String
    }

    static let kinds: [Kind] = [
        Kind(path: "/api/v1/namespaces/default/configmaps", name: "a"),
        Kind(path: "/api/v1/namespaces/default/secrets", name: "a"),
        Kind(path: "/api/v1/namespaces/default/pods", name: "a"),
        Kind(path: "/api/v1/namespaces/default/services", name: "a"),
        Kind(path: "/api/v1/namespaces/default/events", name: "a"),
        Kind(path: "/api/v1/namespaces/default/serviceaccounts", name: "default"),
        Kind(path: "/api/v1/namespaces/default/persistentvolumeclaims", name: "a"),
        Kind(path: "/api/v1/namespaces/default/resourcequotas", name: "a"),
        Kind(path: "/api/v1/namespaces/default/limitranges", name: "a"),
        Kind(path: "/api/v1/namespaces/default/bindings", name: "a"),
        Kind(path: "/api/v1/persistentvolumes", name: "a"), Kind(path: "/api/v1/namespaces", name: "fuzz"),
        Kind(path: "/api/v1/nodes", name: "esx-1"), Kind(path: "/api/v1/componentstatuses", name: "etcd-0"),
        Kind(path: "/apis/apps/v1/namespaces/default/deployments", name: "web"),
        Kind(path: "/apis/apps/v1/namespaces/default/statefulsets", name: "db"),
        Kind(path: "/apis/apps/v1/namespaces/default/daemonsets", name: "a"),
        Kind(path: "/apis/apps/v1/namespaces/default/replicasets", name: "a"),
        Kind(path: "/apis/batch/v1/namespaces/default/jobs", name: "a"),
        Kind(path: "/apis/batch/v1/namespaces/default/cronjobs", name: "a"),
        Kind(path: "/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers", name: "a"),
        Kind(path: "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers", name: "a"),
        Kind(path: "/apis/events.k8s.io/v1/namespaces/default/events", name: "a"),
        Kind(path: "/apis/networking.k8s.io/v1/namespaces/default/ingresses", name: "a"),
        Kind(path: "/apis/networking.k8s.io/v1/namespaces/default/networkpolicies", name: "a"),
        Kind(path: "/apis/policy/v1/namespaces/default/poddisruptionbudgets", name: "a"),
        Kind(path: "/apis/rbac.authorization.k8s.io/v1/clusterroles", name: "a"),
        Kind(path: "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", name: "a"),
        Kind(path: "/apis/storage.k8s.io/v1/storageclasses", name: "a"),
        Kind(path: "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", name: "widgets.ex.dev"),
        Kind(path: "/apis/ex.dev/v1/namespaces/default/widgets", name: "a"),
        Kind(path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", name: "a"),
        Kind(path: "/apis/authorization.k8s.io/v1/subjectaccessreviews", name: "a"),
        Kind(path: "/apis/authentication.k8s.io/v1/tokenreviews", name: "a"),
        Kind(path: "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations", name: "a"),
        Kind(path: "/openapi/v3/apis/apps/v1", name: "a"), Kind(path: "/openapi/v2", name: "a"),
        Kind(path: "/apis", name: "apps"), Kind(path: "/flotilla-simulator/v1/faults", name: "a"),
    ]
}
