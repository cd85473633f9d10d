/// Rows of `KindFields` (k8s.io/api v0.32, the served versions).
enum KindFieldTable {
    static let workloads = """
        Deployment apiVersion,kind:s metadata:ObjectMeta spec:DeploymentSpec status:x
        DeploymentSpec replicas,minReadySeconds,revisionHistoryLimit,progressDeadlineSeconds:i selector:LabelSelector \
        template:PodTemplateSpec strategy:DeploymentStrategy paused:b
        DeploymentStrategy type:s rollingUpdate:RollingUpdate
        RollingUpdate maxUnavailable,maxSurge:n partition:i
        StatefulSet apiVersion,kind:s metadata:ObjectMeta spec:StatefulSetSpec status:x
        StatefulSetSpec replicas,minReadySeconds,revisionHistoryLimit:i selector:LabelSelector \
        template:PodTemplateSpec \
        volumeClaimTemplates:[PersistentVolumeClaim] serviceName,podManagementPolicy:s \
        updateStrategy:DeploymentStrategy \
        persistentVolumeClaimRetentionPolicy,ordinals:x
        DaemonSet apiVersion,kind:s metadata:ObjectMeta spec:DaemonSetSpec status:x
        DaemonSetSpec selector:LabelSelector template:PodTemplateSpec updateStrategy:DeploymentStrategy \
        minReadySeconds,revisionHistoryLimit:i
        ReplicaSet apiVersion,kind:s metadata:ObjectMeta spec:ReplicaSetSpec status:x
        ReplicaSetSpec replicas,minReadySeconds:i selector:LabelSelector template:PodTemplateSpec
        Job apiVersion,kind:s metadata:ObjectMeta spec:JobSpec status:x
        JobSpec parallelism,completions,backoffLimit,ttlSecondsAfterFinished,backoffLimitPerIndex,maxFailedIndexes:i \
        activeDeadlineSeconds:l podFailurePolicy,successPolicy:x selector:LabelSelector manualSelector,suspend:b \
        template:PodTemplateSpec completionMode,podReplacementPolicy,managedBy:s
        CronJob apiVersion,kind:s metadata:ObjectMeta spec:CronJobSpec status:x
        CronJobSpec schedule,timeZone,concurrencyPolicy:s startingDeadlineSeconds:l suspend:b \
        jobTemplate:JobTemplateSpec \
        successfulJobsHistoryLimit,failedJobsHistoryLimit:i
        JobTemplateSpec metadata:ObjectMeta spec:JobSpec
        Pod apiVersion,kind:s metadata:ObjectMeta spec:PodSpec status:x
        PodTemplateSpec metadata:ObjectMeta spec:PodSpec
        PodSpec volumes:[Volume] initContainers,containers:[Container] ephemeralContainers:x \
        restartPolicy,dnsPolicy,serviceAccountName,serviceAccount,nodeName,hostname,subdomain,schedulerName:s \
        priorityClassName,runtimeClassName,preemptionPolicy:s terminationGracePeriodSeconds,activeDeadlineSeconds:l \
        nodeSelector:ms automountServiceAccountToken,hostNetwork,hostPID,hostIPC,shareProcessNamespace:b \
        setHostnameAsFQDN,enableServiceLinks,hostUsers:b securityContext,affinity,dnsConfig,overhead,os,resources:x \
        imagePullSecrets:[LocalObjectReference] tolerations:[Toleration] hostAliases,readinessGates:x \
        topologySpreadConstraints,schedulingGates,resourceClaims:x priority:i
        LocalObjectReference name:s
        Toleration key,operator,value,effect:s tolerationSeconds:l
        Container name,image,workingDir,terminationMessagePath,terminationMessagePolicy,imagePullPolicy:s \
        restartPolicy:s command,args:[s] ports:[ContainerPort] envFrom:[EnvFromSource] env:[EnvVar] \
        resources:ResourceRequirements resizePolicy,volumeDevices,lifecycle,securityContext:x \
        volumeMounts:[VolumeMount] livenessProbe,readinessProbe,startupProbe:Probe stdin,stdinOnce,tty:b
        ContainerPort name,protocol,hostIP:s hostPort,containerPort:i
        EnvFromSource prefix:s configMapRef,secretRef:x
        EnvVar name,value:s valueFrom:x
        ResourceRequirements limits,requests:{n} claims:x
        VolumeMount name,mountPath,subPath,subPathExpr,mountPropagation,recursiveReadOnly:s readOnly:b
        Probe exec,httpGet,tcpSocket,grpc:x initialDelaySeconds,timeoutSeconds,periodSeconds,successThreshold:i \
        failureThreshold:i terminationGracePeriodSeconds:l
        Volume name:s hostPath,emptyDir,secret,configMap,projected,downwardAPI,persistentVolumeClaim,nfs,csi:x \
        ephemeral,iscsi,glusterfs,rbd,cephfs,fc,azureFile,azureDisk,vsphereVolume,gcePersistentDisk:x \
        awsElasticBlockStore,gitRepo,flexVolume,cinder,flocker,quobyte,photonPersistentDisk,portworxVolume:x \
        scaleIO,storageos,image:x
        """

    static let others = """
        ObjectMeta name,generateName,namespace,selfLink,uid,resourceVersion,creationTimestamp,deletionTimestamp:s \
        generation,deletionGracePeriodSeconds:l labels,annotations:ms ownerReferences:[OwnerReference] finalizers:[s] \
        managedFields:x clusterName:s
        OwnerReference apiVersion,kind,name,uid:s controller,blockOwnerDeletion:b
        LabelSelector matchLabels:ms matchExpressions:[LabelSelectorRequirement]
        LabelSelectorRequirement key,operator:s values:[s]
        ConfigMap apiVersion,kind:s metadata:ObjectMeta data,binaryData:ms immutable:b
        Secret apiVersion,kind,type:s metadata:ObjectMeta data,stringData:ms immutable:b
        Namespace apiVersion,kind:s metadata:ObjectMeta spec,status:x
        ServiceAccount apiVersion,kind:s metadata:ObjectMeta secrets:x imagePullSecrets:[LocalObjectReference] \
        automountServiceAccountToken:b
        Service apiVersion,kind:s metadata:ObjectMeta spec:ServiceSpec status:x
        ServiceSpec ports:[ServicePort] selector:ms clusterIP,type,sessionAffinity,loadBalancerIP,externalName:s \
        externalTrafficPolicy,internalTrafficPolicy,ipFamilyPolicy,loadBalancerClass,trafficDistribution:s \
        clusterIPs,externalIPs,loadBalancerSourceRanges,ipFamilies:[s] healthCheckNodePort:i \
        publishNotReadyAddresses,allocateLoadBalancerNodePorts:b sessionAffinityConfig:x
        ServicePort name,protocol,appProtocol:s port,nodePort:i targetPort:n
        PersistentVolumeClaim apiVersion,kind:s metadata:ObjectMeta spec:PersistentVolumeClaimSpec status:x
        PersistentVolumeClaimSpec accessModes:[s] selector:LabelSelector resources:ResourceRequirements \
        volumeName,storageClassName,volumeMode,volumeAttributesClassName:s dataSource,dataSourceRef:x
        StorageClass apiVersion,kind,provisioner,reclaimPolicy,volumeBindingMode:s metadata:ObjectMeta parameters:ms \
        mountOptions:[s] allowVolumeExpansion:b allowedTopologies:x
        Role apiVersion,kind:s metadata:ObjectMeta rules:[PolicyRule]
        ClusterRole apiVersion,kind:s metadata:ObjectMeta rules:[PolicyRule] aggregationRule:x
        PolicyRule verbs,apiGroups,resources,resourceNames,nonResourceURLs:[s]
        RoleBinding apiVersion,kind:s metadata:ObjectMeta subjects:[Subject] roleRef:RoleRef
        ClusterRoleBinding apiVersion,kind:s metadata:ObjectMeta subjects:[Subject] roleRef:RoleRef
        Subject kind,apiGroup,name,namespace:s
        RoleRef apiGroup,kind,name:s
        CustomResourceDefinition apiVersion,kind:s metadata:ObjectMeta spec:CustomResourceDefinitionSpec status:x
        CustomResourceDefinitionSpec group,scope:s names,versions,conversion:x preserveUnknownFields:b
        """
}
