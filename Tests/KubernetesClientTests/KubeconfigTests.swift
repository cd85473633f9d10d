import FleetModel
import KubernetesClient
import ResourceModel
import Testing

@Suite struct KubeconfigTests {
    private func config(user: String, cluster: String = "") -> String {
        """
        apiVersion: v1
        kind: Config
        current-context: here
        contexts:
        - name: here
          context: {cluster: c, user: u, namespace: team}
        clusters:
        - name: c
          cluster:
            server: https://10.0.0.1:6443/
            certificate-authority: pki/ca.crt
            \(cluster)
        users:
        - name: u
          user:
            \(user)
        """
    }

    private func connection(_ yaml: String, context: String? = nil) throws(FleetError) -> ClusterConnection {
        try Kubeconfig(yaml: yaml, path: "/etc/agent/kubeconfig") { path in Array("content of \(path)".utf8) }
            .connection(context: context)
    }

    @Test func readsFilesRelativeToTheKubeconfig() throws {
        let found = try connection(config(user: "token: abc"))
        #expect(found.server == "https://10.0.0.1:6443")
        #expect(found.namespace == "team")
        #expect(found.certificateAuthorityPEM == Array("content of /etc/agent/pki/ca.crt".utf8))
        #expect(!found.skipsTLSVerification)
        guard case .token("abc") = found.credential else {
            Issue.record("token expected")
            return
        }
    }

    @Test func prefersDataOverFiles() throws {
        let found = try connection(config(user: "{client-certificate-data: aGk=, client-key-data: eW8=}"))
        #expect(found.clientCertificatePEM == Array("hi".utf8))
        #expect(found.clientKeyPEM == Array("yo".utf8))
    }

    @Test(arguments: [
        ("exec: {command: aws}", "from a program (exec: aws)"),
        ("auth-provider: {name: oidc}", "auth-provider"),
        ("username: joe", "username"),
        ("client-certificate-data: aGk=", "only one of"),
        ("{client-certificate-data: '***', client-key-data: eW8=}", "not base64"),
    ])
    func refusesWhatItCannotDo(user: String, words: String) {
        do {
            _ = try connection(config(user: user))
            Issue.record("must be refused")
        } catch {
            #expect(error.description.contains(words))
        }
    }

    @Test func namesAMissingContext() {
        #expect(throws: FleetError.self) { try connection(config(user: "token: abc"), context: "elsewhere") }
    }

    @Test(
        arguments: [("", []), ("aGk=", [0x68, 0x69]), ("aGkh", [0x68, 0x69, 0x21]), ("/+8=", [0xFF, 0xEF])]
            as [(String, [UInt8])])
    func decodesBase64(text: String, bytes: [UInt8]) {
        #expect(Base64.decode(text) == bytes)
    }

    @Test(arguments: ["a", "aGk", "aGk=a", "a_b=", "aGk=="]) func refusesBadBase64(text: String) {
        #expect(Base64.decode(text) == (text == "aGk" ? Array("hi".utf8) : nil))
    }
}
