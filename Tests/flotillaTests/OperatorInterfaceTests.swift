import FleetModel
import FleetRuntime
import Foundation
import OperatorClient
import OperatorHTTP
import Synchronization
import TestSupport
import Testing

/// The HTTP interface through its own client, over a unix socket.
@Suite(.serialized) struct OperatorInterfaceTests {
    @Test func commandsArriveWithTheirIdAndCaller() async throws {
        try await RunningServer.with { server in
            let command = FleetCommand.deactivateService(ScriptedBackend.harbor)
            _ = try await server.client.submit(command, id: CommandID("c-1"))
            let seen = await server.backend.commands
            #expect(seen.map(\.id) == [CommandID("c-1")])
            #expect(seen.map(\.command) == [command])
            // The kernel says who is at the other end of the socket.
            #expect(seen.first?.by == Principal(name: "uid:\(getuid())", from: "unix"))
        }
    }

    @Test(
        arguments: [
            (FleetError.Code.invalidArgument, 2), (.notFound, 7), (.refused, 5), (.conflict, 8), (.unauthorized, 4),
            (.timedOut, 3), (.unavailable, 1), (FleetError.Code("from_the_future"), 1),
        ] as [(FleetError.Code, Int32)])
    func refusalsCrossTheWireWhole(code: FleetError.Code, exit: Int32) async throws {
        try await RunningServer.with { server in
            let refusal = FleetError(code, "what", reason: "why", next: "next")
            await server.backend.refuse(with: refusal)
            let error = await #expect(throws: FleetError.self) {
                try await server.client.submit(.deleteService(ScriptedBackend.harbor), id: CommandID("c"))
            }
            #expect(error == refusal)
            #expect(error?.exitCode == exit)
        }
    }

    @Test func badInputGetsAnErrorDocument() async throws {
        try await RunningServer.with { server in
            for (arguments, status, words) in [
                (["-d", "{", "http://x/v1/commands"], "400", "cannot be read"),
                (
                    ["-d", "{\"id\":\"a b\",\"command\":{\"deleteService\":{\"_0\":\"x\"}}}", "http://x/v1/commands"],
                    "400", "1 to 128 printable"
                ),
                (["http://x/v1/nothing"], "404", "there is no such path"),
                (["http://x/v1/events?after=minus"], "400", "not a position"),
                (["http://x/v1/events?limit=100000"], "400", "whole number from 1 to 1000"),
                (["http://x/v1/events?since=yesterday"], "400", "RFC 3339"),
                (["-H", "Last-Event-ID: 99", "http://x/v1/events/stream"], "409", "no position 99"),
            ] {
                let answer = try await server.curl(arguments)
                #expect(answer.hasSuffix(status), "\(arguments): \(answer)")
                #expect(answer.contains("\"error\""))
                #expect(answer.contains(words), "\(answer)")
            }
        }
    }

    @Test func bodiesBeyondTheLimitAreRefused() async throws {
        var limits = OperatorServer.Limits()
        limits.bodyBytes = 1000
        try await RunningServer.with(limits: limits) { server in
            let answer = try await server.curl([
                "-d", String(repeating: "x", count: 2000), "http://x/v1/commands",
            ])
            #expect(answer.contains("too large"))
            #expect(answer.hasSuffix("413"))
        }
    }

    @Test func aConditionalRequestWaitsForAChange() async throws {
        try await RunningServer.with { server in
            let task = FleetTask.scripted()
            await server.backend.reply(with: task)
            let first = try #require(try await server.client.task(task.id))
            async let second = server.client.task(task.id, unless: first.tag, wait: 30)
            await server.backend.emit(reason: "Other", message: "changes nothing of the task")
            await server.backend.update(task.with(.succeeded))
            #expect(try await second?.body.state == .succeeded)
            let same = try #require(try await server.client.task(task.id))
            #expect(try await server.client.task(task.id, unless: same.tag, wait: 1) == nil)
        }
    }

    @Test func theStreamFiltersHeartbeatsAndResumes() async throws {
        var limits = OperatorServer.Limits()
        limits.heartbeat = .milliseconds(50)
        limits.streamPage = 2
        try await RunningServer.with(limits: limits) { server in
            for number in 1...7 {
                await server.backend.emit(
                    reason: "R", message: "\(number)", supervisor: SupervisorID(number.isMultiple(of: 2) ? "b" : "a"))
            }
            let positions = Mutex<[UInt64]>([])
            try await server.client.follow(after: 1, filter: EventFilter(supervisor: SupervisorID("a"))) {
                (event) async throws(FleetError) -> Bool in
                positions.withLock { $0.append(event.position) }
                return event.position < 7
            }
            #expect(positions.withLock { $0 } == [3, 5, 7])
            let quiet = try await server.curl([
                "--max-time", "1", "http://x/v1/events/stream?supervisor=none",
            ])
            #expect(quiet.contains(": heartbeat\nid: 7"))
        }
    }

    @Test func readersAreBounded() async throws {
        var limits = OperatorServer.Limits()
        limits.readers = 0
        try await RunningServer.with(limits: limits) { server in
            let error = await #expect(throws: FleetError.self) {
                try await server.client.follow(after: nil, filter: EventFilter()) {
                    (_) async throws(FleetError) -> Bool in true
                }
            }
            #expect(error?.code == .limitExceeded)
        }
    }

    @Test func loopbackTCPAsksForItsToken() async throws {
        let port = Mutex(0)
        try await RunningServer.with(
            extra: [.loopback(port: 0, token: "0123456789abcdef")], onPort: { number in port.withLock { $0 = number } }
        ) { _ in
            let base = "http://127.0.0.1:\(port.withLock { $0 })"
            let stranger = try OperatorClient(endpoint: try OperatorEndpoint(base), token: "0123456789abcdeX")
            let error = await #expect(throws: FleetError.self) { try await stranger.status() }
            #expect(error?.exitCode == 4)
            await stranger.shutdown()
            let friend = try OperatorClient(endpoint: try OperatorEndpoint(base), token: "0123456789abcdef")
            #expect(try await friend.status().version == "0.1.0")
            await friend.shutdown()
        }
    }

    @Test func healthAndMetricsAnswer() async throws {
        try await RunningServer.with { server in
            #expect(try await server.curl(["http://x/livez"]) == "ok\n200")
            let ready = try await server.curl(["http://x/readyz?verbose"])
            #expect(ready.contains("[+] journal: writable"))
            #expect(ready.hasSuffix("ready\n200"))
            let metrics = try await server.curl(["http://x/metrics"])
            #expect(metrics.contains("flotilla_supervisors_connected 1"))
            #expect(metrics.contains("flotilla_operator_requests_total{method=\"GET\",status=\"200\"} 2"))
        }
    }
}

extension RunningServer {
    /// The body and, at its end, the status of a request made by curl.
    func curl(_ arguments: [String]) async throws -> String {
        let program = try RunningProgram(
            at: "/usr/bin/curl", ["-s", "-w", "%{http_code}", "--unix-socket", socket] + arguments, environment: [:])
        return try await program.result().output
    }
}
