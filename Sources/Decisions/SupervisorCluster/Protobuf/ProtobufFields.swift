/// Numbers of the fields that clients fill in, by type (`generated.proto` of k8s.io/api v0.32).
///
/// The kinds are those kubectl's generators and `auth`, `certificate`, `drain` and `expose` send; the types of the
/// fields are those of `KindFields`. A type whose numbers differ by version has the version before it; `~Type=n` is a
/// message whose fields JSON shows in the one above.
enum ProtobufFields {
    static let rows: [String: [Int: String]] = {
        var rows: [String: [Int: String]] = [:]
        for line in table.split(separator: "\n") {
            let words = line.split(separator: " ")
            var fields: [Int: String] = [:]
            for word in words.dropFirst() {
                let pair = word.split(separator: "=")
                if pair.count == 2, let number = Int(pair[1]) { fields[number] = String(pair[0]) }
            }
            for name in words[0].split(separator: ",") { rows[String(name)] = fields }
        }
        return rows
    }()

    private static let table = """
        Namespace,Deployment,Job,CronJob,Service,ResourceQuota,PodDisruptionBudget,Ingress metadata=1 spec=2
        TokenRequest,HorizontalPodAutoscaler,Pod,SelfSubjectAccessReview,SelfSubjectRulesReview metadata=1 spec=2
        SubjectAccessReview,LocalSubjectAccessReview,TokenReview,PersistentVolumeClaim metadata=1 spec=2
        SelfSubjectReview metadata=1
        NamespaceSpec finalizers=1
        ObjectMeta name=1 generateName=2 namespace=3 uid=5 resourceVersion=6 labels=11 annotations=12 \
        ownerReferences=13 finalizers=14
        OwnerReference kind=1 name=3 uid=4 apiVersion=5 controller=6 blockOwnerDeletion=7
        LabelSelector matchLabels=1 matchExpressions=2
        LabelSelectorRequirement key=1 operator=2 values=3
        ConfigMap metadata=1 data=2 binaryData=3 immutable=4
        Secret metadata=1 data=2 type=3 stringData=4 immutable=5
        ServiceAccount metadata=1 secrets=2 imagePullSecrets=3 automountServiceAccountToken=4
        LocalObjectReference name=1
        DeploymentSpec replicas=1 selector=2 template=3 strategy=4 minReadySeconds=5 revisionHistoryLimit=6 paused=7 \
        progressDeadlineSeconds=9
        DeploymentStrategy type=1 rollingUpdate=2
        RollingUpdateDeployment maxUnavailable=1 maxSurge=2
        PodTemplateSpec,JobTemplateSpec metadata=1 spec=2
        PodSpec volumes=1 containers=2 restartPolicy=3 terminationGracePeriodSeconds=4 activeDeadlineSeconds=5 \
        dnsPolicy=6 nodeSelector=7 serviceAccountName=8 nodeName=10 hostNetwork=11 hostPID=12 hostIPC=13 \
        imagePullSecrets=15 hostname=16 subdomain=17 schedulerName=19 initContainers=20 \
        automountServiceAccountToken=21 tolerations=22
        Toleration key=1 operator=2 value=3 effect=4 tolerationSeconds=5
        Container name=1 image=2 command=3 args=4 workingDir=5 ports=6 env=7 resources=8 volumeMounts=9 \
        terminationMessagePath=13 imagePullPolicy=14 stdin=16 stdinOnce=17 tty=18
        ContainerPort name=1 hostPort=2 containerPort=3 protocol=4 hostIP=5
        EnvVar name=1 value=2
        ResourceRequirements limits=1 requests=2
        VolumeMount name=1 readOnly=2 mountPath=3 subPath=4
        Volume name=1
        JobSpec parallelism=1 completions=2 activeDeadlineSeconds=3 selector=4 manualSelector=5 template=6 \
        backoffLimit=7 ttlSecondsAfterFinished=8 completionMode=9 suspend=10
        CronJobSpec schedule=1 startingDeadlineSeconds=2 concurrencyPolicy=3 suspend=4 jobTemplate=5 \
        successfulJobsHistoryLimit=6 failedJobsHistoryLimit=7 timeZone=8
        Role,ClusterRole metadata=1 rules=2 aggregationRule=3
        AggregationRule clusterRoleSelectors=1
        PolicyRule verbs=1 apiGroups=2 resources=3 resourceNames=4 nonResourceURLs=5
        RoleBinding,ClusterRoleBinding metadata=1 subjects=2 roleRef=3
        Subject kind=1 apiGroup=2 name=3 namespace=4
        RoleRef apiGroup=1 kind=2 name=3
        ServiceSpec ports=1 selector=2 clusterIP=3 type=4 externalIPs=5 sessionAffinity=7 loadBalancerIP=8 \
        loadBalancerSourceRanges=9 externalName=10 externalTrafficPolicy=11 healthCheckNodePort=12 \
        publishNotReadyAddresses=13
        ServicePort name=1 protocol=2 port=3 targetPort=4 nodePort=5 appProtocol=6
        ResourceQuotaSpec hard=1 scopes=2
        PodDisruptionBudgetSpec minAvailable=1 selector=2 maxUnavailable=3 unhealthyPodEvictionPolicy=4
        IngressSpec defaultBackend=1 tls=2 rules=3 ingressClassName=4
        IngressTLS hosts=1 secretName=2
        IngressRule host=1 ~IngressRuleValue=2
        IngressRuleValue http=1
        HTTPIngressRuleValue paths=1
        HTTPIngressPath path=1 backend=2 pathType=3
        IngressBackend service=4
        IngressServiceBackend name=1 port=2
        ServiceBackendPort name=1 number=2
        CertificateSigningRequest metadata=1 spec=2 status=3
        CertificateSigningRequestSpec request=1 username=2 uid=3 groups=4 usages=5 signerName=7 expirationSeconds=8
        CertificateSigningRequestStatus conditions=1 certificate=2
        CertificateSigningRequestCondition type=1 reason=2 message=3 status=6
        PriorityClass metadata=1 value=2 globalDefault=3 description=4 preemptionPolicy=5
        TokenRequestSpec audiences=1 boundObjectRef=3 expirationSeconds=4
        BoundObjectReference kind=1 apiVersion=2 name=3 uid=4
        autoscaling/v1.HorizontalPodAutoscalerSpec scaleTargetRef=1 minReplicas=2 maxReplicas=3 \
        targetCPUUtilizationPercentage=4
        autoscaling/v2.HorizontalPodAutoscalerSpec scaleTargetRef=1 minReplicas=2 maxReplicas=3 metrics=4
        CrossVersionObjectReference kind=1 name=2 apiVersion=3
        MetricSpec type=1 resource=4
        ResourceMetricSource name=1 target=2
        MetricTarget type=1 value=2 averageValue=3 averageUtilization=4
        SelfSubjectAccessReviewSpec resourceAttributes=1 nonResourceAttributes=2
        SubjectAccessReviewSpec resourceAttributes=1 nonResourceAttributes=2 user=3 groups=4 uid=6
        ResourceAttributes namespace=1 verb=2 group=3 version=4 resource=5 subresource=6 name=7
        NonResourceAttributes path=1 verb=2
        SelfSubjectRulesReviewSpec namespace=1
        TokenReviewSpec token=1 audiences=2
        Eviction metadata=1 deleteOptions=2
        DeleteOptions gracePeriodSeconds=1 preconditions=2 orphanDependents=3 propagationPolicy=4 dryRun=5
        Preconditions uid=1 resourceVersion=2
        """
}
