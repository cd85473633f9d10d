// Written by Scripts/generate-kind-fields from kubernetes 32.0.1 (PyPI); not by hand.

extension KindFieldTable {
    static let part1 = """
        APIService apiVersion,kind:s metadata:ObjectMeta spec:APIServiceSpec status:APIServiceStatus
        APIServiceCondition lastTransitionTime,message,reason,status,type:s
        APIServiceSpec caBundle,group,version:s groupPriorityMinimum,versionPriority:i insecureSkipTLSVerify:b \
        service:ServiceReference
        APIServiceStatus conditions:[APIServiceCondition]
        AWSElasticBlockStoreVolumeSource fsType,volumeID:s partition:i readOnly:b
        Affinity nodeAffinity:NodeAffinity podAffinity:PodAffinity podAntiAffinity:PodAntiAffinity
        AggregationRule clusterRoleSelectors:[LabelSelector]
        AppArmorProfile localhostProfile,type:s
        AttachedVolume devicePath,name:s
        AuditAnnotation key,valueExpression:s
        AzureDiskVolumeSource cachingMode,diskName,diskURI,fsType,kind:s readOnly:b
        AzureFilePersistentVolumeSource readOnly:b secretName,secretNamespace,shareName:s
        AzureFileVolumeSource readOnly:b secretName,shareName:s
        Binding apiVersion,kind:s metadata:ObjectMeta target:ObjectReference
        BoundObjectReference apiVersion,kind,name,uid:s
        CSIDriver apiVersion,kind:s metadata:ObjectMeta spec:CSIDriverSpec
        CSIDriverSpec attachRequired,podInfoOnMount,requiresRepublish,seLinuxMount,storageCapacity:b fsGroupPolicy:s \
        tokenRequests:[TokenRequest] volumeLifecycleModes:[s]
        CSINode apiVersion,kind:s metadata:ObjectMeta spec:CSINodeSpec
        CSINodeDriver allocatable:VolumeNodeResources name,nodeID:s topologyKeys:[s]
        CSINodeSpec drivers:[CSINodeDriver]
        CSIPersistentVolumeSource \
        controllerExpandSecretRef,controllerPublishSecretRef,nodeExpandSecretRef:SecretReference \
        nodePublishSecretRef,nodeStageSecretRef:SecretReference driver,fsType,volumeHandle:s readOnly:b \
        volumeAttributes:ms
        CSIStorageCapacity apiVersion,kind,storageClassName:s capacity,maximumVolumeSize:n metadata:ObjectMeta \
        nodeTopology:LabelSelector
        CSIVolumeSource driver,fsType:s nodePublishSecretRef:LocalObjectReference readOnly:b volumeAttributes:ms
        Capabilities add,drop:[s]
        CephFSPersistentVolumeSource monitors:[s] path,secretFile,user:s readOnly:b secretRef:SecretReference
        CephFSVolumeSource monitors:[s] path,secretFile,user:s readOnly:b secretRef:LocalObjectReference
        CertificateSigningRequest apiVersion,kind:s metadata:ObjectMeta spec:CertificateSigningRequestSpec \
        status:CertificateSigningRequestStatus
        CertificateSigningRequestCondition lastTransitionTime,lastUpdateTime,message,reason,status,type:s
        CertificateSigningRequestSpec expirationSeconds:i extra:{[s]} groups,usages:[s] \
        request,signerName,uid,username:s
        CertificateSigningRequestStatus certificate:s conditions:[CertificateSigningRequestCondition]
        CinderPersistentVolumeSource fsType,volumeID:s readOnly:b secretRef:SecretReference
        CinderVolumeSource fsType,volumeID:s readOnly:b secretRef:LocalObjectReference
        ClientIPConfig timeoutSeconds:i
        ClusterRole aggregationRule:AggregationRule apiVersion,kind:s metadata:ObjectMeta rules:[PolicyRule]
        ClusterRoleBinding apiVersion,kind:s metadata:ObjectMeta roleRef:RoleRef subjects:[Subject]
        ClusterTrustBundleProjection labelSelector:LabelSelector name,path,signerName:s optional:b
        ComponentCondition error,message,status,type:s
        ComponentStatus apiVersion,kind:s conditions:[ComponentCondition] metadata:ObjectMeta
        Condition lastTransitionTime,message,reason,status,type:s observedGeneration:l
        ConfigMap apiVersion,kind:s binaryData,data:ms immutable:b metadata:ObjectMeta
        ConfigMapEnvSource name:s optional:b
        ConfigMapKeySelector key,name:s optional:b
        ConfigMapNodeConfigSource kubeletConfigKey,name,namespace,resourceVersion,uid:s
        ConfigMapProjection items:[KeyToPath] name:s optional:b
        ConfigMapVolumeSource defaultMode:i items:[KeyToPath] name:s optional:b
        Container args,command:[s] env:[EnvVar] envFrom:[EnvFromSource] \
        image,imagePullPolicy,name,restartPolicy,terminationMessagePath:s terminationMessagePolicy,workingDir:s \
        lifecycle:Lifecycle livenessProbe,readinessProbe,startupProbe:Probe ports:[ContainerPort] \
        resizePolicy:[ContainerResizePolicy] resources:ResourceRequirements securityContext:SecurityContext \
        stdin,stdinOnce,tty:b volumeDevices:[VolumeDevice] volumeMounts:[VolumeMount]
        ContainerImage names:[s] sizeBytes:l
        ContainerPort containerPort,hostPort:i hostIP,name,protocol:s
        ContainerResizePolicy resourceName,restartPolicy:s
        ContainerResourceMetricSource container,name:s target:MetricTarget
        ContainerResourceMetricStatus container,name:s current:MetricValueStatus
        ContainerState running:ContainerStateRunning terminated:ContainerStateTerminated \
        waiting:ContainerStateWaiting
        ContainerStateRunning startedAt:s
        ContainerStateTerminated containerID,finishedAt,message,reason,startedAt:s exitCode,signal:i
        ContainerStateWaiting message,reason:s
        ContainerStatus allocatedResources:{n} allocatedResourcesStatus:[ResourceStatus] \
        containerID,image,imageID,name:s lastState,state:ContainerState ready,started:b \
        resources:ResourceRequirements restartCount:i user:ContainerUser volumeMounts:[VolumeMountStatus]
        ContainerUser linux:LinuxContainerUser
        ControllerRevision apiVersion,kind:s data:x metadata:ObjectMeta revision:i
        CronJob apiVersion,kind:s metadata:ObjectMeta spec:CronJobSpec status:CronJobStatus
        CronJobSpec concurrencyPolicy,schedule,timeZone:s failedJobsHistoryLimit,successfulJobsHistoryLimit:i \
        jobTemplate:JobTemplateSpec startingDeadlineSeconds:l suspend:b
        CronJobStatus active:[ObjectReference] lastScheduleTime,lastSuccessfulTime:s
        CrossVersionObjectReference apiVersion,kind,name:s
        CustomResourceColumnDefinition description,format,jsonPath,name,type:s priority:i
        CustomResourceConversion strategy:s webhook:WebhookConversion
        CustomResourceDefinition apiVersion,kind:s metadata:ObjectMeta spec:CustomResourceDefinitionSpec \
        status:CustomResourceDefinitionStatus
        CustomResourceDefinitionCondition lastTransitionTime,message,reason,status,type:s
        CustomResourceDefinitionNames categories,shortNames:[s] kind,listKind,plural,singular:s
        CustomResourceDefinitionSpec conversion:CustomResourceConversion group,scope:s \
        names:CustomResourceDefinitionNames preserveUnknownFields:b versions:[CustomResourceDefinitionVersion]
        CustomResourceDefinitionStatus acceptedNames:CustomResourceDefinitionNames \
        conditions:[CustomResourceDefinitionCondition] storedVersions:[s]
        CustomResourceDefinitionVersion additionalPrinterColumns:[CustomResourceColumnDefinition] \
        deprecated,served,storage:b deprecationWarning,name:s schema:x selectableFields:[SelectableField] \
        subresources:CustomResourceSubresources
        CustomResourceSubresourceScale labelSelectorPath,specReplicasPath,statusReplicasPath:s
        CustomResourceSubresources scale:CustomResourceSubresourceScale status:x
        DaemonEndpoint Port:i
        DaemonSet apiVersion,kind:s metadata:ObjectMeta spec:DaemonSetSpec status:DaemonSetStatus
        DaemonSetCondition lastTransitionTime,message,reason,status,type:s
        DaemonSetSpec minReadySeconds,revisionHistoryLimit:i selector:LabelSelector template:PodTemplateSpec \
        updateStrategy:DaemonSetUpdateStrategy
        DaemonSetStatus collisionCount,currentNumberScheduled,desiredNumberScheduled,numberAvailable:i \
        numberMisscheduled,numberReady,numberUnavailable,updatedNumberScheduled:i conditions:[DaemonSetCondition] \
        observedGeneration:l
        DaemonSetUpdateStrategy rollingUpdate:RollingUpdateDaemonSet type:s
        DeleteOptions apiVersion,kind,propagationPolicy:s dryRun:[s] gracePeriodSeconds:i \
        ignoreStoreReadErrorWithClusterBreakingPotential,orphanDependents:b preconditions:Preconditions
        Deployment apiVersion,kind:s metadata:ObjectMeta spec:DeploymentSpec status:DeploymentStatus
        DeploymentCondition lastTransitionTime,lastUpdateTime,message,reason,status,type:s
        DeploymentSpec minReadySeconds,progressDeadlineSeconds,replicas,revisionHistoryLimit:i paused:b \
        selector:LabelSelector strategy:DeploymentStrategy template:PodTemplateSpec
        DeploymentStatus \
        availableReplicas,collisionCount,readyReplicas,replicas,unavailableReplicas,updatedReplicas:i \
        conditions:[DeploymentCondition] observedGeneration:l
        DeploymentStrategy rollingUpdate:RollingUpdateDeployment type:s
        DownwardAPIProjection items:[DownwardAPIVolumeFile]
        DownwardAPIVolumeFile fieldRef:ObjectFieldSelector mode:i path:s resourceFieldRef:ResourceFieldSelector
        DownwardAPIVolumeSource defaultMode:i items:[DownwardAPIVolumeFile]
        EmptyDirVolumeSource medium:s sizeLimit:n
        Endpoint addresses:[s] conditions:EndpointConditions deprecatedTopology:ms hints:EndpointHints \
        hostname,nodeName,zone:s targetRef:ObjectReference
        EndpointAddress hostname,ip,nodeName:s targetRef:ObjectReference
        EndpointConditions ready,serving,terminating:b
        EndpointHints forZones:[ForZone]
        EndpointPort appProtocol,name,protocol:s port:i
        EndpointSlice addressType,apiVersion,kind:s endpoints:[Endpoint] metadata:ObjectMeta ports:[EndpointPort]
        EndpointSubset addresses,notReadyAddresses:[EndpointAddress] ports:[EndpointPort]
        Endpoints apiVersion,kind:s metadata:ObjectMeta subsets:[EndpointSubset]
        EnvFromSource configMapRef:ConfigMapEnvSource prefix:s secretRef:SecretEnvSource
        EnvVar name,value:s valueFrom:EnvVarSource
        EnvVarSource configMapKeyRef:ConfigMapKeySelector fieldRef:ObjectFieldSelector \
        resourceFieldRef:ResourceFieldSelector secretKeyRef:SecretKeySelector
        EphemeralContainer args,command:[s] env:[EnvVar] envFrom:[EnvFromSource] \
        image,imagePullPolicy,name,restartPolicy,targetContainerName:s \
        terminationMessagePath,terminationMessagePolicy,workingDir:s lifecycle:Lifecycle \
        livenessProbe,readinessProbe,startupProbe:Probe ports:[ContainerPort] resizePolicy:[ContainerResizePolicy] \
        resources:ResourceRequirements securityContext:SecurityContext stdin,stdinOnce,tty:b \
        volumeDevices:[VolumeDevice] volumeMounts:[VolumeMount]
        EphemeralVolumeSource volumeClaimTemplate:PersistentVolumeClaimTemplate
        Event action,apiVersion,eventTime,firstTimestamp,kind,lastTimestamp,message,reason:s \
        reportingComponent,reportingInstance,type,deprecatedFirstTimestamp:s \
        deprecatedLastTimestamp,note,reportingController:s count,deprecatedCount:i \
        involvedObject,related,regarding:ObjectReference metadata:ObjectMeta series:EventSeries \
        source,deprecatedSource:EventSource
        EventSeries count:i lastObservedTime:s
        EventSource component,host:s
        Eviction apiVersion,kind:s deleteOptions:DeleteOptions metadata:ObjectMeta
        ExecAction command:[s]
        ExemptPriorityLevelConfiguration lendablePercent,nominalConcurrencyShares:i
        ExpressionWarning fieldRef,warning:s
        ExternalMetricSource metric:MetricIdentifier target:MetricTarget
        ExternalMetricStatus current:MetricValueStatus metric:MetricIdentifier
        FCVolumeSource fsType:s lun:i readOnly:b targetWWNs,wwids:[s]
        FieldSelectorAttributes rawSelector:s requirements:[FieldSelectorRequirement]
        FieldSelectorRequirement key,operator:s values:[s]
        FlexPersistentVolumeSource driver,fsType:s options:ms readOnly:b secretRef:SecretReference
        FlexVolumeSource driver,fsType:s options:ms readOnly:b secretRef:LocalObjectReference
        FlockerVolumeSource datasetName,datasetUUID:s
        FlowDistinguisherMethod type:s
        FlowSchema apiVersion,kind:s metadata:ObjectMeta spec:FlowSchemaSpec status:FlowSchemaStatus
        FlowSchemaCondition lastTransitionTime,message,reason,status,type:s
        FlowSchemaSpec distinguisherMethod:FlowDistinguisherMethod matchingPrecedence:i \
        priorityLevelConfiguration:PriorityLevelConfigurationReference rules:[PolicyRulesWithSubjects]
        FlowSchemaStatus conditions:[FlowSchemaCondition]
        ForZone name:s
        GCEPersistentDiskVolumeSource fsType,pdName:s partition:i readOnly:b
        GRPCAction port:i service:s
        GitRepoVolumeSource directory,repository,revision:s
        GlusterfsPersistentVolumeSource endpoints,endpointsNamespace,path:s readOnly:b
        GlusterfsVolumeSource endpoints,path:s readOnly:b
        GroupSubject name:s
        HPAScalingPolicy periodSeconds,value:i type:s
        HPAScalingRules policies:[HPAScalingPolicy] selectPolicy:s stabilizationWindowSeconds:i
        HTTPGetAction host,path,scheme:s httpHeaders:[HTTPHeader] port:n
        HTTPHeader name,value:s
        HTTPIngressPath backend:IngressBackend path,pathType:s
        HTTPIngressRuleValue paths:[HTTPIngressPath]
        HorizontalPodAutoscaler apiVersion,kind:s metadata:ObjectMeta spec:HorizontalPodAutoscalerSpec \
        status:HorizontalPodAutoscalerStatus
        HorizontalPodAutoscalerBehavior scaleDown,scaleUp:HPAScalingRules
        HorizontalPodAutoscalerCondition lastTransitionTime,message,reason,status,type:s
        HorizontalPodAutoscalerSpec maxReplicas,minReplicas,targetCPUUtilizationPercentage:i \
        scaleTargetRef:CrossVersionObjectReference behavior:HorizontalPodAutoscalerBehavior metrics:[MetricSpec]
        HorizontalPodAutoscalerStatus currentCPUUtilizationPercentage,currentReplicas,desiredReplicas:i \
        lastScaleTime:s observedGeneration:l conditions:[HorizontalPodAutoscalerCondition] \
        currentMetrics:[MetricStatus]
        HostAlias hostnames:[s] ip:s
        HostIP ip:s
        HostPathVolumeSource path,type:s
        IPBlock cidr:s except:[s]
        ISCSIPersistentVolumeSource chapAuthDiscovery,chapAuthSession,readOnly:b \
        fsType,initiatorName,iqn,iscsiInterface,targetPortal:s lun:i portals:[s] secretRef:SecretReference
        ISCSIVolumeSource chapAuthDiscovery,chapAuthSession,readOnly:b \
        fsType,initiatorName,iqn,iscsiInterface,targetPortal:s lun:i portals:[s] secretRef:LocalObjectReference
        ImageVolumeSource pullPolicy,reference:s
        Ingress apiVersion,kind:s metadata:ObjectMeta spec:IngressSpec status:IngressStatus
        IngressBackend resource:TypedLocalObjectReference service:IngressServiceBackend
        IngressClass apiVersion,kind:s metadata:ObjectMeta spec:IngressClassSpec
        IngressClassParametersReference apiGroup,kind,name,namespace,scope:s
        IngressClassSpec controller:s parameters:IngressClassParametersReference
        IngressLoadBalancerIngress hostname,ip:s ports:[IngressPortStatus]
        IngressLoadBalancerStatus ingress:[IngressLoadBalancerIngress]
        IngressPortStatus error,protocol:s port:i
        IngressRule host:s http:HTTPIngressRuleValue
        IngressServiceBackend name:s port:ServiceBackendPort
        IngressSpec defaultBackend:IngressBackend ingressClassName:s rules:[IngressRule] tls:[IngressTLS]
        IngressStatus loadBalancer:IngressLoadBalancerStatus
        IngressTLS hosts:[s] secretName:s
        Job apiVersion,kind:s metadata:ObjectMeta spec:JobSpec status:JobStatus
        JobCondition lastProbeTime,lastTransitionTime,message,reason,status,type:s
        JobSpec activeDeadlineSeconds:l backoffLimit,backoffLimitPerIndex,completions,maxFailedIndexes,parallelism:i \
        ttlSecondsAfterFinished:i completionMode,managedBy,podReplacementPolicy:s manualSelector,suspend:b \
        podFailurePolicy:PodFailurePolicy selector:LabelSelector successPolicy:SuccessPolicy \
        template:PodTemplateSpec
        JobStatus active,failed,ready,succeeded,terminating:i \
        completedIndexes,completionTime,failedIndexes,startTime:s conditions:[JobCondition] \
        uncountedTerminatedPods:UncountedTerminatedPods
        JobTemplateSpec metadata:ObjectMeta spec:JobSpec
        KeyToPath key,path:s mode:i
        LabelSelector matchExpressions:[LabelSelectorRequirement] matchLabels:ms
        LabelSelectorAttributes rawSelector:s requirements:[LabelSelectorRequirement]
        LabelSelectorRequirement key,operator:s values:[s]
        Lease apiVersion,kind:s metadata:ObjectMeta spec:LeaseSpec
        LeaseSpec acquireTime,holderIdentity,preferredHolder,renewTime,strategy:s \
        leaseDurationSeconds,leaseTransitions:i
        Lifecycle postStart,preStop:LifecycleHandler
        LifecycleHandler exec:ExecAction httpGet:HTTPGetAction sleep:SleepAction tcpSocket:TCPSocketAction
        LimitRange apiVersion,kind:s metadata:ObjectMeta spec:LimitRangeSpec
        LimitRangeItem default,defaultRequest,max,maxLimitRequestRatio,min:{n} type:s
        LimitRangeSpec limits:[LimitRangeItem]
        LimitResponse queuing:QueuingConfiguration type:s
        LimitedPriorityLevelConfiguration borrowingLimitPercent,lendablePercent,nominalConcurrencyShares:i \
        limitResponse:LimitResponse
        LinuxContainerUser gid,uid:i supplementalGroups:[l]
        ListMeta continue,resourceVersion,selfLink:s remainingItemCount:i
        LoadBalancerIngress hostname,ip,ipMode:s ports:[PortStatus]
        LoadBalancerStatus ingress:[LoadBalancerIngress]
        LocalObjectReference name:s
        LocalSubjectAccessReview apiVersion,kind:s metadata:ObjectMeta spec:SubjectAccessReviewSpec \
        status:SubjectAccessReviewStatus
        LocalVolumeSource fsType,path:s
        MatchCondition expression,name:s
        MatchResources excludeResourceRules,resourceRules:[NamedRuleWithOperations] matchPolicy:s \
        namespaceSelector,objectSelector:LabelSelector
        MetricIdentifier name:s selector:LabelSelector
        MetricSpec containerResource:ContainerResourceMetricSource external:ExternalMetricSource \
        object:ObjectMetricSource pods:PodsMetricSource resource:ResourceMetricSource type:s
        MetricStatus containerResource:ContainerResourceMetricStatus external:ExternalMetricStatus \
        object:ObjectMetricStatus pods:PodsMetricStatus resource:ResourceMetricStatus type:s
        MetricTarget averageUtilization:i averageValue,value:n type:s
        MetricValueStatus averageUtilization:i averageValue,value:n
        ModifyVolumeStatus status,targetVolumeAttributesClassName:s
        MutatingWebhook admissionReviewVersions:[s] clientConfig:WebhookClientConfig \
        failurePolicy,matchPolicy,name,reinvocationPolicy,sideEffects:s matchConditions:[MatchCondition] \
        namespaceSelector,objectSelector:LabelSelector rules:[RuleWithOperations] timeoutSeconds:i
        MutatingWebhookConfiguration apiVersion,kind:s metadata:ObjectMeta webhooks:[MutatingWebhook]
        NFSVolumeSource path,server:s readOnly:b
        NamedRuleWithOperations apiGroups,apiVersions,operations,resourceNames,resources:[s] scope:s
        Namespace apiVersion,kind:s metadata:ObjectMeta spec:NamespaceSpec status:NamespaceStatus
        NamespaceCondition lastTransitionTime,message,reason,status,type:s
        NamespaceSpec finalizers:[s]
        NamespaceStatus conditions:[NamespaceCondition] phase:s
        NetworkPolicy apiVersion,kind:s metadata:ObjectMeta spec:NetworkPolicySpec
        NetworkPolicyEgressRule ports:[NetworkPolicyPort] to:[NetworkPolicyPeer]
        NetworkPolicyIngressRule from:[NetworkPolicyPeer] ports:[NetworkPolicyPort]
        NetworkPolicyPeer ipBlock:IPBlock namespaceSelector,podSelector:LabelSelector
        NetworkPolicyPort endPort:i port:n protocol:s
        NetworkPolicySpec egress:[NetworkPolicyEgressRule] ingress:[NetworkPolicyIngressRule] \
        podSelector:LabelSelector policyTypes:[s]
        Node apiVersion,kind:s metadata:ObjectMeta spec:NodeSpec status:NodeStatus
        NodeAddress address,type:s
        NodeAffinity preferredDuringSchedulingIgnoredDuringExecution:[PreferredSchedulingTerm] \
        requiredDuringSchedulingIgnoredDuringExecution:NodeSelector
        NodeCondition lastHeartbeatTime,lastTransitionTime,message,reason,status,type:s
        NodeConfigSource configMap:ConfigMapNodeConfigSource
        NodeConfigStatus active,assigned,lastKnownGood:NodeConfigSource error:s
        NodeDaemonEndpoints kubeletEndpoint:DaemonEndpoint
        NodeFeatures supplementalGroupsPolicy:b
        NodeRuntimeHandler features:NodeRuntimeHandlerFeatures name:s
        NodeRuntimeHandlerFeatures recursiveReadOnlyMounts,userNamespaces:b
        NodeSelector nodeSelectorTerms:[NodeSelectorTerm]
        NodeSelectorRequirement key,operator:s values:[s]
        NodeSelectorTerm matchExpressions,matchFields:[NodeSelectorRequirement]
        NodeSpec configSource:NodeConfigSource externalID,podCIDR,providerID:s podCIDRs:[s] taints:[Taint] \
        unschedulable:b
        NodeStatus addresses:[NodeAddress] allocatable,capacity:{n} conditions:[NodeCondition] \
        config:NodeConfigStatus daemonEndpoints:NodeDaemonEndpoints features:NodeFeatures images:[ContainerImage] \
        nodeInfo:NodeSystemInfo phase:s runtimeHandlers:[NodeRuntimeHandler] volumesAttached:[AttachedVolume] \
        volumesInUse:[s]
        NodeSystemInfo architecture,bootID,containerRuntimeVersion,kernelVersion,kubeProxyVersion:s \
        kubeletVersion,machineID,operatingSystem,osImage,systemUUID:s
        NonResourceAttributes path,verb:s
        NonResourcePolicyRule nonResourceURLs,verbs:[s]
        NonResourceRule nonResourceURLs,verbs:[s]
        ObjectFieldSelector apiVersion,fieldPath:s
        ObjectMeta annotations,labels:ms \
        creationTimestamp,deletionTimestamp,generateName,name,namespace,resourceVersion,selfLink,uid:s \
        deletionGracePeriodSeconds,generation:l finalizers:[s] managedFields:[x] ownerReferences:[OwnerReference]
        ObjectMetricSource describedObject:CrossVersionObjectReference metric:MetricIdentifier target:MetricTarget
        ObjectMetricStatus current:MetricValueStatus describedObject:CrossVersionObjectReference \
        metric:MetricIdentifier
        ObjectReference apiVersion,fieldPath,kind,name,namespace,resourceVersion,uid:s
        Overhead podFixed:{n}
        OwnerReference apiVersion,kind,name,uid:s blockOwnerDeletion,controller:b
        ParamKind apiVersion,kind:s
        ParamRef name,namespace,parameterNotFoundAction:s selector:LabelSelector
        PersistentVolume apiVersion,kind:s metadata:ObjectMeta spec:PersistentVolumeSpec \
        status:PersistentVolumeStatus
        PersistentVolumeClaim apiVersion,kind:s metadata:ObjectMeta spec:PersistentVolumeClaimSpec \
        status:PersistentVolumeClaimStatus
        PersistentVolumeClaimCondition lastProbeTime,lastTransitionTime,message,reason,status,type:s
        PersistentVolumeClaimSpec accessModes:[s] dataSource:TypedLocalObjectReference \
        dataSourceRef:TypedObjectReference resources:VolumeResourceRequirements selector:LabelSelector \
        storageClassName,volumeAttributesClassName,volumeMode,volumeName:s
        PersistentVolumeClaimStatus accessModes:[s] allocatedResourceStatuses:ms allocatedResources,capacity:{n} \
        conditions:[PersistentVolumeClaimCondition] currentVolumeAttributesClassName,phase:s \
        modifyVolumeStatus:ModifyVolumeStatus
        PersistentVolumeClaimTemplate metadata:ObjectMeta spec:PersistentVolumeClaimSpec
        PersistentVolumeClaimVolumeSource claimName:s readOnly:b
        PersistentVolumeSpec accessModes,mountOptions:[s] awsElasticBlockStore:AWSElasticBlockStoreVolumeSource \
        azureDisk:AzureDiskVolumeSource azureFile:AzureFilePersistentVolumeSource capacity:{n} \
        cephfs:CephFSPersistentVolumeSource cinder:CinderPersistentVolumeSource claimRef:ObjectReference \
        csi:CSIPersistentVolumeSource fc:FCVolumeSource flexVolume:FlexPersistentVolumeSource \
        flocker:FlockerVolumeSource gcePersistentDisk:GCEPersistentDiskVolumeSource \
        glusterfs:GlusterfsPersistentVolumeSource hostPath:HostPathVolumeSource iscsi:ISCSIPersistentVolumeSource \
        local:LocalVolumeSource nfs:NFSVolumeSource nodeAffinity:VolumeNodeAffinity \
        persistentVolumeReclaimPolicy,storageClassName,volumeAttributesClassName,volumeMode:s \
        photonPersistentDisk:PhotonPersistentDiskVolumeSource portworxVolume:PortworxVolumeSource \
        quobyte:QuobyteVolumeSource rbd:RBDPersistentVolumeSource scaleIO:ScaleIOPersistentVolumeSource \
        storageos:StorageOSPersistentVolumeSource vsphereVolume:VsphereVirtualDiskVolumeSource
        PersistentVolumeStatus lastPhaseTransitionTime,message,phase,reason:s
        PhotonPersistentDiskVolumeSource fsType,pdID:s
        Pod apiVersion,kind:s metadata:ObjectMeta spec:PodSpec status:PodStatus
        PodAffinity preferredDuringSchedulingIgnoredDuringExecution:[WeightedPodAffinityTerm] \
        requiredDuringSchedulingIgnoredDuringExecution:[PodAffinityTerm]
        PodAffinityTerm labelSelector,namespaceSelector:LabelSelector \
        matchLabelKeys,mismatchLabelKeys,namespaces:[s] topologyKey:s
        PodAntiAffinity preferredDuringSchedulingIgnoredDuringExecution:[WeightedPodAffinityTerm] \
        requiredDuringSchedulingIgnoredDuringExecution:[PodAffinityTerm]
        PodCondition lastProbeTime,lastTransitionTime,message,reason,status,type:s
        PodDNSConfig nameservers,searches:[s] options:[PodDNSConfigOption]
        PodDNSConfigOption name,value:s
        PodDisruptionBudget apiVersion,kind:s metadata:ObjectMeta spec:PodDisruptionBudgetSpec \
        status:PodDisruptionBudgetStatus
        PodDisruptionBudgetSpec maxUnavailable,minAvailable:n selector:LabelSelector unhealthyPodEvictionPolicy:s
        PodDisruptionBudgetStatus conditions:[Condition] \
        currentHealthy,desiredHealthy,disruptionsAllowed,expectedPods:i disruptedPods:ms observedGeneration:l
        PodFailurePolicy rules:[PodFailurePolicyRule]
        PodFailurePolicyOnExitCodesRequirement containerName,operator:s values:[i]
        PodFailurePolicyOnPodConditionsPattern status,type:s
        PodFailurePolicyRule action:s onExitCodes:PodFailurePolicyOnExitCodesRequirement \
        onPodConditions:[PodFailurePolicyOnPodConditionsPattern]
        PodIP ip:s
        PodOS name:s
        PodReadinessGate conditionType:s
        PodResourceClaim name,resourceClaimName,resourceClaimTemplateName:s
        PodResourceClaimStatus name,resourceClaimName:s
        PodSchedulingGate name:s
        PodSecurityContext appArmorProfile:AppArmorProfile fsGroup,runAsGroup,runAsUser:l \
        fsGroupChangePolicy,seLinuxChangePolicy,supplementalGroupsPolicy:s runAsNonRoot:b \
        seLinuxOptions:SELinuxOptions seccompProfile:SeccompProfile supplementalGroups:[l] sysctls:[Sysctl] \
        windowsOptions:WindowsSecurityContextOptions
        PodSpec activeDeadlineSeconds,terminationGracePeriodSeconds:l affinity:Affinity \
        automountServiceAccountToken,enableServiceLinks,hostIPC,hostNetwork,hostPID:b \
        hostUsers,setHostnameAsFQDN,shareProcessNamespace:b containers,initContainers:[Container] \
        dnsConfig:PodDNSConfig dnsPolicy,hostname,nodeName,preemptionPolicy,priorityClassName,restartPolicy:s \
        runtimeClassName,schedulerName,serviceAccount,serviceAccountName,subdomain:s \
        ephemeralContainers:[EphemeralContainer] hostAliases:[HostAlias] imagePullSecrets:[LocalObjectReference] \
        nodeSelector:ms os:PodOS overhead:{n} priority:i readinessGates:[PodReadinessGate] \
        resourceClaims:[PodResourceClaim] resources:ResourceRequirements schedulingGates:[PodSchedulingGate] \
        securityContext:PodSecurityContext tolerations:[Toleration] \
        topologySpreadConstraints:[TopologySpreadConstraint] volumes:[Volume]
        """
}
