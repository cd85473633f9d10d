import Foundation
import SupervisorCluster
import SupervisorHTTP
import Testing

/// Client certificates beside tokens: the common name is the user, the organizations are the groups.
@Suite(.enabled(if: Kubectl.path != nil, "needs kubectl (KUBECTL or PATH)"))
struct ClientCertificateTests {
    @Test(.timeLimit(.minutes(10)))
    func theyNameUserAndGroups() async throws {
        try await ServedSupervisor.run(.kubernetes132) { kubectl in
            let nodes = try await kubectl.run("--context admin get nodes")
            #expect(nodes.exit == 0 && nodes.output.contains("esx-1"), "\(nodes.errors)")
            let who = try await kubectl.run("--context dev auth whoami")
            #expect(who.output.contains("dev") && who.output.contains("builders"), "\(who.output)\(who.errors)")
            let refused = try await kubectl.run("--context dev get pods")
            #expect(
                refused.errors.contains(
                    "pods is forbidden: User \"dev\" cannot list resource \"pods\" in API group \"\" in the namespace "
                        + "\"default\""), "\(refused.errors)")
            let role = try await kubectl.run("create role reader --verb=get,list --resource=pods")
            #expect(role.exit == 0, "\(role.errors)")
            let binding = try await kubectl.run("create rolebinding reader --role=reader --group=builders")
            #expect(binding.exit == 0, "\(binding.errors)")
            let allowed = try await kubectl.run("--context dev get pods")
            #expect(allowed.exit == 0, "\(allowed.errors)")
        }
    }

    @Test(.timeLimit(.minutes(10)), arguments: ["expired", "foreign"])
    func oneThatIsNotValidHereNamesNobody(context: String) async throws {
        try await ServedSupervisor.run(.kubernetes125) { kubectl in
            let refused = try await kubectl.run("--context \(context) get nodes")
            #expect(refused.exit == 1 && refused.errors.contains("You must be logged in"), "\(refused.errors)")
        }
    }

    @Test(.timeLimit(.minutes(10)))
    func theServersExpiredCertificateIsSeenWithThem() async throws {
        try await ServedSupervisor.run(.kubernetes125) { kubectl in
            let set = try await kubectl.run(
                "create --raw /flotilla-simulator/v1/faults -f -", input: #"{"kind": "expired-certificate"}"#)
            #expect(set.exit == 0, "\(set.errors)")
            let refused = try await kubectl.run("--context admin get nodes")
            #expect(refused.errors.contains("certificate has expired"), "\(refused.errors)")
        }
    }

    /// Made with openssl: a P-256 key, subject O=builders, CN=jane.
    private static let request = """
        -----BEGIN CERTIFICATE REQUEST-----
        MIHeMIGEAgEAMCIxETAPBgNVBAoMCGJ1aWxkZXJzMQ0wCwYDVQQDDARqYW5lMFkw
        EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE2jhBZI7vO3Krekl8vlc97h6H3JVc+DKB
        o2XhJAHXg3ZrWg1P7RqUBEstjw1OXNQTQJzZZLOR4vYQ489rZbcGUKAAMAoGCCqG
        SM49BAMCA0kAMEYCIQCAEGlCnW/JcgAg2FxZf8yyP7JX3rAikgExlO/71BmTgAIh
        AMkaCE8MqPzZ5M/cuksKROexAJia6xm8gEnfG6F3J+Vw
        -----END CERTIFICATE REQUEST-----
        """

    @Test(.timeLimit(.minutes(3)))
    func anApprovedRequestGetsACertificate() async throws {
        try await ServedSupervisor.run(.kubernetes132) { kubectl in
            let encoded = Data(Self.request.utf8).base64EncodedString()
            let manifest = """
                apiVersion: certificates.k8s.io/v1
                kind: CertificateSigningRequest
                metadata: {name: jane}
                spec: {request: \(encoded), signerName: kubernetes.io/kube-apiserver-client, usages: [client auth]}
                """
            #expect(try await kubectl.run("apply -f -", input: manifest).exit == 0)
            let asked = try await kubectl.run("get csr jane --no-headers")
            #expect(asked.output.contains("kubernetes-admin") && asked.output.contains("Pending"), "\(asked.output)")
            let approved = try await kubectl.run("certificate approve jane")
            #expect(approved.output.contains("jane approved"), "\(approved.errors)")
            let issued = try await kubectl.run(
                "wait csr/jane --for=jsonpath={.status.conditions[0].type}=Approved --timeout=60s")
            #expect(issued.exit == 0, "\(issued.errors)")
            var shown = ""
            for _ in 0..<600 where !shown.contains("Approved,Issued") {
                shown = try await kubectl.run("get csr jane --no-headers").output
                try await Task.sleep(for: .milliseconds(100))
            }
            #expect(shown.contains("Approved,Issued"), "\(shown)")
            let certificate = try await kubectl.run("get csr jane -o jsonpath={.status.certificate}")
            let text = Data(base64Encoded: certificate.output).map { String(decoding: $0, as: UTF8.self) } ?? ""
            #expect(text.hasPrefix("-----BEGIN CERTIFICATE-----"), "\(text)")

            let broken = manifest.replacingOccurrences(of: "client auth", with: "server auth")
                .replacingOccurrences(of: "name: jane", with: "name: wrong")
            #expect(try await kubectl.run("apply -f -", input: broken).exit == 0)
            _ = try await kubectl.run("certificate approve wrong")
            var state = ""
            for _ in 0..<600 where !state.contains("Failed") {
                state = try await kubectl.run("get csr wrong --no-headers").output
                try await Task.sleep(for: .milliseconds(100))
            }
            #expect(state.contains("Approved,Failed"), "\(state)")
        }
    }
}
