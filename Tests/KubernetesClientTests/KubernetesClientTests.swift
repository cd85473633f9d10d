import FleetModel
import FleetRuntime
import KubernetesClient
import Logging
import ResourceModel
import TestSupport
import Testing

private let configMap = GroupVersionKind(group: "", version: "v1", kind: "ConfigMap")

private func client(_ exchange: ScriptedExchange, clock: InstantClock = InstantClock()) -> KubernetesClient {
    KubernetesClient(
        exchange: exchange, credential: .token("secret"),
        time: TimeSource(clock: clock) { Timestamp(milliseconds: 1_000_000) }, logger: Logger(label: "test"))
}

private func object(_ name: String, version: String = "1") -> String {
    #"{"metadata":{"name":"\#(name)","namespace":"ns","resourceVersion":"\#(version)"}}"#
}

@Suite struct KubernetesClientTests {
    @Test func listsAllPagesAndNamesTheKindOfEachItem() async throws {
        let exchange = ScriptedExchange.withDiscovery()
        exchange.on(
            "GET /api/v1/namespaces/ns/configmaps?limit=500",
            .json(200, #"{"metadata":{"resourceVersion":"7","continue":"t+1"},"items":[\#(object("a"))]}"#))
        exchange.on(
            "GET /api/v1/namespaces/ns/configmaps?limit=500&continue=t%2B1",
            .json(200, #"{"metadata":{"resourceVersion":"7"},"items":[\#(object("b"))]}"#))
        let list = try await client(exchange).list(configMap, namespace: "ns")
        #expect(list.resourceVersion == "7")
        #expect(list.items.map(\.objectName) == ["a", "b"])
        #expect(list.items.allSatisfy { $0.kind == "ConfigMap" && $0.apiVersion == "v1" })
        #expect(exchange.requests.allSatisfy { $0.headers.contains(HTTPHeader("Authorization", "Bearer secret")) })
    }

    @Test func sendsSelectorsEncoded() async throws {
        let exchange = ScriptedExchange.withDiscovery()
        exchange.on("GET /api/v1/configmaps", .json(200, #"{"metadata":{"resourceVersion":"7"},"items":[]}"#))
        _ = try await client(exchange).list(
            configMap, options: ListOptions(labelSelector: "a/b=c,d in (e)", fieldSelector: "metadata.name=x"))
        #expect(
            exchange.lines.last
                == "GET /api/v1/configmaps?labelSelector=a%2Fb%3Dc%2Cd%20in%20%28e%29"
                + "&fieldSelector=metadata.name%3Dx&limit=500")
    }

    @Test func startsTheListOverWhenTheContinueTokenHasExpired() async throws {
        let exchange = ScriptedExchange.withDiscovery()
        exchange.on(
            "GET /api/v1/configmaps?limit=500",
            .json(200, #"{"metadata":{"resourceVersion":"7","continue":"old"},"items":[\#(object("a"))]}"#),
            .json(200, #"{"metadata":{"resourceVersion":"9"},"items":[\#(object("a")),\#(object("b"))]}"#))
        exchange.on(
            "GET /api/v1/configmaps?limit=500&continue=old",
            .json(410, #"{"kind":"Status","reason":"Expired","message":"too old","code":410}"#))
        let list = try await client(exchange).list(configMap)
        #expect(list.resourceVersion == "9")
        #expect(list.items.count == 2)
    }

    @Test func keepsTheServersWordsAndCauses() async throws {
        let exchange = ScriptedExchange.withDiscovery()
        exchange.on(
            "PUT /api/v1/namespaces/ns/configmaps/a",
            .json(
                422,
                #"""
                {"kind":"Status","status":"Failure","reason":"Invalid","code":422,
                "message":"ConfigMap \"a\" is invalid: data: Forbidden: field is immutable when `immutable` is set",
                "details":{"causes":[{"reason":"FieldValueForbidden","message":"Forbidden: x","field":"data"}]}}
                """#))
        let changed: Value = [
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a", "namespace": "ns"],
        ]
        do {
            _ = try await client(exchange).replace(changed)
            Issue.record("must be refused")
        } catch {
            #expect(error.isInvalid)
            #expect(
                error.description
                    == "ConfigMap \"a\" is invalid: data: Forbidden: field is immutable when `immutable` is set"
                    + " (reason: Invalid)")
            #expect(error.causes == [.init(reason: "FieldValueForbidden", message: "Forbidden: x", field: "data")])
        }
    }

    @Test func triesAgainAfterOverloadAndHonoursRetryAfter() async throws {
        let exchange = ScriptedExchange.withDiscovery()
        exchange.on(
            "GET /api/v1/namespaces/ns/configmaps/a",
            .text(429, "Too many requests, please try again later.", [HTTPHeader("Retry-After", "3")]),
            .text(503, "", []), .json(200, object("a")))
        let clock = InstantClock()
        let found = try await client(exchange, clock: clock).get(configMap, namespace: "ns", name: "a")
        #expect(found.objectName == "a")
        #expect(clock.sleeps == [.seconds(3), .seconds(1)])
    }

    @Test func givesUpAfterABoundedNumberOfTries() async throws {
        let exchange = ScriptedExchange.withDiscovery()
        exchange.on("GET /api/v1/namespaces/ns/configmaps/a", .text(503, "down", []))
        await #expect(throws: KubernetesError.self) {
            _ = try await client(exchange).get(configMap, namespace: "ns", name: "a")
        }
        #expect(exchange.requests.count == 7)
    }

    @Test func doesNotRepeatAWriteWhoseFateIsUnknown() async throws {
        let exchange = ScriptedExchange.withDiscovery()
        exchange.on("POST /api/v1/namespaces/ns/configmaps", .failure(.interrupted("reset")))
        let new: Value = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a", "namespace": "ns"]]
        await #expect(throws: KubernetesError.self) { _ = try await client(exchange).create(new) }
        #expect(exchange.requests.count == 2)
    }

    @Test func refusesAnUnknownKindInKubectlsWords() async throws {
        let kind = GroupVersionKind(group: "p3.example.com", version: "v1", kind: "Bar")
        do {
            _ = try await client(.withDiscovery()).resource(for: kind)
            Issue.record("must be refused")
        } catch {
            #expect(error.isNoKindMatch)
            #expect(error.message == #"no matches for kind "Bar" in version "p3.example.com/v1""#)
        }
    }

    @Test func waitsForThePathOfANewCustomResource() async throws {
        let exchange = ScriptedExchange.withDiscovery()
        exchange.on(
            "GET /apis/p.example.com/v1",
            .json(200, #"{"resources":[{"name":"bars","kind":"Bar","namespaced":true,"verbs":[]}]}"#))
        exchange.on(
            "POST /apis/p.example.com/v1/namespaces/ns/bars", .text(404, "404 page not found\n", []),
            .text(404, "404 page not found\n", []), .json(201, object("b")))
        let new: Value = [
            "apiVersion": "p.example.com/v1", "kind": "Bar", "metadata": ["name": "b", "namespace": "ns"],
        ]
        #expect(try await client(exchange).create(new).objectName == "b")
    }

    @Test func findsThePreferredVersionOfAGroupsKind() async throws {
        let found = try await client(.withDiscovery()).preferredResource(group: "apps", kind: "Deployment")
        #expect(found?.plural == "deployments")
        #expect(try await client(.withDiscovery()).preferredResource(group: "apps", kind: "Nothing") == nil)
    }

    @Test func asksForADryRunWithTheContentTypeOfThePatch() async throws {
        let exchange = ScriptedExchange.withDiscovery()
        exchange.on("PATCH /api/v1/namespaces/ns/configmaps/a", .json(200, object("a")))
        _ = try await client(exchange).patch(
            configMap, namespace: "ns", name: "a", type: .apply, body: ["data": ["a": "b"]],
            options: WriteOptions(dryRun: true, fieldManager: "flotilla", force: true))
        let request = try #require(exchange.requests.last)
        #expect(
            request.target
                == "/api/v1/namespaces/ns/configmaps/a?dryRun=All&fieldManager=flotilla&force=true")
        #expect(request.headers.contains(HTTPHeader("Content-Type", "application/apply-patch+yaml")))
    }

    @Test func deletesWithPreconditions() async throws {
        let exchange = ScriptedExchange.withDiscovery()
        exchange.on("DELETE /api/v1/namespaces/ns/configmaps/a", .json(200, #"{"kind":"Status"}"#))
        try await client(exchange).delete(
            configMap, namespace: "ns", name: "a", options: DeleteOptions(propagation: .orphan, uid: "u-1"))
        let body = try JSONReader.read(try #require(exchange.requests.last).body)
        #expect(body["propagationPolicy"] == "Orphan")
        #expect(body[at: "preconditions", "uid"] == "u-1")
    }
}
