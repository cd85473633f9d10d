import ResourceModel
import SupervisorCluster
import Testing

/// One broken field per row, and the cause an API server gives for it.
struct PolicyValidationTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var apiVersion: String
        var plural: String
        var spec: Value
        var cause: String
        var testDescription: String { "\(plural): \(cause)" }
    }

    private static func network(_ spec: Value, _ cause: String) -> Row {
        Row(apiVersion: "networking.k8s.io/v1", plural: "networkpolicies", spec: spec, cause: cause)
    }
    private static func budget(_ spec: Value, _ cause: String) -> Row {
        Row(apiVersion: "policy/v1", plural: "poddisruptionbudgets", spec: spec, cause: cause)
    }
    private static func scaler(_ spec: Value, _ cause: String) -> Row {
        Row(apiVersion: "autoscaling/v2", plural: "horizontalpodautoscalers", spec: spec, cause: cause)
    }
    private static func ingress(_ spec: Value, _ cause: String) -> Row {
        Row(apiVersion: "networking.k8s.io/v1", plural: "ingresses", spec: spec, cause: cause)
    }
    private static func quota(_ spec: Value, _ cause: String) -> Row {
        Row(apiVersion: "v1", plural: "resourcequotas", spec: spec, cause: cause)
    }
    private static func range(_ limits: Value, _ cause: String) -> Row {
        Row(apiVersion: "v1", plural: "limitranges", spec: ["limits": limits], cause: cause)
    }

    private static func rule(_ paths: Value) -> Value { ["rules": [["http": ["paths": paths]]]] }
    private static let service: Value = ["service": ["name": "s", "port": ["number": 80]]]

    static let rows: [Row] = [
        network(
            ["podSelector": [:], "policyTypes": ["Sideways"]],
            "spec.policyTypes[0]: Unsupported value: \"Sideways\": supported values: \"Egress\", \"Ingress\""),
        network(
            ["podSelector": [:], "ingress": [["from": [[:]]]]],
            "spec.ingress[0].from[0]: Required value: must specify a peer"),
        network(
            ["podSelector": [:], "ingress": [["from": [["ipBlock": ["cidr": "10.0.0.0"]]]]]],
            "spec.ingress[0].from[0].ipBlock.cidr: Invalid value: \"10.0.0.0\": must be a valid CIDR value, "
                + "(e.g. 10.9.8.0/24 or 2001:db8::/64)"),
        network(
            [
                "podSelector": [:],
                "egress": [["to": [["ipBlock": ["cidr": "10.0.0.0/8", "except": ["11.0.0.0/16"]]]]]],
            ],
            "spec.egress[0].to[0].ipBlock.except[0]: Invalid value: \"11.0.0.0/16\": must be a strict subset of `cidr`"),
        network(
            ["podSelector": [:], "ingress": [["from": [["ipBlock": ["cidr": "fd00::/8"], "podSelector": [:]]]]]],
            "spec.ingress[0].from[0]: Forbidden: may not specify both ipBlock and another peer"),
        network(
            ["podSelector": [:], "ingress": [["ports": [["port": 0]]]]],
            "spec.ingress[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive"),
        network(
            ["podSelector": [:], "ingress": [["ports": [["port": 90, "endPort": 80]]]]],
            "spec.ingress[0].ports[0].endPort: Invalid value: 80: must be greater than or equal to `port`"),
        network(
            ["podSelector": ["matchExpressions": [["key": "a", "operator": "In"]]]],
            "spec.podSelector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or "
                + "'NotIn'"),
        budget(
            ["minAvailable": 1, "maxUnavailable": 1, "selector": ["matchLabels": ["a": "b"]]],
            "spec: Invalid value: policy.PodDisruptionBudgetSpec{...}: minAvailable and maxUnavailable cannot be both "
                + "set"),
        budget(["minAvailable": -1], "spec.minAvailable: Invalid value: -1: must be greater than or equal to 0"),
        budget(
            ["maxUnavailable": "101%"],
            "spec.maxUnavailable: Invalid value: intstr.IntOrString{Type:1, IntVal:0, StrVal:\"101%\"}: must not be "
                + "greater than 100%"),
        budget(
            ["minAvailable": "half"],
            "spec.minAvailable: Invalid value: intstr.IntOrString{Type:1, IntVal:0, StrVal:\"half\"}: a valid percent "
                + "string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for "
                + "validation is '[0-9]+%')"),
        budget(
            ["selector": ["matchExpressions": [["key": "a", "operator": "Near"]]]],
            "spec.selector.matchExpressions[0].operator: Invalid value: \"Near\": not a valid selector operator"),
        scaler(
            ["scaleTargetRef": ["kind": "Deployment", "name": "d"], "minReplicas": 5, "maxReplicas": 2],
            "spec.maxReplicas: Invalid value: 2: must be greater than or equal to `minReplicas`"),
        scaler(
            ["scaleTargetRef": ["kind": "Deployment"], "maxReplicas": 2],
            "spec.scaleTargetRef.name: Required value"),
        scaler(
            ["scaleTargetRef": ["kind": "Deployment", "name": "d"], "maxReplicas": 0],
            "spec.maxReplicas: Invalid value: 0: must be greater than 0"),
        ingress(
            rule([["path": "/", "backend": service]]),
            "spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified"),
        ingress(
            rule([["path": "x", "pathType": "Prefix", "backend": service]]),
            "spec.rules[0].http.paths[0].path: Invalid value: \"x\": must be an absolute path"),
        ingress(
            [:],
            "spec: Invalid value: []networking.IngressRule(nil): either `defaultBackend` or `rules` must be specified"),
        range(
            [["type": "Container", "min": ["cpu": "2"], "max": ["cpu": "1"]]],
            "spec.limits[0].min[cpu]: Invalid value: \"2\": min value 2 is greater than max value 1"),
        range(
            [["type": "Pod", "default": ["cpu": "1"]]],
            "spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'"),
        quota(
            ["hard": ["pods": "-1"]], "spec.hard[pods]: Invalid value: \"-1\": must be greater than or equal to 0"),
        quota(["hard": ["pods": "1500m"]], "spec.hard[pods]: Invalid value: \"1500m\": must be an integer"),
        quota(
            ["hard": ["boats": "1"]],
            "spec.hard[boats]: Invalid value: \"boats\": must be a standard resource type or fully qualified"),
        quota(
            ["hard": ["storage": "1Gi"]],
            "spec.hard[storage]: Invalid value: \"storage\": must be a standard resource for quota"),
        quota(
            ["hard": ["pods": "1"], "scopes": ["Old"]],
            "spec.scopes: Invalid value: []core.ResourceQuotaScope{\"Old\"}: unsupported scope"),
        quota(
            ["hard": ["pods": "1"], "scopes": ["BestEffort", "NotBestEffort"]],
            "spec.scopes: Invalid value: []core.ResourceQuotaScope{\"BestEffort\", \"NotBestEffort\"}: "
                + "conflicting scopes"),
        range(
            [["type": "Pod"], ["type": "Pod"]], "spec.limits[1].type: Duplicate value: \"Pod\""),
    ]

    @Test(arguments: rows)
    func aBrokenFieldIsNamed(row: Row) {
        var cluster = TestCluster()
        let reply = cluster.send(
            "POST", TestCluster.path(row.apiVersion, row.plural, "t1"),
            ["metadata": ["name": "p"], "spec": row.spec])
        #expect(reply.status == 422, "\(String(decoding: reply.body, as: UTF8.self))")
        let causes = (reply.value[at: "details", "causes"]?.arrayValue ?? []).map {
            "\($0["field"]?.stringValue ?? ""): \($0["message"]?.stringValue ?? "")"
        }
        #expect(causes.contains(row.cause), "\(causes)")
    }

    @Test(arguments: [
        ("roles", "rules[0].verbs: Required value: verbs must contain at least one value"),
        ("rolebindings", "roleRef.kind: Unsupported value: \"Group\": supported values: \"ClusterRole\", \"Role\""),
    ])
    func rolesAndBindingsAreChecked(plural: String, cause: String) {
        var cluster = TestCluster()
        let body: Value = [
            "metadata": ["name": "p"], "rules": [["apiGroups": [""], "resources": ["pods"]]],
            "roleRef": ["apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "g"],
        ]
        let reply = cluster.send(
            "POST", TestCluster.path("rbac.authorization.k8s.io/v1", plural, "t1"), body)
        #expect(reply.status == 422)
        #expect(reply.value["message"]?.stringValue?.contains(cause) == true, "\(reply.value)")
    }
}
