// Written by Scripts/generate-kind-fields from kubernetes 32.0.1 (PyPI); not by hand.

extension KindFieldTable {
    static let part2 = """
        PodStatus conditions:[PodCondition] \
        containerStatuses,ephemeralContainerStatuses,initContainerStatuses:[ContainerStatus] \
        hostIP,message,nominatedNodeName,phase,podIP,qosClass,reason,resize,startTime:s hostIPs:[HostIP] \
        podIPs:[PodIP] resourceClaimStatuses:[PodResourceClaimStatus]
        PodTemplate apiVersion,kind:s metadata:ObjectMeta template:PodTemplateSpec
        PodTemplateSpec metadata:ObjectMeta spec:PodSpec
        PodsMetricSource metric:MetricIdentifier target:MetricTarget
        PodsMetricStatus current:MetricValueStatus metric:MetricIdentifier
        PolicyRule apiGroups,nonResourceURLs,resourceNames,resources,verbs:[s]
        PolicyRulesWithSubjects nonResourceRules:[NonResourcePolicyRule] resourceRules:[ResourcePolicyRule] \
        subjects:[Subject]
        PortStatus error,protocol:s port:i
        PortworxVolumeSource fsType,volumeID:s readOnly:b
        Preconditions resourceVersion,uid:s
        PreferredSchedulingTerm preference:NodeSelectorTerm weight:i
        PriorityClass apiVersion,description,kind,preemptionPolicy:s globalDefault:b metadata:ObjectMeta value:i
        PriorityLevelConfiguration apiVersion,kind:s metadata:ObjectMeta spec:PriorityLevelConfigurationSpec \
        status:PriorityLevelConfigurationStatus
        PriorityLevelConfigurationCondition lastTransitionTime,message,reason,status,type:s
        PriorityLevelConfigurationReference name:s
        PriorityLevelConfigurationSpec exempt:ExemptPriorityLevelConfiguration \
        limited:LimitedPriorityLevelConfiguration type:s
        PriorityLevelConfigurationStatus conditions:[PriorityLevelConfigurationCondition]
        Probe exec:ExecAction failureThreshold,initialDelaySeconds,periodSeconds,successThreshold,timeoutSeconds:i \
        grpc:GRPCAction httpGet:HTTPGetAction tcpSocket:TCPSocketAction terminationGracePeriodSeconds:l
        ProjectedVolumeSource defaultMode:i sources:[VolumeProjection]
        QueuingConfiguration handSize,queueLengthLimit,queues:i
        QuobyteVolumeSource group,registry,tenant,user,volume:s readOnly:b
        RBDPersistentVolumeSource fsType,image,keyring,pool,user:s monitors:[s] readOnly:b secretRef:SecretReference
        RBDVolumeSource fsType,image,keyring,pool,user:s monitors:[s] readOnly:b secretRef:LocalObjectReference
        ReplicaSet apiVersion,kind:s metadata:ObjectMeta spec:ReplicaSetSpec status:ReplicaSetStatus
        ReplicaSetCondition lastTransitionTime,message,reason,status,type:s
        ReplicaSetSpec minReadySeconds,replicas:i selector:LabelSelector template:PodTemplateSpec
        ReplicaSetStatus availableReplicas,fullyLabeledReplicas,readyReplicas,replicas:i \
        conditions:[ReplicaSetCondition] observedGeneration:l
        ReplicationController apiVersion,kind:s metadata:ObjectMeta spec:ReplicationControllerSpec \
        status:ReplicationControllerStatus
        ReplicationControllerCondition lastTransitionTime,message,reason,status,type:s
        ReplicationControllerSpec minReadySeconds,replicas:i selector:ms template:PodTemplateSpec
        ReplicationControllerStatus availableReplicas,fullyLabeledReplicas,readyReplicas,replicas:i \
        conditions:[ReplicationControllerCondition] observedGeneration:l
        ResourceAttributes fieldSelector:FieldSelectorAttributes \
        group,name,namespace,resource,subresource,verb,version:s labelSelector:LabelSelectorAttributes
        ResourceClaim name,request:s
        ResourceFieldSelector containerName,resource:s divisor:n
        ResourceHealth health,resourceID:s
        ResourceMetricSource name:s target:MetricTarget
        ResourceMetricStatus current:MetricValueStatus name:s
        ResourcePolicyRule apiGroups,namespaces,resources,verbs:[s] clusterScope:b
        ResourceQuota apiVersion,kind:s metadata:ObjectMeta spec:ResourceQuotaSpec status:ResourceQuotaStatus
        ResourceQuotaSpec hard:{n} scopeSelector:ScopeSelector scopes:[s]
        ResourceQuotaStatus hard,used:{n}
        ResourceRequirements claims:[ResourceClaim] limits,requests:{n}
        ResourceRule apiGroups,resourceNames,resources,verbs:[s]
        ResourceStatus name:s resources:[ResourceHealth]
        Role apiVersion,kind:s metadata:ObjectMeta rules:[PolicyRule]
        RoleBinding apiVersion,kind:s metadata:ObjectMeta roleRef:RoleRef subjects:[Subject]
        RoleRef apiGroup,kind,name:s
        RollingUpdateDaemonSet maxSurge,maxUnavailable:n
        RollingUpdateDeployment maxSurge,maxUnavailable:n
        RollingUpdateStatefulSetStrategy maxUnavailable:n partition:i
        RuleWithOperations apiGroups,apiVersions,operations,resources:[s] scope:s
        RuntimeClass apiVersion,handler,kind:s metadata:ObjectMeta overhead:Overhead scheduling:Scheduling
        SELinuxOptions level,role,type,user:s
        Scale apiVersion,kind:s metadata:ObjectMeta spec:ScaleSpec status:ScaleStatus
        ScaleIOPersistentVolumeSource fsType,gateway,protectionDomain,storageMode,storagePool,system,volumeName:s \
        readOnly,sslEnabled:b secretRef:SecretReference
        ScaleIOVolumeSource fsType,gateway,protectionDomain,storageMode,storagePool,system,volumeName:s \
        readOnly,sslEnabled:b secretRef:LocalObjectReference
        ScaleSpec replicas:i
        ScaleStatus replicas:i selector:s
        Scheduling nodeSelector:ms tolerations:[Toleration]
        ScopeSelector matchExpressions:[ScopedResourceSelectorRequirement]
        ScopedResourceSelectorRequirement operator,scopeName:s values:[s]
        SeccompProfile localhostProfile,type:s
        Secret apiVersion,kind,type:s data,stringData:ms immutable:b metadata:ObjectMeta
        SecretEnvSource name:s optional:b
        SecretKeySelector key,name:s optional:b
        SecretProjection items:[KeyToPath] name:s optional:b
        SecretReference name,namespace:s
        SecretVolumeSource defaultMode:i items:[KeyToPath] optional:b secretName:s
        SecurityContext allowPrivilegeEscalation,privileged,readOnlyRootFilesystem,runAsNonRoot:b \
        appArmorProfile:AppArmorProfile capabilities:Capabilities procMount:s runAsGroup,runAsUser:l \
        seLinuxOptions:SELinuxOptions seccompProfile:SeccompProfile windowsOptions:WindowsSecurityContextOptions
        SelectableField jsonPath:s
        SelfSubjectAccessReview apiVersion,kind:s metadata:ObjectMeta spec:SelfSubjectAccessReviewSpec \
        status:SubjectAccessReviewStatus
        SelfSubjectAccessReviewSpec nonResourceAttributes:NonResourceAttributes \
        resourceAttributes:ResourceAttributes
        SelfSubjectReview apiVersion,kind:s metadata:ObjectMeta status:SelfSubjectReviewStatus
        SelfSubjectReviewStatus userInfo:UserInfo
        SelfSubjectRulesReview apiVersion,kind:s metadata:ObjectMeta spec:SelfSubjectRulesReviewSpec \
        status:SubjectRulesReviewStatus
        SelfSubjectRulesReviewSpec namespace:s
        Service apiVersion,kind:s metadata:ObjectMeta spec:ServiceSpec status:ServiceStatus
        ServiceAccount apiVersion,kind:s automountServiceAccountToken:b imagePullSecrets:[LocalObjectReference] \
        metadata:ObjectMeta secrets:[ObjectReference]
        ServiceAccountSubject name,namespace:s
        ServiceAccountTokenProjection audience,path:s expirationSeconds:i
        ServiceBackendPort name:s number:i
        ServicePort appProtocol,name,protocol:s nodePort,port:i targetPort:n
        ServiceReference name,namespace,path:s port:i
        ServiceSpec allocateLoadBalancerNodePorts,publishNotReadyAddresses:b \
        clusterIP,externalName,externalTrafficPolicy,internalTrafficPolicy:s \
        ipFamilyPolicy,loadBalancerClass,loadBalancerIP,sessionAffinity,trafficDistribution,type:s \
        clusterIPs,externalIPs,ipFamilies,loadBalancerSourceRanges:[s] healthCheckNodePort:i ports:[ServicePort] \
        selector:ms sessionAffinityConfig:SessionAffinityConfig
        ServiceStatus conditions:[Condition] loadBalancer:LoadBalancerStatus
        SessionAffinityConfig clientIP:ClientIPConfig
        SleepAction seconds:l
        StatefulSet apiVersion,kind:s metadata:ObjectMeta spec:StatefulSetSpec status:StatefulSetStatus
        StatefulSetCondition lastTransitionTime,message,reason,status,type:s
        StatefulSetOrdinals start:i
        StatefulSetPersistentVolumeClaimRetentionPolicy whenDeleted,whenScaled:s
        StatefulSetSpec minReadySeconds,replicas,revisionHistoryLimit:i ordinals:StatefulSetOrdinals \
        persistentVolumeClaimRetentionPolicy:StatefulSetPersistentVolumeClaimRetentionPolicy \
        podManagementPolicy,serviceName:s selector:LabelSelector template:PodTemplateSpec \
        updateStrategy:StatefulSetUpdateStrategy volumeClaimTemplates:[PersistentVolumeClaim]
        StatefulSetStatus availableReplicas,collisionCount,currentReplicas,readyReplicas,replicas,updatedReplicas:i \
        conditions:[StatefulSetCondition] currentRevision,updateRevision:s observedGeneration:l
        StatefulSetUpdateStrategy rollingUpdate:RollingUpdateStatefulSetStrategy type:s
        Status apiVersion,kind,message,reason,status:s code:i details:StatusDetails metadata:ListMeta
        StatusCause field,message,reason:s
        StatusDetails causes:[StatusCause] group,kind,name,uid:s retryAfterSeconds:i
        StorageClass allowVolumeExpansion:b allowedTopologies:[TopologySelectorTerm] \
        apiVersion,kind,provisioner,reclaimPolicy,volumeBindingMode:s metadata:ObjectMeta mountOptions:[s] \
        parameters:ms
        StorageOSPersistentVolumeSource fsType,volumeName,volumeNamespace:s readOnly:b secretRef:ObjectReference
        StorageOSVolumeSource fsType,volumeName,volumeNamespace:s readOnly:b secretRef:LocalObjectReference
        Subject group:GroupSubject kind,apiGroup,name,namespace:s serviceAccount:ServiceAccountSubject \
        user:UserSubject
        SubjectAccessReview apiVersion,kind:s metadata:ObjectMeta spec:SubjectAccessReviewSpec \
        status:SubjectAccessReviewStatus
        SubjectAccessReviewSpec extra:{[s]} groups:[s] nonResourceAttributes:NonResourceAttributes \
        resourceAttributes:ResourceAttributes uid,user:s
        SubjectAccessReviewStatus allowed,denied:b evaluationError,reason:s
        SubjectRulesReviewStatus evaluationError:s incomplete:b nonResourceRules:[NonResourceRule] \
        resourceRules:[ResourceRule]
        SuccessPolicy rules:[SuccessPolicyRule]
        SuccessPolicyRule succeededCount:i succeededIndexes:s
        Sysctl name,value:s
        TCPSocketAction host:s port:n
        Taint effect,key,timeAdded,value:s
        TokenRequest apiVersion,kind,audience:s metadata:ObjectMeta spec:TokenRequestSpec status:TokenRequestStatus \
        expirationSeconds:i
        TokenRequestSpec audiences:[s] boundObjectRef:BoundObjectReference expirationSeconds:l
        TokenRequestStatus expirationTimestamp,token:s
        TokenReview apiVersion,kind:s metadata:ObjectMeta spec:TokenReviewSpec status:TokenReviewStatus
        TokenReviewSpec audiences:[s] token:s
        TokenReviewStatus audiences:[s] authenticated:b error:s user:UserInfo
        Toleration effect,key,operator,value:s tolerationSeconds:l
        TopologySelectorLabelRequirement key:s values:[s]
        TopologySelectorTerm matchLabelExpressions:[TopologySelectorLabelRequirement]
        TopologySpreadConstraint labelSelector:LabelSelector matchLabelKeys:[s] maxSkew,minDomains:i \
        nodeAffinityPolicy,nodeTaintsPolicy,topologyKey,whenUnsatisfiable:s
        TypeChecking expressionWarnings:[ExpressionWarning]
        TypedLocalObjectReference apiGroup,kind,name:s
        TypedObjectReference apiGroup,kind,name,namespace:s
        UncountedTerminatedPods failed,succeeded:[s]
        UserInfo extra:{[s]} groups:[s] uid,username:s
        UserSubject name:s
        ValidatingAdmissionPolicy apiVersion,kind:s metadata:ObjectMeta spec:ValidatingAdmissionPolicySpec \
        status:ValidatingAdmissionPolicyStatus
        ValidatingAdmissionPolicyBinding apiVersion,kind:s metadata:ObjectMeta \
        spec:ValidatingAdmissionPolicyBindingSpec
        ValidatingAdmissionPolicyBindingSpec matchResources:MatchResources paramRef:ParamRef policyName:s \
        validationActions:[s]
        ValidatingAdmissionPolicySpec auditAnnotations:[AuditAnnotation] failurePolicy:s \
        matchConditions:[MatchCondition] matchConstraints:MatchResources paramKind:ParamKind \
        validations:[Validation] variables:[Variable]
        ValidatingAdmissionPolicyStatus conditions:[Condition] observedGeneration:l typeChecking:TypeChecking
        ValidatingWebhook admissionReviewVersions:[s] clientConfig:WebhookClientConfig \
        failurePolicy,matchPolicy,name,sideEffects:s matchConditions:[MatchCondition] \
        namespaceSelector,objectSelector:LabelSelector rules:[RuleWithOperations] timeoutSeconds:i
        ValidatingWebhookConfiguration apiVersion,kind:s metadata:ObjectMeta webhooks:[ValidatingWebhook]
        Validation expression,message,messageExpression,reason:s
        Variable expression,name:s
        Volume awsElasticBlockStore:AWSElasticBlockStoreVolumeSource azureDisk:AzureDiskVolumeSource \
        azureFile:AzureFileVolumeSource cephfs:CephFSVolumeSource cinder:CinderVolumeSource \
        configMap:ConfigMapVolumeSource csi:CSIVolumeSource downwardAPI:DownwardAPIVolumeSource \
        emptyDir:EmptyDirVolumeSource ephemeral:EphemeralVolumeSource fc:FCVolumeSource flexVolume:FlexVolumeSource \
        flocker:FlockerVolumeSource gcePersistentDisk:GCEPersistentDiskVolumeSource gitRepo:GitRepoVolumeSource \
        glusterfs:GlusterfsVolumeSource hostPath:HostPathVolumeSource image:ImageVolumeSource \
        iscsi:ISCSIVolumeSource name:s nfs:NFSVolumeSource persistentVolumeClaim:PersistentVolumeClaimVolumeSource \
        photonPersistentDisk:PhotonPersistentDiskVolumeSource portworxVolume:PortworxVolumeSource \
        projected:ProjectedVolumeSource quobyte:QuobyteVolumeSource rbd:RBDVolumeSource scaleIO:ScaleIOVolumeSource \
        secret:SecretVolumeSource storageos:StorageOSVolumeSource vsphereVolume:VsphereVirtualDiskVolumeSource
        VolumeAttachment apiVersion,kind:s metadata:ObjectMeta spec:VolumeAttachmentSpec \
        status:VolumeAttachmentStatus
        VolumeAttachmentSource inlineVolumeSpec:PersistentVolumeSpec persistentVolumeName:s
        VolumeAttachmentSpec attacher,nodeName:s source:VolumeAttachmentSource
        VolumeAttachmentStatus attachError,detachError:VolumeError attached:b attachmentMetadata:ms
        VolumeDevice devicePath,name:s
        VolumeError message,time:s
        VolumeMount mountPath,mountPropagation,name,recursiveReadOnly,subPath,subPathExpr:s readOnly:b
        VolumeMountStatus mountPath,name,recursiveReadOnly:s readOnly:b
        VolumeNodeAffinity required:NodeSelector
        VolumeNodeResources count:i
        VolumeProjection clusterTrustBundle:ClusterTrustBundleProjection configMap:ConfigMapProjection \
        downwardAPI:DownwardAPIProjection secret:SecretProjection serviceAccountToken:ServiceAccountTokenProjection
        VolumeResourceRequirements limits,requests:{n}
        VsphereVirtualDiskVolumeSource fsType,storagePolicyID,storagePolicyName,volumePath:s
        WebhookClientConfig caBundle,url:s service:ServiceReference
        WebhookConversion clientConfig:WebhookClientConfig conversionReviewVersions:[s]
        WeightedPodAffinityTerm podAffinityTerm:PodAffinityTerm weight:i
        WindowsSecurityContextOptions gmsaCredentialSpec,gmsaCredentialSpecName,runAsUserName:s hostProcess:b
        """
}
