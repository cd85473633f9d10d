internal import ResourceModel

/// Pods and what is made of pod templates.
extension Defaults {
    static func pod(_ object: inout Value) {
        var spec = object["spec"] ?? .object([:])
        podSpec(&spec)
        fill(&spec, ["enableServiceLinks": true])
        object["spec"] = spec
    }

    static func template(_ owner: inout Value, _ path: [String]) {
        guard var template = owner[path], template.objectValue != nil else { return }
        if template["metadata"] == nil { template["metadata"] = .object([:]) }
        // Kubernetes before 1.33 serializes the empty time of a template.
        template[at: "metadata", "creationTimestamp"] = .null
        var spec = template["spec"] ?? .object([:])
        podSpec(&spec)
        template["spec"] = spec
        owner[path] = template
    }

    static func podSpec(_ spec: inout Value) {
        fill(
            &spec,
            [
                "restartPolicy": "Always", "terminationGracePeriodSeconds": 30, "dnsPolicy": "ClusterFirst",
                "securityContext": .object([:]), "schedulerName": "default-scheduler",
            ])
        if let account = spec["serviceAccountName"] ?? spec["serviceAccount"], !account.isNull {
            spec["serviceAccountName"] = account
            spec["serviceAccount"] = account
        }
        mapItems(&spec, "volumes", volume)
        mapItems(&spec, "initContainers", container)
        mapItems(&spec, "ephemeralContainers", container)
        mapItems(&spec, "containers", container)
    }

    private static func volume(_ volume: inout Value) {
        if volume.objectValue?.count == 1 { volume["emptyDir"] = .object([:]) }
        for key in ["secret", "configMap", "projected", "downwardAPI"] where volume[key]?.objectValue != nil {
            fill(&volume, [key, "defaultMode"], 420)
        }
        if volume["hostPath"]?.objectValue != nil { fill(&volume, ["hostPath", "type"], "") }
        if var projected = volume["projected"], projected.objectValue != nil {
            mapItems(&projected, "sources") { source in
                if source["serviceAccountToken"]?.objectValue != nil {
                    fill(&source, ["serviceAccountToken", "expirationSeconds"], 3600)
                }
            }
            volume["projected"] = projected
        }
    }

    private static func container(_ container: inout Value) {
        fill(
            &container,
            [
                "resources": .object([:]), "terminationMessagePath": "/dev/termination-log",
                "terminationMessagePolicy": "File",
                "imagePullPolicy": .string(pullPolicy(container["image"]?.stringValue ?? "")),
            ])
        // A limit without a request is also the request.
        for (name, limit) in container[at: "resources", "limits"]?.objectValue ?? [:]
        where container[at: "resources", "requests", name] == nil {
            container[at: "resources", "requests", name] = limit
        }
        mapItems(&container, "ports") { fill(&$0, ["protocol": "TCP"]) }
        mapItems(&container, "env") { variable in
            if variable[at: "valueFrom", "fieldRef"]?.objectValue != nil {
                fill(&variable, ["valueFrom", "fieldRef", "apiVersion"], "v1")
            }
            if variable[at: "valueFrom", "resourceFieldRef"]?.objectValue != nil {
                fill(&variable, ["valueFrom", "resourceFieldRef", "divisor"], "0")
            }
        }
        for key in ["livenessProbe", "readinessProbe", "startupProbe"] {
            guard var probe = container[key], probe.objectValue != nil else { continue }
            fill(&probe, ["timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3])
            handler(&probe)
            if probe["grpc"]?.objectValue != nil { fill(&probe, ["grpc", "service"], "") }
            container[key] = probe
        }
        for key in ["postStart", "preStop"] {
            guard var hook = container[at: "lifecycle", key], hook.objectValue != nil else { continue }
            handler(&hook)
            container[at: "lifecycle", key] = hook
        }
    }

    private static func handler(_ handler: inout Value) {
        guard handler["httpGet"]?.objectValue != nil else { return }
        fill(&handler, ["httpGet", "path"], "/")
        fill(&handler, ["httpGet", "scheme"], "HTTP")
    }

    /// `Always` for `latest` and no tag, else `IfNotPresent`.
    private static func pullPolicy(_ image: String) -> String {
        if image.contains("@") { return "IfNotPresent" }
        let name = image.split(separator: "/").last ?? ""
        let parts = name.split(separator: ":", maxSplits: 1)
        return parts.count < 2 || parts[1] == "latest" ? "Always" : "IfNotPresent"
    }
}
