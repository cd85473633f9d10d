/// What each table column says of itself (the field's swagger text; kubectl shows it nowhere).
enum TableDescriptions {
    static func text(_ resource: ResourceDefinition, _ column: String, profile: ServerProfile) -> String {
        if resource.isCustom, column == "Name" { return text("Name", profile) }
        let key = "\(resource.plural)/\(column)"
        if texts[key] != nil { return text(key, profile) }
        let common = column == "Created At" ? "Age" : column
        return texts[common] == nil ? column : text(common, profile)
    }

    private static func text(_ key: String, _ profile: ServerProfile) -> String {
        (profile == .kubernetes125 ? olderTexts[key] : nil) ?? texts[key] ?? key
    }

    /// Where 1.25 says it otherwise.
    private static let olderTexts: [String: String] = [
        "Name": """
        Name must be unique within a namespace. Is required when creating resources, although some \
        resources may allow a client to request the generation of an appropriate name automatically. Name \
        is primarily intended for creation idempotence and configuration definition. Cannot be updated. \
        More info: http://kubernetes.io/docs/user-guide/identifiers#names
        """,
        "pods/IP": """
        IP address allocated to the pod. Routable at least within the cluster. Empty if not yet allocated.
        """,
        "pods/Node": """
        NodeName is a request to schedule this pod onto a specific node. If it is non-empty, the scheduler\
         simply schedules this pod onto that node, assuming that it fits resource requirements.
        """,
    ]

    /// By column, or by resource and column.
    private static let texts: [String: String] = [
        "Name": """
        Name must be unique within a namespace. Is required when creating resources, although some \
        resources may allow a client to request the generation of an appropriate name automatically. Name \
        is primarily intended for creation idempotence and configuration definition. Cannot be updated. \
        More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names
        """,
        "Age": """
        CreationTimestamp is a timestamp representing the server time when this object was created. It is \
        not guaranteed to be set in happens-before order across separate operations. Clients may not set \
        this value. It is represented in RFC3339 form and is in UTC.

        Populated by the system. Read-only. Null for lists. More info: \
        https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata
        """,
        "configmaps/Data": """
        Data contains the configuration data. Each key must consist of alphanumeric characters, '-', '_' \
        or '.'. Values with non-UTF-8 byte sequences must use the BinaryData field. The keys stored in \
        Data must not overlap with the keys in the BinaryData field, this is enforced during validation \
        process.
        """,
        "deployments/Ready": """
        Number of the pod with ready state
        """,
        "deployments/Up-to-date": """
        Total number of non-terminated pods targeted by this deployment that have the desired template \
        spec.
        """,
        "deployments/Available": """
        Total number of available pods (ready for at least minReadySeconds) targeted by this deployment.
        """,
        "Containers": """
        Names of each container in the template.
        """,
        "Images": """
        Images referenced by each container in the template.
        """,
        "deployments/Selector": """
        Label selector for pods. Existing ReplicaSets whose pods are selected by this will be the ones \
        affected by this deployment.
        """,
        "events/Last Seen": """
        The time at which the most recent occurrence of this event was recorded.
        """,
        "events/Type": """
        Type of this event (Normal, Warning), new types could be added in the future
        """,
        "events/Reason": """
        This should be a short, machine understandable string that gives the reason for the transition \
        into the object's current status.
        """,
        "events/Object": """
        The object that this event is about.
        """,
        "events/Subobject": """
        If referring to a piece of an object instead of an entire object, this string should contain a \
        valid JSON/Go field access statement, such as desiredState.manifest.containers[2]. For example, if\
         the object reference is to a container within a pod, this would take on a value like: \
        "spec.containers{name}" (where "name" refers to the name of the container that triggered the \
        event) or if no container name is specified "spec.containers[2]" (container with index 2 in this \
        pod). This syntax is chosen only to have some well-defined way of referencing a part of an object.
        """,
        "events/Source": """
        The component reporting this event. Should be a short machine understandable string.
        """,
        "events/Message": """
        A human-readable description of the status of this operation.
        """,
        "events/First Seen": """
        The time at which the event was first recorded. (Time of server receipt is in TypeMeta.)
        """,
        "events/Count": """
        The number of times this event has occurred.
        """,
        "namespaces/Status": """
        The status of the namespace
        """,
        "pods/Ready": """
        The aggregate readiness state of this pod for accepting traffic.
        """,
        "pods/Status": """
        The aggregate status of the containers in this pod.
        """,
        "pods/Restarts": """
        The number of times the containers in this pod have been restarted and when the last container in \
        this pod has restarted.
        """,
        "pods/IP": """
        podIP address allocated to the pod. Routable at least within the cluster. Empty if not yet \
        allocated.
        """,
        "pods/Node": """
        NodeName indicates in which node this pod is scheduled. If empty, this pod is a candidate for \
        scheduling by the scheduler defined in schedulerName. Once this field is set, the kubelet for this\
         node becomes responsible for the lifecycle of this pod. This field should not be used to express \
        a desire for the pod to be scheduled on a specific node. \
        https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#nodename
        """,
        "pods/Nominated Node": """
        nominatedNodeName is set only when this pod preempts other pods on the node, but it cannot be \
        scheduled right away as preemption victims receive their graceful termination periods. This field \
        does not guarantee that the pod will be scheduled on this node. Scheduler may decide to place the \
        pod elsewhere if other nodes become available sooner. Scheduler may also decide to give the \
        resources on this node to a higher priority pod that is created after preemption. As a result, \
        this field may be different than PodSpec.nodeName when the pod is scheduled.
        """,
        "pods/Readiness Gates": """
        If specified, all readiness gates will be evaluated for pod readiness. A pod is ready when all its\
         containers are ready AND all conditions specified in the readiness gates have status equal to \
        "True" More info: https://git.k8s.io/enhancements/keps/sig-network/580-pod-readiness-gates
        """,
        "persistentvolumeclaims/Status": """
        phase represents the current phase of PersistentVolumeClaim.
        """,
        "persistentvolumeclaims/Volume": """
        volumeName is the binding reference to the PersistentVolume backing this claim.
        """,
        "persistentvolumeclaims/Capacity": """
        capacity represents the actual resources of the underlying volume.
        """,
        "persistentvolumeclaims/Access Modes": """
        accessModes contains the actual access modes the volume backing the PVC has. More info: \
        https://kubernetes.io/docs/concepts/storage/persistent-volumes#access-modes-1
        """,
        "persistentvolumeclaims/StorageClass": """
        StorageClass of the pvc
        """,
        "persistentvolumeclaims/VolumeAttributesClass": """
        VolumeAttributesClass of the pvc
        """,
        "persistentvolumeclaims/VolumeMode": """
        volumeMode defines what type of volume is required by the claim. Value of Filesystem is implied \
        when not included in claim spec.
        """,
        "statefulsets/Ready": """
        Number of the pod with ready state
        """,
        "services/Type": """
        type determines how the Service is exposed. Defaults to ClusterIP. Valid options are ExternalName,\
         ClusterIP, NodePort, and LoadBalancer. "ClusterIP" allocates a cluster-internal IP address for \
        load-balancing to endpoints. Endpoints are determined by the selector or if that is not specified,\
         by manual construction of an Endpoints object or EndpointSlice objects. If clusterIP is "None", \
        no virtual IP is allocated and the endpoints are published as a set of endpoints rather than a \
        virtual IP. "NodePort" builds on ClusterIP and allocates a port on every node which routes to the \
        same endpoints as the clusterIP. "LoadBalancer" builds on NodePort and creates an external \
        load-balancer (if supported in the current cloud) which routes to the same endpoints as the \
        clusterIP. "ExternalName" aliases this service to the specified externalName. Several other fields\
         do not apply to ExternalName services. More info: \
        https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types
        """,
        "services/Cluster-IP": """
        clusterIP is the IP address of the service and is usually assigned randomly. If an address is \
        specified manually, is in-range (as per system configuration), and is not in use, it will be \
        allocated to the service; otherwise creation of the service will fail. This field may not be \
        changed through updates unless the type field is also being changed to ExternalName (which \
        requires this field to be blank) or the type field is being changed from ExternalName (in which \
        case this field may optionally be specified, as describe above).  Valid values are "None", empty \
        string (""), or a valid IP address. Setting this to "None" makes a "headless service" (no virtual \
        IP), which is useful when direct endpoint connections are preferred and proxying is not required.\
          Only applies to types ClusterIP, NodePort, and LoadBalancer. If this field is specified when \
        creating a Service of type ExternalName, creation will fail. This field will be wiped when \
        updating a Service to type ExternalName. More info: \
        https://kubernetes.io/docs/concepts/services-networking/service/#virtual-ips-and-service-proxies
        """,
        "services/External-IP": """
        externalIPs is a list of IP addresses for which nodes in the cluster will also accept traffic for \
        this service.  These IPs are not managed by Kubernetes.  The user is responsible for ensuring that\
         traffic arrives at a node with this IP.  A common example is external load-balancers that are not\
         part of the Kubernetes system.
        """,
        "services/Port(s)": """
        The list of ports that are exposed by this service. More info: \
        https://kubernetes.io/docs/concepts/services-networking/service/#virtual-ips-and-service-proxies
        """,
        "services/Selector": """
        Route service traffic to pods with label keys and values matching this selector. If empty or not \
        present, the service is assumed to have an external process managing its endpoints, which \
        Kubernetes will not modify. Only applies to types ClusterIP, NodePort, and LoadBalancer. Ignored \
        if type is ExternalName. More info: \
        https://kubernetes.io/docs/concepts/services-networking/service/
        """,
    ]
}
