import FleetRuntime
import ResourceModel
import SupervisorCluster
import SupervisorHTTP
import Testing

/// Admission webhooks with a URL are asked, and their answers have the effect they have on an API server.
struct WebhookTests {
    private static let maps = "/api/v1/namespaces/default/configmaps"

    private static func configuration(_ kind: String, policy: String = "Fail") -> Value {
        [
            "metadata": ["name": "w"],
            "webhooks": [
                [
                    "name": "check.example.com", "admissionReviewVersions": ["v1"], "sideEffects": "None",
                    "failurePolicy": .string(policy), "timeoutSeconds": 3,
                    "clientConfig": ["url": "https://127.0.0.1:1/check"],
                    "rules": [
                        [
                            "apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"],
                            "operations": ["CREATE", "DELETE"],
                        ]
                    ],
                ]
            ],
        ]
    }

    private static func supervisor(
        _ kind: String, policy: String = "Fail", _ answer: @escaping @Sendable (Value) -> WebhookAnswer
    ) async throws -> SimulatedSupervisor {
        var settings = ClusterSettings()
        settings.profile = .kubernetes132
        let supervisor = SimulatedSupervisor(settings: settings, time: ServedSupervisor.time) { call in
            guard let review = try? JSONReader.read(call.body) else { return .failure("no review") }
            return answer(review)
        }
        let made = try await send(
            supervisor, "POST",
            "/apis/admissionregistration.k8s.io/v1/\(kind)webhookconfigurations", configuration(kind, policy: policy))
        #expect(made.status == 201)
        return supervisor
    }

    private static func send(
        _ supervisor: SimulatedSupervisor, _ method: String, _ target: String, _ body: Value? = nil
    ) async throws -> (status: Int, warning: String?, body: Value) {
        let reply = try await supervisor.send(
            HTTPExchangeRequest(
                method: method, target: target, headers: [HTTPHeader("Content-Type", "application/json")],
                body: body.map(JSONWriter.bytes) ?? []))
        let bytes = try await reply.body.collect(upTo: 1 << 20)
        let warning = reply.headers.first { $0.name == "Warning" }?.value
        return (reply.status, warning, (try? JSONReader.read(bytes)) ?? .null)
    }

    private static func review(_ asked: Value, _ response: Value) -> WebhookAnswer {
        var response = response
        response["uid"] = asked[at: "request", "uid"]
        return .reply(
            status: 200,
            body: JSONWriter.bytes([
                "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": response,
            ]))
    }

    private static let map: Value = ["metadata": ["name": "m"], "data": ["a": "1"]]

    @Test func aRefusalIsToldWithItsName() async throws {
        let supervisor = try await Self.supervisor("validating") { asked in
            #expect(asked[at: "request", "operation"] == "CREATE")
            #expect(asked[at: "request", "object", "data", "a"] == "1")
            #expect(asked[at: "request", "userInfo", "username"] == "kubernetes-admin")
            return Self.review(asked, ["allowed": false, "status": ["message": "not today", "code": 403]])
        }
        let reply = try await Self.send(supervisor, "POST", Self.maps, Self.map)
        #expect(reply.status == 403)
        #expect(reply.body["message"] == "admission webhook \"check.example.com\" denied the request: not today")
        #expect(try await Self.send(supervisor, "GET", "\(Self.maps)/m").status == 404)
    }

    @Test func aPatchAndAWarningComeThrough() async throws {
        let patch = "W3sib3AiOiJhZGQiLCJwYXRoIjoiL2RhdGEvYiIsInZhbHVlIjoiMiJ9XQ=="
        let supervisor = try await Self.supervisor("mutating") { asked in
            Self.review(
                asked,
                ["allowed": true, "patchType": "JSONPatch", "patch": .string(patch), "warnings": ["b was added"]])
        }
        let reply = try await Self.send(supervisor, "POST", Self.maps, Self.map)
        #expect(reply.status == 201)
        #expect(reply.body["data"] == ["a": "1", "b": "2"])
        #expect(reply.warning == "299 - \"b was added\"")
    }

    @Test(arguments: [
        (
            WebhookAnswer.failure("dial tcp 127.0.0.1:1: connect: connection refused"),
            "failed to call webhook: Post \"https://127.0.0.1:1/check?timeout=3s\": dial tcp 127.0.0.1:1: connect: "
                + "connection refused"
        ),
        (
            .failure("context deadline exceeded"),
            "failed to call webhook: Post \"https://127.0.0.1:1/check?timeout=3s\": context deadline exceeded"
        ),
        (
            .reply(status: 503, body: []),
            "failed to call webhook: the server is currently unable to handle the request"
        ),
        (
            .reply(status: 200, body: Array("{}".utf8)),
            "received invalid webhook response: webhook response was absent"
        ),
    ])
    func oneThatCannotBeAskedStopsTheWriteUnlessItIsIgnored(answer: WebhookAnswer, text: String) async throws {
        let strict = try await Self.supervisor("validating") { _ in answer }
        let refused = try await Self.send(strict, "POST", Self.maps, Self.map)
        #expect(refused.status == 500)
        #expect(
            refused.body["message"]
                == .string("Internal error occurred: failed calling webhook \"check.example.com\": \(text)"))
        let lenient = try await Self.supervisor("validating", policy: "Ignore") { _ in answer }
        #expect(try await Self.send(lenient, "POST", Self.maps, Self.map).status == 201)
    }

    @Test func aDeletionIsAskedForAsWell() async throws {
        let supervisor = try await Self.supervisor("validating") { asked in
            let isDeletion = asked[at: "request", "operation"] == "DELETE"
            return Self.review(asked, ["allowed": .bool(!isDeletion)])
        }
        #expect(try await Self.send(supervisor, "POST", Self.maps, Self.map).status == 201)
        let refused = try await Self.send(supervisor, "DELETE", "\(Self.maps)/m")
        #expect(refused.status == 400)
        #expect(
            refused.body["message"]
                == "admission webhook \"check.example.com\" denied the request without explanation")
    }

    // MARK: Behind a Service

    private static func behindService(
        _ conditions: Value? = nil, policy: String = "Fail"
    ) -> Value {
        var configuration = configuration("validating", policy: policy)
        var webhook = configuration["webhooks"]?[0] ?? [:]
        webhook["clientConfig"] = ["service": ["namespace": "default", "name": "guard", "path": "/check"]]
        webhook["matchConditions"] = conditions
        configuration["webhooks"] = [webhook]
        return configuration
    }

    private static let hooks = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"
    private static let service: Value = [
        "metadata": ["name": "guard"], "spec": ["ports": [["port": 443, "targetPort": 8443]]],
    ]
    private static let endpoints: Value = [
        "metadata": ["name": "guard"],
        "subsets": [["addresses": [["ip": "10.0.0.9"]], "ports": [["port": 8443]]]],
    ]

    @Test func oneBehindAServiceAdmitsOnceAPodIsReady() async throws {
        let supervisor = SimulatedSupervisor(settings: ClusterSettings(), time: ServedSupervisor.time)
        #expect(try await Self.send(supervisor, "POST", Self.hooks, Self.behindService()).status == 201)
        func refusal() async throws -> String? {
            try await Self.send(supervisor, "POST", Self.maps, Self.map).body["message"]?.stringValue
        }
        let start =
            "Internal error occurred: failed calling webhook \"check.example.com\": failed to call webhook: Post "
            + "\"https://guard.default.svc:443/check?timeout=3s\": "
        #expect(try await refusal() == start + "service \"guard\" not found")
        #expect(
            try await Self.send(supervisor, "POST", "/api/v1/namespaces/default/services", Self.service).status == 201)
        #expect(try await refusal() == start + "no endpoints available for service \"guard\"")
        #expect(
            try await Self.send(supervisor, "POST", "/api/v1/namespaces/default/endpoints", Self.endpoints).status
                == 201)
        #expect(try await Self.send(supervisor, "POST", Self.maps, Self.map).status == 201)
    }

    @Test func oneBehindAServiceIsAskedWhereTheSettingsSay() async throws {
        var settings = ClusterSettings()
        settings.webhookServices = ["default/guard": "https://127.0.0.1:9443"]
        let supervisor = SimulatedSupervisor(settings: settings, time: ServedSupervisor.time) { call in
            #expect(call.url == "https://127.0.0.1:9443/check?timeout=3s")
            #expect(call.serverName == "guard.default.svc")
            return .failure("dial tcp 127.0.0.1:9443: connect: connection refused")
        }
        _ = try await Self.send(supervisor, "POST", "/api/v1/namespaces/default/services", Self.service)
        _ = try await Self.send(supervisor, "POST", Self.hooks, Self.behindService())
        let refused = try await Self.send(supervisor, "POST", Self.maps, Self.map)
        #expect(
            refused.body["message"]
                == "Internal error occurred: failed calling webhook \"check.example.com\": failed to call webhook: Post \"https://guard.default.svc:443/check?timeout=3s\": dial tcp 127.0.0.1:9443: connect: connection refused"
        )
    }

    @Test func conditionsChooseWhatIsAskedAboutWhereTheServerKnowsThem() async throws {
        let conditions: Value = [["name": "guarded", "expression": "object.data.a != '1'"]]
        var settings = ClusterSettings()
        settings.profile = .kubernetes132
        let new = SimulatedSupervisor(settings: settings, time: ServedSupervisor.time)
        #expect(try await Self.send(new, "POST", Self.hooks, Self.behindService(conditions)).status == 201)
        #expect(try await Self.send(new, "POST", Self.maps, Self.map).status == 201)
        let other: Value = ["metadata": ["name": "n"], "data": ["a": "2"]]
        #expect(try await Self.send(new, "POST", Self.maps, other).status == 500)
        // No such field: the condition cannot be told, so the write is refused.
        let bare: Value = ["metadata": ["name": "o"]]
        let refused = try await Self.send(new, "POST", Self.maps, bare)
        #expect(refused.status == 403)
        #expect(
            refused.body["message"]
                == "configmaps \"o\" is forbidden: expression 'object.data.a != '1'' resulted in error: no such key: data"
        )
        let broken = try await Self.send(
            new, "POST", Self.hooks, Self.behindService([["name": "b", "expression": "object."]]))
        #expect(broken.status == 422)

        let old = SimulatedSupervisor(settings: ClusterSettings(), time: ServedSupervisor.time)
        let strict = try await Self.send(
            old, "POST", "\(Self.hooks)?fieldValidation=Strict", Self.behindService(conditions))
        #expect(strict.status == 400)
        #expect(
            strict.body["message"]?.stringValue?.hasSuffix(
                "strict decoding error: unknown field \"webhooks[0].matchConditions\"") ?? false)
        let made = try await Self.send(old, "POST", Self.hooks, Self.behindService(conditions))
        #expect(made.status == 201)
        #expect(made.body["webhooks"]?[0]?["matchConditions"] == nil)
        #expect(try await Self.send(old, "POST", Self.maps, Self.map).status == 500)
    }
}
