import FleetModel
import ResourceModel
import SupervisorCluster

/// Runs the controllers on a memory cluster through its time.
struct ClusterDriver {
    var cluster = MemoryCluster()
    var controllers: StandardControllers

    init(_ settings: ControllerSettings = ControllerSettings(), profile: ServerProfile = .kubernetes132, nodes: Int = 2)
    {
        controllers = StandardControllers(settings: settings)
        cluster.profile = profile
        for number in 1...max(1, nodes) where nodes > 0 {
            add(
                """
                {"apiVersion":"v1","kind":"Node","metadata":{"name":"n\(number)","labels":{"role":"worker"}},
                 "status":{"addresses":[{"type":"InternalIP","address":"10.0.0.\(number)"}]}}
                """)
        }
        add(#"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"svc"},"status":{"phase":"Active"}}"#)
        addClass("fast")
    }

    mutating func addClass(_ name: String, mode: String = "Immediate", policy: String = "Delete") {
        add(
            """
            {"apiVersion":"storage.k8s.io/v1","kind":"StorageClass","metadata":{"name":"\(name)"},
             "provisioner":"csi.vsphere.vmware.com","reclaimPolicy":"\(policy)","volumeBindingMode":"\(mode)",
             "allowVolumeExpansion":true}
            """)
    }

    /// Creates an object from JSON.
    @discardableResult
    mutating func add(_ json: String) -> Value {
        do {
            return try cluster.create(try JSONReader.read(json))
        } catch {
            fatalError("test object is wrong: \(error)")
        }
    }

    /// One step at the present time.
    mutating func step() {
        cluster.wakeTime = nil
        controllers.step(&cluster)
    }

    /// Steps at every wake until `duration` has passed.
    mutating func run(_ duration: Duration) {
        let end = cluster.now.advanced(by: duration)
        step()
        var steps = 0
        while let next = cluster.wakeTime, next <= end, steps < 20_000 {
            steps += 1
            cluster.now = max(next, cluster.now)
            step()
        }
        cluster.now = end
        step()
    }

    /// Changes an object's spec or metadata as a client would.
    mutating func edit(_ kind: String, _ name: String, namespace: String = "svc", _ change: (inout Value) -> Void) {
        guard var object = find(kind, name, namespace: namespace) else { return }
        change(&object)
        _ = try? cluster.update(object)
    }

    func find(_ kind: String, _ name: String, namespace: String = "svc") -> Value? {
        cluster.objects.first {
            $0.key.kind.kind == kind && $0.key.name == name && ["", namespace].contains($0.key.namespace)
        }?.value
    }

    func all(_ kind: String) -> [Value] {
        cluster.objects.filter { $0.key.kind.kind == kind }.sorted { $0.key < $1.key }.map(\.value)
    }

    mutating func remove(_ kind: String, _ name: String, namespace: String = "svc") {
        guard let object = find(kind, name, namespace: namespace) else { return }
        try? cluster.delete(object.groupVersionKind, namespace: object.objectNamespace, name: name)
    }

    func messages(_ reason: String) -> [String] { cluster.events.filter { $0.reason == reason }.map(\.message) }

    // MARK: Objects that many tests want

    static func template(_ app: String, image: String = "img:1", extra: String = "") -> String {
        """
        {"metadata":{"labels":{"app":"\(app)"}},
         "spec":{"containers":[{"name":"c","image":"\(image)"}]\(extra)}}
        """
    }

    @discardableResult
    mutating func deployment(
        _ name: String = "web", replicas: Int = 2, image: String = "img:1", extra: String = "", pod: String = ""
    ) -> Value {
        add(
            """
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"\(name)","namespace":"svc"},
             "spec":{"replicas":\(replicas),"progressDeadlineSeconds":600,"selector":{"matchLabels":{"app":"\(name)"}},
                     "template":\(Self.template(name, image: image, extra: pod))\(extra)}}
            """)
    }

    @discardableResult
    mutating func statefulSet(
        _ name: String = "db", replicas: Int = 2, image: String = "db:1", storage: String = "10Gi", extra: String = ""
    ) -> Value {
        add(
            """
            {"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"\(name)","namespace":"svc"},
             "spec":{"replicas":\(replicas),"serviceName":"\(name)","selector":{"matchLabels":{"app":"\(name)"}},
                     "updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"partition":0}},
                     "template":\(Self.template(name, image: image)),
                     "volumeClaimTemplates":[{"metadata":{"name":"data"},"spec":{"accessModes":["ReadWriteOnce"],
                       "storageClassName":"fast","resources":{"requests":{"storage":"\(storage)"}}}}]\(extra)}}
            """)
    }

    @discardableResult
    mutating func claim(_ name: String, class className: String? = "fast", storage: String = "10Gi") -> Value {
        let named = className.map { "\"storageClassName\":\"\($0)\"," } ?? ""
        return add(
            """
            {"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"\(name)","namespace":"svc"},
             "spec":{"accessModes":["ReadWriteOnce"],\(named)"resources":{"requests":{"storage":"\(storage)"}}}}
            """)
    }

    func condition(_ object: Value?, _ type: String) -> Value? {
        object?[at: "status", "conditions"]?.arrayValue?.first { $0["type"]?.stringValue == type }
    }
}
