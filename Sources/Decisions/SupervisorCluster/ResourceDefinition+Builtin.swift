/// The built-in resources, from a table.
extension ResourceDefinition {
    /// apiVersion, Kind, plural, short names, scope (N or C), traits: s status, x scale, g generation, a category all.
    private static let table = """
        v1 Binding bindings - N -
        v1 ConfigMap configmaps cm N -
        v1 Endpoints endpoints ep N -
        v1 Event events ev N -
        v1 LimitRange limitranges limits N -
        v1 Namespace namespaces ns C s
        v1 Node nodes no C s
        v1 PersistentVolumeClaim persistentvolumeclaims pvc N s
        v1 PersistentVolume persistentvolumes pv C s
        v1 Pod pods po N sa
        v1 PodTemplate podtemplates - N -
        v1 ReplicationController replicationcontrollers rc N sxga
        v1 ResourceQuota resourcequotas quota N s
        v1 Secret secrets - N -
        v1 ServiceAccount serviceaccounts sa N -
        v1 Service services svc N sa
        admissionregistration.k8s.io/v1 MutatingWebhookConfiguration mutatingwebhookconfigurations - C g
        admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration validatingwebhookconfigurations - C g
        apiextensions.k8s.io/v1 CustomResourceDefinition customresourcedefinitions crd,crds C sg
        apiregistration.k8s.io/v1 APIService apiservices - C s
        apps/v1 ControllerRevision controllerrevisions - N -
        apps/v1 DaemonSet daemonsets ds N sga
        apps/v1 Deployment deployments deploy N sxga
        apps/v1 ReplicaSet replicasets rs N sxga
        apps/v1 StatefulSet statefulsets sts N sxga
        autoscaling/v2 HorizontalPodAutoscaler horizontalpodautoscalers hpa N sa
        batch/v1 CronJob cronjobs cj N sga
        batch/v1 Job jobs - N sga
        coordination.k8s.io/v1 Lease leases - N -
        discovery.k8s.io/v1 EndpointSlice endpointslices - N g
        networking.k8s.io/v1 IngressClass ingressclasses - C g
        networking.k8s.io/v1 Ingress ingresses ing N sg
        networking.k8s.io/v1 NetworkPolicy networkpolicies netpol N g
        node.k8s.io/v1 RuntimeClass runtimeclasses - C -
        policy/v1 PodDisruptionBudget poddisruptionbudgets pdb N sg
        rbac.authorization.k8s.io/v1 ClusterRoleBinding clusterrolebindings - C -
        rbac.authorization.k8s.io/v1 ClusterRole clusterroles - C -
        rbac.authorization.k8s.io/v1 RoleBinding rolebindings - N -
        rbac.authorization.k8s.io/v1 Role roles - N -
        scheduling.k8s.io/v1 PriorityClass priorityclasses pc C -
        storage.k8s.io/v1 CSIDriver csidrivers - C -
        storage.k8s.io/v1 CSINode csinodes - C -
        storage.k8s.io/v1 StorageClass storageclasses sc C -
        storage.k8s.io/v1 VolumeAttachment volumeattachments - C s
        """

    package static let builtin: [ResourceDefinition] = table.split(separator: "\n").map { line in
        let cells = line.split(separator: " ").map(String.init)
        let parts = cells[0].split(separator: "/").map(String.init)
        let traits = cells[5]
        var definition = ResourceDefinition(
            group: parts.count == 2 ? parts[0] : "", version: parts.last ?? "v1", kind: cells[1], plural: cells[2],
            singular: cells[1].lowercased(), isNamespaced: cells[4] == "N")
        definition.shortNames = cells[3] == "-" ? [] : cells[3].split(separator: ",").map(String.init)
        definition.categories = traits.contains("a") ? ["all"] : []
        definition.hasStatus = traits.contains("s")
        definition.hasScale = traits.contains("x")
        definition.hasGeneration = traits.contains("g")
        switch definition.plural {
        case "pods": definition.otherSubresources = ["eviction", "log", "binding"]
        case "namespaces": definition.otherSubresources = ["finalize"]
        default: break
        }
        return definition
    }
}
