import FleetModel
import FleetRuntime
import Foundation
import Logging
import ResourceModel
import SupervisorCluster
import SupervisorHTTP
import Testing

/// The HTTP front with an unmodified kubectl, over TLS.
@Suite(.serialized) struct SupervisorFrontTests {
    private static let time = ServedSupervisor.time

    private static let manifest = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: demo}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings, namespace: demo}
        data: {a: "1"}
        ---
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: db, namespace: demo}
        spec:
          serviceName: db
          selector: {matchLabels: {app: db}}
          template:
            metadata: {labels: {app: db}}
            spec: {containers: [{name: c, image: "registry/db:1"}]}
          volumeClaimTemplates:
          - metadata: {name: data}
            spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
        """

    @Test(
        .enabled(if: Kubectl.path != nil, "needs kubectl (KUBECTL or PATH)"), .timeLimit(.minutes(10)),
        arguments: ServerProfile.allCases)
    func kubectlWorksWithIt(profile: ServerProfile) async throws {
        try await ServedSupervisor.run(profile) { kubectl in
            let applied = try await kubectl.run("apply -f -", input: Self.manifest)
            #expect(applied.exit == 0, "\(applied.errors)")
            #expect(applied.output.contains("statefulset.apps/db created"))
            let again = try await kubectl.run("apply -f -", input: Self.manifest)
            #expect(again.output.contains("configmap/settings unchanged"), "\(again.errors)")

            let ready = try await kubectl.run("-n demo rollout status sts/db --timeout=60s")
            #expect(ready.exit == 0, "\(ready.errors)")
            let claim = try await kubectl.run("-n demo get pvc data-db-0 --no-headers")
            #expect(claim.output.contains("Bound"))

            let bigger = Self.manifest.replacingOccurrences(of: "storage: 1Gi", with: "storage: 2Gi")
            let refused = try await kubectl.run("apply -f -", input: bigger)
            #expect(refused.exit == 1)
            #expect(
                refused.errors.hasPrefix(
                    "The StatefulSet \"db\" is invalid: spec: Forbidden: updates to statefulset spec for fields other"
                ))

            let foreign = try await kubectl.run("apply --server-side --field-manager=x -f -", input: Self.manifest)
            #expect(foreign.errors.contains("conflict with \"kubectl-client-side-apply\""), "\(foreign.errors)")
            // kubectl's own manager takes over from client-side apply.
            let settings = Self.manifest.components(separatedBy: "---\n")[1]
            let served = try await kubectl.run("apply --server-side -f -", input: settings)
            #expect(served.exit == 0, "\(served.errors)")
            let managed = try await kubectl.run("-n demo get configmap settings -o yaml --show-managed-fields")
            #expect(managed.output.contains("manager: kubectl\n"), "\(managed.output)")
            #expect(!managed.output.contains("manager: kubectl-client-side-apply"), "\(managed.output)")
            let edited = try await kubectl.run("-n demo label sts db tier=data --overwrite")
            #expect(edited.exit == 0, "\(edited.errors)")
            let created = try await kubectl.run("-n demo create configmap made --from-literal=x=y")
            #expect(created.exit == 0, "\(created.errors)")
            let missing = try await kubectl.run("-n demo get pod nope")
            #expect(missing.errors == "Error from server (NotFound): pods \"nope\" not found\n")

            let deleted = try await kubectl.run("delete namespace demo --timeout=60s")
            #expect(deleted.exit == 0, "\(deleted.errors)")
            let gone = try await kubectl.run("get pv --no-headers")
            #expect(gone.output.isEmpty)
        }
    }

    @Test(.enabled(if: Kubectl.path != nil, "needs kubectl (KUBECTL or PATH)"), .timeLimit(.minutes(10)))
    func kubectlSeesChangesWhileItWatches() async throws {
        try await ServedSupervisor.run(.kubernetes132) { kubectl in
            let made = try await kubectl.run("create configmap seen --from-literal=a=1")
            #expect(made.exit == 0, "\(made.errors)")
            async let waited = kubectl.run(
                ["wait", "configmap/seen", "--for=jsonpath={.data.a}=2", "--timeout=60s"])
            let patched = try await kubectl.run(
                ["patch", "configmap", "seen", "--type=merge", "-p", #"{"data":{"a":"2"}}"#])
            #expect(patched.exit == 0, "\(patched.errors)")
            let result = try await waited
            #expect(result.exit == 0, "\(result.errors)")
        }
    }

    @Test func anExchangeInMemoryCarriesAWatch() async throws {
        let supervisor = SimulatedSupervisor(settings: ClusterSettings(), time: Self.time)
        let path = "/api/v1/namespaces/default/configmaps"
        let watch = try await supervisor.send(
            HTTPExchangeRequest(method: "GET", target: path + "?watch=1&timeoutSeconds=5"))
        var body = watch.body.makeAsyncIterator()
        let reply = try await supervisor.send(
            HTTPExchangeRequest(
                method: "POST", target: path, headers: [HTTPHeader("Content-Type", "application/json")],
                body: Array(#"{"metadata":{"name":"x"}}"#.utf8)))
        #expect(reply.status == 201)
        let chunk = try #require(try await body.next())
        let event = try JSONReader.read(chunk)
        #expect(event["type"] == "ADDED")
        #expect(event["object"]?.objectName == "x")
    }

    @Test func aWatchEndsCleanlyAtItsTimeout() async throws {
        let supervisor = SimulatedSupervisor(settings: ClusterSettings(), time: Self.time)
        let watch = try await supervisor.send(
            HTTPExchangeRequest(
                method: "GET",
                target: "/api/v1/namespaces?watch=1&timeoutSeconds=1&allowWatchBookmarks=true&resourceVersion=1000000"))
        let body = try await watch.body.collect(upTo: 1_000_000)
        #expect(String(decoding: body, as: UTF8.self).split(separator: "\n").allSatisfy { $0.contains("BOOKMARK") })
    }
}
