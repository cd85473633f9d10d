import Foundation
import SupervisorCluster
import Testing

/// The commands beside those of the story, with the newest and the oldest kubectl against both profiles.
@Suite(.serialized) struct KubectlCommandsTests {
    private static let deployment = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, labels: {app: web}}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec: {containers: [{name: web, image: "registry.example.com/web:1"}]}
        """

    /// A command, what its standard input is, and texts that its output has to hold.
    struct Step {
        var command: String
        var input: String?
        var texts: [String]
        /// Nil = both clients.
        var only: Kubectl.Client?
        /// The exit code that is expected.
        var exit: Int32

        init(
            _ command: String, _ texts: String..., input: String? = nil, only: Kubectl.Client? = nil, exit: Int32 = 0
        ) {
            self.command = command
            self.texts = texts
            self.input = input
            self.only = only
            self.exit = exit
        }
    }

    private static func deployment(image: String) -> String {
        deployment.replacingOccurrences(of: "web:1", with: image)
    }

    static let steps: [Step] = [
        Step("create -f -", "deployment.apps/web created", input: deployment),
        Step("create -f -", "(AlreadyExists)", "deployments.apps \"web\" already exists", input: deployment, exit: 1),
        Step("rollout status deployment/web --timeout=60s", "deployment \"web\" successfully rolled out"),
        // Declarative: the client's way, then the server's.
        Step(
            "apply -f -", "deployment.apps/web configured", input: deployment(image: "web:2")),
        Step(
            "apply -f - --dry-run=server", "deployment.apps/web unchanged (server dry run)",
            input: deployment(image: "web:2")),
        Step(
            "diff -f -", "image: registry.example.com/web:3", input: deployment(image: "web:3"), exit: 1),
        Step("rollout status deployment/web --timeout=60s", "successfully rolled out"),
        Step("rollout history deployment/web", "REVISION", "1", "2"),
        Step("rollout history deployment/web --revision=1", "registry.example.com/web:1"),
        Step("rollout undo deployment/web", "deployment.apps/web rolled back"),
        Step("rollout status deployment/web --timeout=60s", "successfully rolled out"),
        Step("get deployment web -o jsonpath={.spec.template.spec.containers[0].image}", "registry.example.com/web:1"),
        Step("rollout history deployment/web", "3"),
        Step("rollout pause deployment/web", "deployment.apps/web paused"),
        Step("rollout resume deployment/web", "deployment.apps/web resumed"),
        Step("rollout restart deployment/web", "deployment.apps/web restarted"),
        Step("rollout status deployment/web --timeout=60s", "successfully rolled out"),
        Step(
            "apply --server-side --field-manager=other -f -",
            "Apply failed with 1 conflict: conflict", ".spec.replicas",
            input: deployment.replacingOccurrences(of: "replicas: 2", with: "replicas: 4"), exit: 1),
        Step(
            "apply --server-side --field-manager=other --force-conflicts -f -",
            "deployment.apps/web serverside-applied",
            input: deployment.replacingOccurrences(of: "replicas: 2", with: "replicas: 4")),
        Step("scale deployment/web --replicas=3", "deployment.apps/web scaled"),
        Step("rollout status deployment/web --timeout=60s", "successfully rolled out"),
        Step("get deployment web --no-headers", "3/3"),
        Step("autoscale deployment/web --min=1 --max=5 --cpu-percent=60", "autoscaling/web autoscaled"),
        Step("get hpa web --no-headers", "Deployment/web"),
        Step("delete hpa web", "deleted"),
        Step("create ingress web --rule=web.example.com/*=web:80", "ingress.networking.k8s.io/web created"),
        Step("scale deployment/web --replicas=1 --current-replicas=7", "Expected replicas to be 7, was 3", exit: 1),
        Step("label deployment web tier=front", "deployment.apps/web labeled"),
        Step("label deployment web tier=back", "'tier' already has a value", exit: 1),
        Step("annotate deployment web note=seen", "deployment.apps/web annotated"),
        Step("set image deployment/web web=registry.example.com/web:4", "deployment.apps/web image updated"),
        Step(
            "patch deployment web --type=json -p [{\"op\":\"replace\",\"path\":\"/spec/replicas\",\"value\":1}]",
            "deployment.apps/web patched"),
        Step(
            "patch deployment web -p {\"spec\":{\"selector\":{\"matchLabels\":{\"app\":\"x\"}}}}",
            "The Deployment \"web\" is invalid", "field is immutable", exit: 1),
        Step("rollout status deployment/web --timeout=60s", "successfully rolled out"),
        Step("get all", "pod/web-", "deployment.apps/web", "replicaset.apps/web-"),
        Step("get pods -o wide", "NODE", "esx-", "10."),
        Step("get pods -l app=web -o name", "pod/web-"),
        Step("get deployment web -o yaml", "kind: Deployment", "tier: front"),
        Step("get deployment web -o json", "\"kind\": \"Deployment\""),
        Step("get deployments -o custom-columns=NAME:.metadata.name,WANTED:.spec.replicas", "web", "1"),
        Step("get events --field-selector=involvedObject.kind=Deployment", "ScalingReplicaSet"),
        Step("logs deployment/web", "web"),
        Step("describe deployment web", "RollingUpdateStrategy:", "ScalingReplicaSet"),
        Step("describe node esx-1", "Roles:", "agent", "Kubelet Version:"),
        Step("explain deployment", "KIND:", "Deployment", "spec"),
        Step("explain deployment.spec.strategy.rollingUpdate", "maxSurge", "maxUnavailable"),
        Step("explain pods.spec.containers --recursive", "mountPath", "containerPort"),
        Step(
            "apply -f -", "unknown field", "imag", input: deployment.replacingOccurrences(of: "image:", with: "imag:"),
            exit: 1),
        Step("create deployment made --image=registry.example.com/made:1", "deployment.apps/made created"),
        Step("delete deployment made", "deployment.apps \"made\" deleted"),
        Step("auth can-i create deployments", "yes"),
        Step("create role reader --verb=get --resource=pods", "role.rbac.authorization.k8s.io/reader created"),
        Step("create quota few --hard=count/secrets=100", "resourcequota/few created"),
        Step("describe quota few", "count/secrets", "100"),
        Step("create configmap m --from-literal=a=1", "configmap/m created"),
        Step(
            "replace -f -", "configmap/m replaced",
            input: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {a: \"2\"}\n"),
        Step("get configmap m -o jsonpath={.data.a}", "2"),
        Step("delete configmap m --dry-run=server", "configmap \"m\" deleted (server dry run)"),
        Step("delete configmap m", "configmap \"m\" deleted"),
        Step("get configmap m", "Error from server (NotFound): configmaps \"m\" not found", exit: 1),
        Step(
            "wait deployment/web --for=condition=Nothing --timeout=1s", "timed out waiting for the condition", exit: 1),
        Step("delete deployment web --cascade=foreground --timeout=60s", "deployment.apps \"web\" deleted"),
        Step("get pods", "No resources found"),
    ]

    @Test(.timeLimit(.minutes(10)), arguments: KubectlMatrixTests.rows)
    func everyCommandAnswersAsTheRealServerMakesIt(row: KubectlMatrixTests.Row) async throws {
        guard row.client.path != nil else {
            print("skipped: there is no \(row) (KUBECTL or PATH; Debian's 1.20 below FLOTILLA_TOOLS)")
            return
        }
        try await ServedSupervisor.run(row.profile, client: row.client) { kubectl in
            for step in Self.steps where step.only == nil || step.only == row.client {
                let result = try await kubectl.run(step.command, input: step.input)
                let printed = result.output + result.errors
                #expect(result.exit == step.exit, "\(row): \(step.command): \(printed)")
                for text in step.texts {
                    #expect(printed.contains(text), "\(row): \(step.command): \(printed)")
                }
            }
        }
    }
}
