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
}
