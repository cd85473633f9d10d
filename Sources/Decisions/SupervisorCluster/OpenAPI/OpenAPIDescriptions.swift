/// What kinds and common fields are, for `kubectl explain`: in words of our own, and not for every field.
enum OpenAPIDescriptions {
    static func kind(_ name: String) -> String? { table[name] }

    /// That of the field of just this type, else that of any field of the name.
    static func field(_ name: String, of owner: String) -> String? { table["\(owner).\(name)"] ?? table["*.\(name)"] }

    private static let table: [String: String] = {
        var table: [String: String] = [:]
        for line in (kinds + "\n" + fields).split(separator: "\n") {
            let parts = line.split(separator: "|", maxSplits: 1)
            if parts.count == 2 { table[String(parts[0])] = String(parts[1]) }
        }
        return table
    }()

    private static let kinds = """
        ObjectMeta|What every stored object has: name, labels, annotations, and what the server keeps about it.
        ListMeta|What a list has: the revision it was read at, and where to go on.
        Pod|Containers that run together on one node and share its network address and volumes.
        PodSpec|What a pod runs, and where and how.
        PodStatus|What a pod's node last reported about it.
        PodTemplateSpec|The pod that a controller makes copies of.
        Container|One container of a pod.
        EphemeralContainer|A container added to a running pod for a look inside; it is never restarted.
        ContainerPort|A port that a container listens on.
        EnvVar|An environment variable of a container.
        EnvVarSource|Where the value of an environment variable comes from.
        EnvFromSource|A ConfigMap or Secret whose keys all become environment variables.
        ResourceRequirements|The compute resources a container asks for and may not exceed.
        VolumeResourceRequirements|The storage a claim asks for.
        Probe|A check by which the node judges a container.
        Lifecycle|What a container does after it started and before it is stopped.
        SecurityContext|Privileges and identity of a container.
        PodSecurityContext|Privileges and identity of all containers of a pod.
        Volume|Storage that the containers of a pod can mount.
        VolumeMount|Where a container mounts a volume.
        Toleration|A taint of nodes that the pod puts up with.
        Taint|What keeps pods off a node that do not tolerate it.
        Affinity|Rules by which the scheduler chooses among nodes.
        TopologySpreadConstraint|How evenly pods are spread over nodes, zones or the like.
        LabelSelector|Chooses objects by labels; an empty one chooses all, an absent one none.
        OwnerReference|The object whose end is also this one's.
        ObjectReference|Another object, by kind, namespace and name.
        LocalObjectReference|Another object of the same namespace, by name.
        Deployment|Keeps a number of equal pods running and replaces them step by step when their template changes.
        DeploymentSpec|What a Deployment should have.
        DeploymentStatus|What a Deployment was last seen to have.
        DeploymentStrategy|How old pods are replaced by new ones.
        RollingUpdateDeployment|How many pods a rolling update may add and take away.
        ReplicaSet|Keeps a number of equal pods running.
        ReplicaSetSpec|What a ReplicaSet should have.
        StatefulSet|Keeps numbered pods, each with a name of its own and with volumes that outlive it.
        StatefulSetSpec|What a StatefulSet should have.
        StatefulSetUpdateStrategy|How the pods follow a change of the template.
        RollingUpdateStatefulSetStrategy|Which pods a rolling update takes, and how many at once.
        DaemonSet|Runs a pod on every node that it fits.
        DaemonSetSpec|What a DaemonSet should have.
        ControllerRevision|A template that a StatefulSet or DaemonSet had, kept for rollback.
        Job|Runs pods until enough of them have succeeded.
        JobSpec|What a Job runs, how often, and when it gives up.
        JobTemplateSpec|The Job that a CronJob makes.
        CronJob|Makes Jobs by a schedule.
        CronJobSpec|When a CronJob makes which Job.
        Service|A stable address and name for the pods that a selector chooses.
        ServiceSpec|Which pods a Service stands for, and how it is reached.
        ServicePort|One port of a Service.
        Endpoints|The addresses behind a Service.
        EndpointSlice|A part of the addresses behind a Service.
        Ingress|Rules by which requests from outside reach Services, by host and path.
        IngressSpec|The rules of an Ingress.
        IngressClass|The controller that carries out Ingresses.
        NetworkPolicy|Which traffic the pods of a namespace take and send.
        NetworkPolicySpec|The pods of a policy and the traffic it allows.
        ConfigMap|Configuration as keys and texts, for pods to read.
        Secret|Confidential data as keys and values in base64.
        PersistentVolumeClaim|A pod's request for storage.
        PersistentVolumeClaimSpec|The storage that is asked for.
        PersistentVolumeClaimStatus|The storage that was bound, and how its growth stands.
        PersistentVolume|A piece of storage of the cluster.
        PersistentVolumeSpec|What a volume is, and whose.
        StorageClass|How volumes of a kind are made.
        Namespace|A space of names: objects of one do not meet those of another.
        Node|A machine that runs pods.
        NodeSpec|How a node takes part in the cluster.
        ServiceAccount|An identity for what runs in pods.
        Role|What may be done within a namespace.
        ClusterRole|What may be done in the whole cluster, or in a namespace that binds it.
        RoleBinding|Gives a role to users, groups or service accounts within a namespace.
        ClusterRoleBinding|Gives a cluster role to users, groups or service accounts everywhere.
        PolicyRule|Verbs that are allowed on resources or paths.
        Subject|A user, group or service account.
        RoleRef|The role that is given.
        ResourceQuota|Limits what a namespace may use altogether.
        ResourceQuotaSpec|The limits of a quota.
        LimitRange|Bounds and defaults for what single containers, pods and claims may ask for.
        PodDisruptionBudget|How many pods of a kind may be evicted at once.
        PodDisruptionBudgetSpec|The pods of a budget, and what must remain of them.
        PriorityClass|A name for a priority of pods.
        HorizontalPodAutoscaler|Scales a workload by what its pods use.
        HorizontalPodAutoscalerSpec|What is scaled, by what, and within which bounds.
        Event|What happened to an object, kept for a while.
        Lease|A time-limited claim, such as a leader's.
        CustomResourceDefinition|A kind of the user's own.
        CustomResourceDefinitionSpec|Names, scope and versions of a kind of the user's own.
        CustomResourceDefinitionVersion|One version of a kind of the user's own.
        APIService|A group and version of the API that another server serves.
        CertificateSigningRequest|A request for a certificate, which is signed after approval.
        MutatingWebhookConfiguration|Webhooks that may change objects before they are stored.
        ValidatingWebhookConfiguration|Webhooks that may refuse objects before they are stored.
        """

    private static let fields = """
        *.apiVersion|The version of the schema that this object follows, such as apps/v1.
        *.kind|The kind of the object, such as Deployment. Cannot change.
        *.metadata|Name, labels, annotations and what the server keeps about the object.
        *.spec|What is wanted.
        *.status|What was last observed. Written by the cluster.
        *.conditions|The latest observations of the current state.
        *.observedGeneration|The metadata.generation that the status speaks of.
        *.replicas|The number of pods.
        *.selector|Which pods belong to it. In workloads of apps it cannot change.
        *.template|The pod that copies are made of.
        *.minReadySeconds|Seconds a pod must be ready before it counts as available.
        *.revisionHistoryLimit|How many old revisions are kept for rollback.
        ObjectMeta.name|Unique among objects of the kind in the namespace. Cannot change.
        ObjectMeta.namespace|The space in which the name is unique. Cannot change.
        ObjectMeta.generateName|A prefix from which the server makes a unique name when none is given.
        ObjectMeta.labels|Keys and values by which objects are chosen.
        ObjectMeta.annotations|Keys and values that tools keep with the object; nothing is chosen by them.
        ObjectMeta.finalizers|What must be done before the object is gone; it stays until the list is empty.
        ObjectMeta.ownerReferences|Objects whose end is also this one's.
        ObjectMeta.uid|Unique over time. Set by the server.
        ObjectMeta.resourceVersion|Changes with every write; a write that names an older one is refused.
        ObjectMeta.generation|Counts changes of the spec.
        ObjectMeta.creationTimestamp|When the object was made. Set by the server.
        ObjectMeta.deletionTimestamp|When the object is to be gone. Set by the server on deletion.
        ObjectMeta.managedFields|Which manager set which field; what server-side apply decides by.
        PodSpec.containers|The containers of the pod, at least one.
        PodSpec.initContainers|Containers that run one after another, to their end, before the others start.
        PodSpec.ephemeralContainers|Containers added to the running pod for a look inside.
        PodSpec.volumes|Storage that containers can mount.
        PodSpec.nodeName|The node that runs the pod. Set by the scheduler.
        PodSpec.nodeSelector|Labels that the node must have.
        PodSpec.affinity|Rules by which the scheduler chooses among nodes.
        PodSpec.tolerations|Taints of nodes that the pod puts up with.
        PodSpec.serviceAccountName|The identity of what runs in the pod.
        PodSpec.imagePullSecrets|Secrets of this namespace with credentials for registries.
        PodSpec.restartPolicy|When containers are restarted: Always, OnFailure or Never.
        PodSpec.terminationGracePeriodSeconds|Seconds between the request to stop and the kill.
        PodSpec.activeDeadlineSeconds|Seconds after which the pod is ended, counted from its start.
        PodSpec.priorityClassName|The class that gives the pod its priority.
        PodSpec.securityContext|Privileges and identity of all containers.
        PodSpec.hostNetwork|Whether the pod uses the network of its node.
        PodSpec.dnsPolicy|How names are resolved: ClusterFirst, ClusterFirstWithHostNet, Default or None.
        PodSpec.topologySpreadConstraints|How evenly pods are spread.
        Container.name|Unique within the pod. Cannot change.
        Container.image|The image to run.
        Container.imagePullPolicy|When the image is pulled: Always, IfNotPresent or Never.
        Container.command|Replaces the entry point of the image.
        Container.args|Arguments of the entry point.
        Container.workingDir|The directory the process starts in.
        Container.ports|Ports the container listens on.
        Container.env|Environment variables.
        Container.envFrom|ConfigMaps and Secrets whose keys all become environment variables.
        Container.resources|What the container asks for and may not exceed.
        Container.volumeMounts|Where volumes are mounted.
        Container.livenessProbe|The container is restarted when this check fails.
        Container.readinessProbe|The pod gets requests of Services while this check succeeds.
        Container.startupProbe|The other checks wait until this one has succeeded.
        Container.lifecycle|What is done after the start and before the end.
        Container.securityContext|Privileges and identity.
        ContainerPort.containerPort|The number of the port.
        ContainerPort.name|A name by which Services can refer to the port.
        ContainerPort.protocol|TCP, UDP or SCTP.
        EnvVar.name|The variable's name.
        EnvVar.value|The variable's value; $(NAME) stands for an earlier variable.
        EnvVar.valueFrom|Where the value comes from.
        ResourceRequirements.limits|The most that may be used.
        ResourceRequirements.requests|What is set aside for the container; the scheduler counts it.
        VolumeResourceRequirements.requests|The least storage that the volume must have.
        VolumeResourceRequirements.limits|The most storage that the volume may have.
        Probe.httpGet|The check is an HTTP request; 200 to 399 is success.
        Probe.exec|The check is a command in the container; 0 is success.
        Probe.tcpSocket|The check is a connection.
        Probe.initialDelaySeconds|Seconds before the first check.
        Probe.periodSeconds|Seconds between checks.
        Probe.timeoutSeconds|Seconds after which a check has failed.
        Probe.failureThreshold|Failures in a row that count as one.
        Probe.successThreshold|Successes in a row that count as one.
        VolumeMount.name|The volume's name.
        VolumeMount.mountPath|Where it is mounted in the container.
        VolumeMount.subPath|The part of the volume that is mounted.
        VolumeMount.readOnly|Whether it is mounted for reading only.
        Volume.name|The name that mounts refer to.
        Volume.persistentVolumeClaim|The claim whose volume this is.
        Volume.configMap|Files from the keys of a ConfigMap.
        Volume.secret|Files from the keys of a Secret.
        Volume.emptyDir|A folder that lives as long as the pod.
        Volume.hostPath|A file or folder of the node.
        LabelSelector.matchLabels|Labels that must all be there with these values.
        LabelSelector.matchExpressions|Conditions that must all hold.
        DeploymentSpec.strategy|How old pods are replaced by new ones.
        DeploymentSpec.paused|Whether changes of the template wait.
        DeploymentSpec.progressDeadlineSeconds|Seconds without progress after which a rollout has failed.
        DeploymentStrategy.type|RollingUpdate or Recreate.
        DeploymentStrategy.rollingUpdate|Bounds of a rolling update.
        RollingUpdateDeployment.maxSurge|Pods, or percent, that may be there above the wanted number.
        RollingUpdateDeployment.maxUnavailable|Pods, or percent, that may be missing from the wanted number.
        StatefulSetSpec.serviceName|The Service that gives the pods their names in DNS.
        StatefulSetSpec.volumeClaimTemplates|Claims made for each pod. Cannot change.
        StatefulSetSpec.podManagementPolicy|OrderedReady: one after another; Parallel: all at once.
        StatefulSetSpec.updateStrategy|How the pods follow a change of the template.
        StatefulSetSpec.persistentVolumeClaimRetentionPolicy|What becomes of claims when pods or the set go.
        RollingUpdateStatefulSetStrategy.partition|Pods with a lower number keep the old template.
        JobSpec.completions|How many pods must succeed.
        JobSpec.parallelism|How many pods run at once.
        JobSpec.backoffLimit|Failures after which the Job has failed.
        JobSpec.activeDeadlineSeconds|Seconds after which the Job has failed.
        JobSpec.ttlSecondsAfterFinished|Seconds after its end at which the Job is deleted.
        JobSpec.suspend|Whether no pods are to run for now.
        CronJobSpec.schedule|When Jobs are made, in Cron format.
        CronJobSpec.timeZone|The time zone of the schedule.
        CronJobSpec.concurrencyPolicy|Allow, Forbid or Replace, when the last Job still runs.
        CronJobSpec.suspend|Whether no Jobs are made for now.
        CronJobSpec.jobTemplate|The Job to make.
        ServiceSpec.type|ClusterIP, NodePort, LoadBalancer or ExternalName.
        ServiceSpec.ports|The ports of the Service.
        ServiceSpec.clusterIP|The address within the cluster; None for a Service without one.
        ServiceSpec.externalName|The name that an ExternalName Service stands for.
        ServiceSpec.loadBalancerIP|The address that is asked for.
        ServiceSpec.sessionAffinity|ClientIP or None.
        ServicePort.port|The port of the Service.
        ServicePort.targetPort|Number or name of the port of the pods.
        ServicePort.nodePort|The port on every node.
        PersistentVolumeClaimSpec.accessModes|Ways in which the volume must be mountable, such as ReadWriteOnce.
        PersistentVolumeClaimSpec.resources|The storage that is asked for. It may grow when the class allows it.
        PersistentVolumeClaimSpec.storageClassName|The class of the volume. Cannot change.
        PersistentVolumeClaimSpec.volumeName|The volume that is bound. Cannot change.
        PersistentVolumeClaimSpec.volumeMode|Filesystem or Block.
        StorageClass.provisioner|Who makes the volumes.
        StorageClass.parameters|What the provisioner is told.
        StorageClass.reclaimPolicy|Delete or Retain, when the claim is gone.
        StorageClass.allowVolumeExpansion|Whether claims may grow.
        StorageClass.volumeBindingMode|Immediate, or WaitForFirstConsumer.
        ConfigMap.data|Keys and texts.
        ConfigMap.binaryData|Keys and bytes in base64.
        ConfigMap.immutable|Whether the data can never change again.
        Secret.data|Keys and values in base64.
        Secret.stringData|Keys and texts that are written into data; never read back.
        Secret.type|What the Secret is for.
        Secret.immutable|Whether the data can never change again.
        PodDisruptionBudgetSpec.minAvailable|Pods, or percent, that must remain.
        PodDisruptionBudgetSpec.maxUnavailable|Pods, or percent, that may be missing.
        PolicyRule.apiGroups|Groups of the resources; an empty text is the core group.
        PolicyRule.resources|The resources.
        PolicyRule.verbs|What may be done.
        PriorityClass.value|The priority; higher goes first.
        PriorityClass.globalDefault|Whether pods without a class get this one.
        """
}
