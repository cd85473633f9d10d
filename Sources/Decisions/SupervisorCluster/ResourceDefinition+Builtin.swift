/// The built-in resources, from a table.
extension ResourceDefinition {
    /// apiVersion, Kind, plural, short names, scope (N or C), traits: s status, x scale, g generation, a category all,
    /// v no objects of its own (create only), r read only; then
    /// subresources, and the profiles that serve it (all when absent).
    private static let table = """
        v1 Binding bindings - N v
        v1 ComponentStatus componentstatuses cs C r
        v1 ConfigMap configmaps cm N -
        v1 Endpoints endpoints ep N -
        v1 Event events ev N -
        v1 LimitRange limitranges limits N -
        v1 Namespace namespaces ns C s finalize
        v1 Node nodes no C s proxy
        v1 PersistentVolumeClaim persistentvolumeclaims pvc N s
        v1 PersistentVolume persistentvolumes pv C s
        v1 Pod pods po N sa attach,binding,ephemeralcontainers,eviction,exec,log,portforward,proxy
        v1 PodTemplate podtemplates - N -
        v1 ReplicationController replicationcontrollers rc N sxga
        v1 ResourceQuota resourcequotas quota N s
        v1 Secret secrets - N -
        v1 ServiceAccount serviceaccounts sa N - token
        v1 Service services svc N sa proxy
        admissionregistration.k8s.io/v1 MutatingWebhookConfiguration mutatingwebhookconfigurations - C g
        admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration validatingwebhookconfigurations - C g
        admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy validatingadmissionpolicies - C sg - 1.32
        admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding validatingadmissionpolicybindings - C g - 1.32
        apiextensions.k8s.io/v1 CustomResourceDefinition customresourcedefinitions crd,crds C sg
        apiregistration.k8s.io/v1 APIService apiservices - C s
        apps/v1 ControllerRevision controllerrevisions - N -
        apps/v1 DaemonSet daemonsets ds N sga
        apps/v1 Deployment deployments deploy N sxga
        apps/v1 ReplicaSet replicasets rs N sxga
        apps/v1 StatefulSet statefulsets sts N sxga
        authentication.k8s.io/v1 SelfSubjectReview selfsubjectreviews - C v - 1.32
        authentication.k8s.io/v1 TokenReview tokenreviews - C v
        authorization.k8s.io/v1 LocalSubjectAccessReview localsubjectaccessreviews - N v
        authorization.k8s.io/v1 SelfSubjectAccessReview selfsubjectaccessreviews - C v
        authorization.k8s.io/v1 SelfSubjectRulesReview selfsubjectrulesreviews - C v
        authorization.k8s.io/v1 SubjectAccessReview subjectaccessreviews - C v
        autoscaling/v2 HorizontalPodAutoscaler horizontalpodautoscalers hpa N sa
        autoscaling/v1 HorizontalPodAutoscaler horizontalpodautoscalers hpa N sa
        batch/v1 CronJob cronjobs cj N sga
        batch/v1 Job jobs - N sga
        certificates.k8s.io/v1 CertificateSigningRequest certificatesigningrequests csr C s approval
        coordination.k8s.io/v1 Lease leases - N -
        discovery.k8s.io/v1 EndpointSlice endpointslices - N g
        events.k8s.io/v1 Event events ev N -
        flowcontrol.apiserver.k8s.io/v1 FlowSchema flowschemas - C sg - 1.32
        flowcontrol.apiserver.k8s.io/v1 PriorityLevelConfiguration prioritylevelconfigurations - C sg - 1.32
        flowcontrol.apiserver.k8s.io/v1beta2 FlowSchema flowschemas - C sg - 1.25
        flowcontrol.apiserver.k8s.io/v1beta2 PriorityLevelConfiguration prioritylevelconfigurations - C sg - 1.25
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
        storage.k8s.io/v1 CSIStorageCapacity csistoragecapacities - N -
        storage.k8s.io/v1 StorageClass storageclasses sc C -
        storage.k8s.io/v1 VolumeAttachment volumeattachments - C s
        """

    /// Where objects of a resource that two groups serve are stored.
    private static let sharedStores = ["events.k8s.io/events": GroupResource.core("events")]

    package static func builtin(_ profile: ServerProfile) -> [ResourceDefinition] {
        rows.filter { $0.profile == nil || $0.profile == profile }.map(\.definition)
    }

    private static let rows: [(definition: ResourceDefinition, profile: ServerProfile?)] =
        table.split(separator: "\n").map { line in
            let cells = line.split(separator: " ").map(String.init)
            let parts = cells[0].split(separator: "/").map(String.init)
            let traits = cells[5]
            var definition = ResourceDefinition(
                group: parts.count == 2 ? parts[0] : "", version: parts.last ?? "v1", kind: cells[1],
                plural: cells[2], singular: cells[1].lowercased(), isNamespaced: cells[4] == "N")
            definition.shortNames = cells[3] == "-" ? [] : cells[3].split(separator: ",").map(String.init)
            definition.categories = traits.contains("a") ? ["all"] : []
            definition.hasStatus = traits.contains("s")
            definition.hasScale = traits.contains("x")
            definition.hasGeneration = traits.contains("g")
            definition.isVirtual = traits.contains("v")
            definition.isReadOnly = traits.contains("r")
            if cells.count > 6, cells[6] != "-" {
                definition.otherSubresources = cells[6].split(separator: ",").map(String.init)
            }
            definition.sharedStore = sharedStores["\(definition.group)/\(definition.plural)"]
            return (definition, cells.count > 7 ? ServerProfile(rawValue: cells[7]) : nil)
        }

    /// The order of `GET /apis`: the aggregator's group priorities; groups of CRDs follow by name.
    static let groupOrder = [
        "apiregistration.k8s.io", "apps", "events.k8s.io", "authentication.k8s.io", "authorization.k8s.io",
        "autoscaling", "batch", "certificates.k8s.io", "networking.k8s.io", "policy", "rbac.authorization.k8s.io",
        "storage.k8s.io", "admissionregistration.k8s.io", "apiextensions.k8s.io", "scheduling.k8s.io",
        "coordination.k8s.io", "node.k8s.io", "discovery.k8s.io", "flowcontrol.apiserver.k8s.io",
    ]
}
