import FleetModel
import ResourceModel
import SupervisorCluster
import TestSupport
import Testing

/// The controllers on the real API rules.
@Suite struct WholeClusterTests {
    /// A Supervisor and its real time.
    struct Supervisor {
        var state: ClusterState
        var now = Timestamp(milliseconds: 1_790_000_000_000)
        var steps = 0

        init(_ controls: ControllerSettings = .init(), profile: ServerProfile = .kubernetes125) {
            var settings = ClusterSettings()
            settings.profile = profile
            state = ClusterState(
                settings: settings, at: now, controllers: StandardControllers(settings: controls))
        }

        mutating func run(_ duration: Duration) {
            let end = now.advanced(by: duration)
            var next = state.step(at: now)
            while let time = next, time <= end {
                now = max(time, now.advanced(byMilliseconds: 1))
                steps += 1
                next = state.step(at: now)
            }
            now = end
            _ = state.step(at: now)
        }

        /// A Deployment `web` with two pods.
        static let deployment = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: 2
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec: {containers: [{name: c, image: "registry.example.com/web:1"}]}
            """

        var available: Int64 {
            all("Deployment", group: "apps").first?[at: "status", "availableReplicas"]?.intValue ?? 0
        }

        @discardableResult
        mutating func send(
            _ method: String, _ target: String, _ body: String = "", type: String = "application/json"
        ) -> APIResponse? {
            let request = APIRequest(
                method: method, target: target, headers: ["content-type": type], body: Array(body.utf8))
            guard case .response(let response) = state.handle(request, at: now) else { return nil }
            #expect(response.status < 300, "\(method) \(target): \(String(decoding: response.body, as: UTF8.self))")
            return response
        }

        func all(_ kind: String, group: String = "", version: String = "v1") -> [Value] {
            state.list(GroupVersionKind(group: group, version: version, kind: kind), namespace: nil)
        }

        mutating func apply(_ text: String, namespace: String) throws {
            let early = ["Namespace", "CustomResourceDefinition"]
            let documents = try YAMLDocuments.read(text).filter { !$0.isNull && $0.kind != "Config" }
            for object in documents.filter({ early.contains($0.kind) })
                + documents.filter({ !early.contains($0.kind) })
            {
                var object = object
                if object.objectNamespace.isEmpty, object.kind != "Namespace", !object.kind.hasPrefix("Cluster") {
                    object[at: "metadata", "namespace"] = .string(namespace)
                }
                if state.get(object.groupVersionKind, namespace: object.objectNamespace, name: object.objectName)
                    == nil
                {
                    try state.create(object)
                }
            }
        }
    }

    @Test(
        .enabled(if: TestData.exists("rendered/harbor-2.6.3.yaml"), "no rendered packages here"),
        arguments: ServerProfile.allCases)
    func harborComesUpGrowsAndGoes(profile: ServerProfile) throws {
        var supervisor = Supervisor(profile: profile)
        supervisor.run(.seconds(1))
        try supervisor.apply("{apiVersion: v1, kind: Namespace, metadata: {name: harbor}}", namespace: "")
        try supervisor.apply(try TestData.text("rendered/harbor-2.6.3.yaml"), namespace: "harbor")
        supervisor.run(.seconds(90))
        for object in supervisor.all("Deployment", group: "apps") + supervisor.all("StatefulSet", group: "apps") {
            #expect(
                object[at: "status", "readyReplicas"] == object[at: "spec", "replicas"],
                "\(object.kind) \(object.objectName): \(JSONWriter.text(object["status"] ?? nil))")
        }
        let pods = supervisor.all("Pod")
        #expect(pods.count >= 8)
        for pod in pods { #expect(pod[at: "status", "phase"] == "Running", "\(pod.objectName)") }
        for claim in supervisor.all("PersistentVolumeClaim") {
            #expect(claim[at: "status", "phase"] == "Bound", "\(claim.objectName)")
        }
        let revision = supervisor.state.revision
        supervisor.run(.seconds(600))
        #expect(supervisor.state.revision == revision)

        // A claim grows while its pod runs.
        var claim = try #require(
            supervisor.state.get(
                GroupVersionKind(group: "", version: "v1", kind: "PersistentVolumeClaim"), namespace: "harbor",
                name: "harbor-registry"))
        claim[at: "spec", "resources", "requests", "storage"] = "50Gi"
        try supervisor.state.update(claim)
        supervisor.run(.seconds(30))
        let grown = supervisor.all("PersistentVolumeClaim").first { $0.objectName == "harbor-registry" }
        #expect(grown?[at: "status", "capacity", "storage"] == "50Gi")
        #expect(grown?[at: "status", "conditions"] == nil)
        // Everything of the namespace goes, and the volumes with it.
        try supervisor.state.delete(
            GroupVersionKind(group: "", version: "v1", kind: "Namespace"), namespace: "", name: "harbor")
        supervisor.run(.seconds(60))
        #expect(!supervisor.all("Namespace").contains { $0.objectName == "harbor" })
        #expect(supervisor.all("Pod").isEmpty)
        #expect(supervisor.all("PersistentVolume").isEmpty)
    }

    @Test(
        .enabled(if: TestData.exists("rendered/harbor-2.6.3.yaml"), "no rendered packages here"),
        arguments: [
            "cert-manager-1.9.1", "external-dns-0.12.2", "fluent-bit-1.9.5", "local-path-storage-0.0.22",
            "metrics-server-0.6.2",
        ])
    func everyRenderedPackageComesUp(name: String) throws {
        var supervisor = Supervisor()
        supervisor.run(.seconds(1))
        try supervisor.apply("{apiVersion: v1, kind: Namespace, metadata: {name: svc}}", namespace: "")
        try supervisor.apply(try TestData.text("rendered/\(name).yaml"), namespace: "svc")
        supervisor.run(.seconds(120))
        let workloads = supervisor.all("Deployment", group: "apps") + supervisor.all("StatefulSet", group: "apps")
        for object in workloads {
            #expect(
                object[at: "status", "readyReplicas"] == object[at: "spec", "replicas"],
                "\(object.objectName): \(JSONWriter.text(object["status"] ?? nil))")
        }
        for object in supervisor.all("DaemonSet", group: "apps") {
            #expect(object[at: "status", "numberReady"] == object[at: "status", "desiredNumberScheduled"])
        }
        #expect(!supervisor.all("Pod").isEmpty)
        for pod in supervisor.all("Pod") { #expect(pod[at: "status", "phase"] != "Pending", "\(pod.objectName)") }
        let revision = supervisor.state.revision
        supervisor.run(.seconds(600))
        #expect(supervisor.state.revision == revision)
    }

    @Test func faultsAreSwitchedThroughTheControlPath() throws {
        var supervisor = Supervisor()
        func call(_ method: String, _ body: String = "") -> (status: Int, value: Value) {
            let request = APIRequest(
                method: method, target: "/flotilla-simulator/v1/faults", headers: ["content-type": "application/json"],
                body: Array(body.utf8))
            guard case .response(let response) = supervisor.state.handle(request, at: supervisor.now) else {
                return (0, nil)
            }
            return (response.status, response.value)
        }
        let set = call(
            "PUT", #"{"controllers":{"noResizer":true,"volumeUsage":{"harbor/data":97},"imagePull":"100ms"}}"#)
        #expect(set.status == 200)
        #expect(set.value[at: "controllers", "noResizer"] == true)
        #expect(set.value[at: "controllers", "volumeUsage", "harbor/data"] == 97)
        #expect(call("PUT", #"{"controllers":{"noResizr":true}}"#).status == 400)
        #expect(call("PUT", #"{"controllers":{"noResizer":"yes"}}"#).status == 400)
        #expect(call("DELETE").value[at: "controllers", "noResizer"] == false)
        #expect(call("GET").value[at: "controllers", "imagePull"] == "100ms")
    }

    @Test func theSchedulersEventsHaveTheNewForm() throws {
        var supervisor = Supervisor()
        try supervisor.apply(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: p}
            spec: {containers: [{name: c, image: "i:1"}]}
            """, namespace: "default")
        supervisor.run(.seconds(5))
        let event = supervisor.all("Event").first { $0["reason"] == "Scheduled" }
        #expect(event?["count"] == nil)
        #expect(event?["firstTimestamp"] == .null)
        #expect(event?["action"] == "Binding")
        #expect(event?["source"] == [:])
        #expect(event?["reportingComponent"] == "default-scheduler")
        #expect(event?["eventTime"]?.stringValue?.count == "2026-11-22T11:46:19.566274Z".count)
        #expect(supervisor.all("Pod").first?[at: "status", "phase"] == "Running")
    }
}
