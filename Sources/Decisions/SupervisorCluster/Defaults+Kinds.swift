internal import ResourceModel

/// Workloads, jobs, services, secrets, RBAC, webhooks.
extension Defaults {
    static func workload(_ object: inout Value, _ resource: ResourceDefinition, _ profile: ServerProfile) {
        guard resource.kind != "ControllerRevision" else { return }
        template(&object, ["spec", "template"])
        var spec = object["spec"] ?? .object([:])
        switch resource.kind {
        case "Deployment":
            fill(&spec, ["replicas": 1, "revisionHistoryLimit": 10, "progressDeadlineSeconds": 600])
            fill(&spec, ["strategy", "type"], "RollingUpdate")
            if spec[at: "strategy", "type"] == "RollingUpdate" {
                fill(&spec, ["strategy", "rollingUpdate", "maxUnavailable"], "25%")
                fill(&spec, ["strategy", "rollingUpdate", "maxSurge"], "25%")
            }
        case "StatefulSet":
            fill(&spec, ["replicas": 1, "revisionHistoryLimit": 10, "podManagementPolicy": "OrderedReady"])
            fill(&spec, ["updateStrategy", "type"], "RollingUpdate")
            if spec[at: "updateStrategy", "type"] == "RollingUpdate" {
                fill(&spec, ["updateStrategy", "rollingUpdate", "partition"], 0)
            }
            if profile == .kubernetes125 {
                // Alpha there: dropped like every field of a gate that is off.
                spec["persistentVolumeClaimRetentionPolicy"] = nil
            } else {
                fill(&spec, ["persistentVolumeClaimRetentionPolicy", "whenDeleted"], "Retain")
                fill(&spec, ["persistentVolumeClaimRetentionPolicy", "whenScaled"], "Retain")
            }
            mapItems(&spec, "volumeClaimTemplates") { claim in
                claim["apiVersion"] = "v1"
                claim["kind"] = "PersistentVolumeClaim"
                claim[at: "metadata", "creationTimestamp"] = .null
                fill(&claim, ["spec", "volumeMode"], "Filesystem")
                fill(&claim, ["status", "phase"], "Pending")
            }
        case "DaemonSet":
            fill(&spec, ["revisionHistoryLimit": 10])
            fill(&spec, ["updateStrategy", "type"], "RollingUpdate")
            if spec[at: "updateStrategy", "type"] == "RollingUpdate" {
                fill(&spec, ["updateStrategy", "rollingUpdate", "maxUnavailable"], 1)
                fill(&spec, ["updateStrategy", "rollingUpdate", "maxSurge"], 0)
            }
        default: fill(&spec, ["replicas": 1])
        }
        object["spec"] = spec
    }

    static func batch(_ object: inout Value, _ resource: ResourceDefinition, _ profile: ServerProfile) {
        if resource.kind == "CronJob" {
            template(&object, ["spec", "jobTemplate", "spec", "template"])
            var spec = object["spec"] ?? .object([:])
            fill(
                &spec,
                [
                    "concurrencyPolicy": "Allow", "suspend": false, "successfulJobsHistoryLimit": 3,
                    "failedJobsHistoryLimit": 1,
                ])
            spec[at: "jobTemplate", "metadata", "creationTimestamp"] = .null
            object["spec"] = spec
            return
        }
        job(&object, profile)
    }

    private static func job(_ object: inout Value, _ profile: ServerProfile) {
        template(&object, ["spec", "template"])
        var spec = object["spec"] ?? .object([:])
        let isAlone = spec["completions"] == nil && spec["parallelism"] == nil
        if isAlone { spec["completions"] = 1 }
        fill(&spec, ["parallelism": 1, "backoffLimit": 6, "completionMode": "NonIndexed", "suspend": false])
        if profile == .kubernetes132 {
            fill(&spec, ["podReplacementPolicy": "TerminatingOrFailed", "manualSelector": false])
        }
        object["spec"] = spec
    }

    /// The selector a Job gets from its own uid (the strategy's `generateSelector`), and the labels that fit it.
    static func jobSelector(_ object: inout Value, _ profile: ServerProfile) {
        if profile == .kubernetes125 { object[at: "metadata", "annotations", "batch.kubernetes.io/job-tracking"] = "" }
        var spec = object["spec"] ?? .object([:])
        if spec["manualSelector"]?.boolValue != true, spec["selector"] == nil {
            let uid = Value.string(object.uid)
            let name = Value.string(object.objectName)
            let isNew = profile == .kubernetes132
            var labels: [String: Value] = ["controller-uid": uid, "job-name": name]
            if isNew {
                labels["batch.kubernetes.io/controller-uid"] = uid
                labels["batch.kubernetes.io/job-name"] = name
            }
            for (key, value) in labels { spec[at: "template", "metadata", "labels", key] = value }
            spec["selector"] = [
                "matchLabels": .object([isNew ? "batch.kubernetes.io/controller-uid" : "controller-uid": uid])
            ]
            if object.objectLabels.isEmpty {
                object[at: "metadata", "labels"] = spec[at: "template", "metadata", "labels"]
            }
        }
        object["spec"] = spec
    }

    static func service(_ object: inout Value, old: Value?) {
        var spec = object["spec"] ?? .object([:])
        fill(&spec, ["type": "ClusterIP", "sessionAffinity": "None"])
        let type = spec["type"]?.stringValue ?? ""
        mapItems(&spec, "ports") { port in
            fill(&port, ["protocol": "TCP"])
            if let number = port["port"] { fill(&port, ["targetPort": number]) }
        }
        if spec["sessionAffinity"] == "ClientIP" {
            fill(&spec, ["sessionAffinityConfig", "clientIP", "timeoutSeconds"], 10_800)
        }
        if type != "ExternalName" {
            fill(&spec, ["internalTrafficPolicy": "Cluster"])
            // What the server gave before is kept when the caller leaves it out.
            if let old {
                for key in ["clusterIP", "clusterIPs"] where old[at: "spec", key] != nil {
                    if spec["clusterIP"] == nil || spec["clusterIP"] == old[at: "spec", "clusterIP"] {
                        fill(&spec, [key], old[at: "spec", key] ?? .null)
                    }
                }
            }
        }
        if type == "NodePort" || type == "LoadBalancer" { fill(&spec, ["externalTrafficPolicy": "Cluster"]) }
        if type == "LoadBalancer" { fill(&spec, ["allocateLoadBalancerNodePorts": true]) }
        object["spec"] = spec
    }

    static func secret(_ object: inout Value) throws(Failure) {
        for (_, value) in (object["data"]?.objectValue ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let text = value.stringValue, !Base64.isStandard(text) else { continue }
            throw Failure(message: "illegal base64 data at input byte \(Base64.firstForeignByte(text))")
        }
        fill(&object, ["type": "Opaque"])
        for (key, value) in object["stringData"]?.objectValue ?? [:] {
            if let text = value.stringValue { object[at: "data", key] = .string(Base64.encode(Array(text.utf8))) }
        }
        object["stringData"] = nil
    }

    /// A container's default limit follows from the maximum, its default request from the limit, then the minimum.
    static func limitRange(_ object: inout Value) {
        var spec = object["spec"] ?? .object([:])
        mapItems(&spec, "limits") { item in
            guard item["type"] == "Container" else { return }
            for (target, source) in [("default", "max"), ("defaultRequest", "default"), ("defaultRequest", "min")] {
                for (name, amount) in item[source]?.objectValue ?? [:] { fill(&item, [target, name], amount) }
            }
        }
        object["spec"] = spec
    }

    static func rbac(_ object: inout Value) {
        if object["roleRef"]?.objectValue != nil {
            fill(&object, ["roleRef", "apiGroup"], "rbac.authorization.k8s.io")
        }
        mapItems(&object, "subjects") { subject in
            if ["User", "Group"].contains(subject["kind"]?.stringValue ?? "") {
                fill(&subject, ["apiGroup": "rbac.authorization.k8s.io"])
            }
        }
    }

    static func webhooks(_ object: inout Value, isMutating: Bool) {
        mapItems(&object, "webhooks") { hook in
            fill(
                &hook,
                [
                    "failurePolicy": "Fail", "matchPolicy": "Equivalent", "timeoutSeconds": 10,
                    "namespaceSelector": .object([:]), "objectSelector": .object([:]),
                ])
            if isMutating { fill(&hook, ["reinvocationPolicy": "Never"]) }
            if hook[at: "clientConfig", "service"]?.objectValue != nil {
                fill(&hook, ["clientConfig", "service", "port"], 443)
            }
            mapItems(&hook, "rules") { fill(&$0, ["scope": "*"]) }
        }
    }

    /// Without any metric the cpu counts, to 80 percent; version 1 says the same by its conversion.
    static func autoscaler(_ object: inout Value) {
        fill(&object, ["spec", "minReplicas"], 1)
        guard object.apiVersion != "autoscaling/v1", (object[at: "spec", "metrics"]?.arrayValue ?? []).isEmpty else {
            return
        }
        object[at: "spec", "metrics"] = [
            [
                "type": "Resource",
                "resource": ["name": "cpu", "target": ["type": "Utilization", "averageUtilization": 80]],
            ]
        ]
    }
}
