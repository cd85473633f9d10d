import Foundation
import SupervisorCluster
import TestSupport
import Testing

/// What operators do with kubectl, with the newest and the oldest client against both profiles.
@Suite(.serialized) struct KubectlMatrixTests {
    struct Row: CustomStringConvertible {
        var client: Kubectl.Client
        var profile: ServerProfile
        var description: String { "\(client) kubectl, \(profile.rawValue)" }
    }

    static let rows = Kubectl.Client.allCases.flatMap { client in
        ServerProfile.allCases.map { Row(client: client, profile: $0) }
    }

    /// A service as the story has it: a deployment that mounts a claim, and its configuration.
    private static let manifest = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: svc-harbor-domain-c8}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: harbor-core, namespace: svc-harbor-domain-c8}
        data: {LOG_LEVEL: info}
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: harbor-registry, namespace: svc-harbor-domain-c8}
        spec:
          accessModes: [ReadWriteOnce]
          resources: {requests: {storage: 10Gi}}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: harbor-registry, namespace: svc-harbor-domain-c8, labels: {app: registry}}
        spec:
          replicas: 1
          selector: {matchLabels: {app: registry}}
          template:
            metadata: {labels: {app: registry}}
            spec:
              containers:
              - name: registry
                image: registry.example.com/harbor/registry:2.6.1
                volumeMounts: [{name: data, mountPath: /storage}]
              volumes:
              - name: data
                persistentVolumeClaim: {claimName: harbor-registry}
        """

    @Test(.timeLimit(.minutes(10)), arguments: rows)
    func everyCommandOfTheStoryWorks(row: Row) async throws {
        guard row.client.path != nil else {
            print("skipped: there is no \(row) (KUBECTL or PATH; Debian's 1.20 below FLOTILLA_TOOLS)")
            return
        }
        try await ServedSupervisor.run(row.profile, client: row.client) { kubectl in
            let editor = kubectl.home.appendingPathComponent("editor")
            try Data("#!/bin/sh\nsed -i 's/storage: 10Gi/storage: 50Gi/' \"$1\"\n".utf8).write(to: editor)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: editor.path)
            let kubectl = kubectl.with("KUBE_EDITOR", editor.path)
            func expect(_ command: String, _ texts: String..., input: String? = nil) async throws {
                let result = try await kubectl.run(command, input: input)
                #expect(result.exit == 0, "\(row): \(command): \(result.errors)")
                for text in texts {
                    #expect(result.output.contains(text), "\(row): \(command): \(result.output)\(result.errors)")
                }
            }
            let inside = "-n svc-harbor-domain-c8"
            try await expect("apply -f -", "deployment.apps/harbor-registry created", input: Self.manifest)
            try await expect(
                "apply -f -", "deployment.apps/harbor-registry unchanged", "configmap/harbor-core unchanged",
                input: Self.manifest)
            try await expect(
                "\(inside) wait deploy/harbor-registry --for=condition=Available --timeout=60s", "condition met")
            try await expect("\(inside) rollout status deploy/harbor-registry --timeout=60s", "successfully rolled out")
            try await expect("\(inside) get deploy,pods,pvc", "1/1", "Running", "Bound", "10Gi")
            try await expect("get nodes -o wide", "esx-1", row.profile.gitVersion)
            try await expect("\(inside) get pvc harbor-registry -o jsonpath={.status.phase}", "Bound")
            try await expect("\(inside) describe deploy harbor-registry", "ScalingReplicaSet", "1 available")
            try await expect("\(inside) describe pvc harbor-registry", "ProvisioningSucceeded", "Used By:", "10Gi")
            try await expect("\(inside) describe pods", "Successfully assigned", "/storage from data (rw)")
            try await expect("describe namespace svc-harbor-domain-c8", "Status:", "Active")
            let events = row.client == .current ? "events" : "get events"
            try await expect("\(inside) \(events)", "ExternalProvisioning", "Scheduled", "SuccessfulCreate")

            // Growing a claim by hand, with an editor, is drift that the agent has to see.
            async let watched = kubectl.run(
                ["-n", "svc-harbor-domain-c8", "get", "pvc", "harbor-registry", "-w", "--request-timeout=5s"])
            try await expect("\(inside) edit pvc harbor-registry", "persistentvolumeclaim/harbor-registry edited")
            let seen = try await watched
            #expect(seen.output.contains("50Gi"), "\(row): \(seen.output) \(seen.errors)")
            try await expect("\(inside) \(events)", "ExternalExpanding", "FileSystemResizeSuccessful")
            try await expect("\(inside) get pvc harbor-registry -o yaml", "storage: 50Gi")

            try await expect("\(inside) delete deploy harbor-registry --timeout=60s", "\"harbor-registry\" deleted")
            // 1.20 takes it for a mistake that nothing is left to wait for.
            if row.client == .current {
                try await expect("\(inside) wait pod -l app=registry --for=delete --timeout=60s")
            }
            try await expect("delete namespace svc-harbor-domain-c8 --timeout=60s", "deleted")
            let gone = try await kubectl.run("get pv --no-headers")
            #expect(gone.output.isEmpty, "\(gone.output)")
        }
    }

    /// Objects for which kubectl itself makes a patch of an unchanged manifest, and says "configured", on any API
    /// server: a field given as null (`subPath:`, `data:`), `$retainKeys` for a strategy whose other fields are
    /// defaults, a list without merge key whose items have defaults (`rules[].scope`). The server finds nothing to do.
    static let alwaysConfigured: [(package: String, objects: [String])] = [
        (
            "harbor-",
            [
                "deployment.apps/harbor-jobservice", "deployment.apps/harbor-registry",
                "statefulset.apps/harbor-database", "statefulset.apps/harbor-redis", "statefulset.apps/harbor-trivy",
            ]
        ),
        (
            "cert-manager-",
            [
                "configmap/cert-manager-webhook",
                "mutatingwebhookconfiguration.admissionregistration.k8s.io/cert-manager-webhook",
                "validatingwebhookconfiguration.admissionregistration.k8s.io/cert-manager-webhook",
            ]
        ),
        ("metrics-server-", ["deployment.apps/metrics-server"]),
    ]

    /// kapp keeps documents of its own for itself; no API server knows them.
    private static func documents(_ text: String) -> [String] {
        ("\n" + text).components(separatedBy: "\n---").filter { !$0.contains("apiVersion: kapp.k14s.io/") }
    }

    @Test(
        .enabled(if: Kubectl.path != nil, "needs kubectl (KUBECTL or PATH)"),
        .enabled(if: TestData.exists("rendered"), "needs the test data (FLOTILLA_TESTDATA)"), .timeLimit(.minutes(10)),
        arguments: TestData.names(in: "rendered"))
    func everyRenderedPackageAppliesTwiceToAFreshSupervisor(name: String) async throws {
        let documents = Self.documents(try TestData.text("rendered/\(name)"))
        try await ServedSupervisor.run(.kubernetes125) { kubectl in
            // kapp orders namespaces and CRDs first; so do operators.
            let namespaces = Set(
                documents.flatMap { $0.split(separator: "\n") }.compactMap { line -> String? in
                    guard line.hasPrefix("  namespace: ") else { return nil }
                    return String(line.dropFirst("  namespace: ".count)).replacingOccurrences(of: "\"", with: "")
                })
            for namespace in namespaces.sorted() where !["default", "kube-system"].contains(namespace) {
                let made = try await kubectl.run("create namespace \(namespace)")
                #expect(made.exit == 0, "\(made.errors)")
            }
            let text = documents.joined(separator: "\n---\n")
            let first = try await kubectl.run("apply -f -", input: text)
            let noise = first.errors.split(separator: "\n").filter { !$0.hasPrefix("Warning:") }
            #expect(first.exit == 0, "\(name): \(noise.joined(separator: "\n").prefix(2000))")
            let second = try await kubectl.run("apply -f -", input: text)
            let changed = Set(
                second.output.split(separator: "\n").map(String.init).filter { !$0.hasSuffix(" unchanged") })
            let expected = Self.alwaysConfigured.first { name.hasPrefix($0.package) }?.objects ?? []
            #expect(changed == Set(expected.map { "\($0) configured" }), "\(name)")
            let generations = try await kubectl.run(
                "get deployments,statefulsets,validatingwebhookconfigurations,mutatingwebhookconfigurations -A "
                    + "-o jsonpath={.items[*].metadata.generation}")
            #expect(Set(generations.output.split(separator: " ")).subtracting(["1"]).isEmpty, "\(generations.output)")
        }
    }
}
