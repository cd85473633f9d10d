import AgentLink
import CoordinatorService
import FleetModel
import FleetRuntime
import Foundation
import Logging
import Testing

/// A coordinator over seams in memory; the journal and the content survive it.
struct TestCoordinator {
    static let harbor = ServiceID("harbor.example.com")
    static let oslo = SupervisorID("sv-oslo")
    static let bergen = SupervisorID("sv-bergen")

    let coordinator: Coordinator
    let hub: TestHub

    static let now: @Sendable () -> Timestamp = {
        Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    }

    static func package(_ version: String) -> [SourceDocument] {
        let text = """
            apiVersion: data.packaging.carvel.dev/v1alpha1
            kind: Package
            metadata:
              name: harbor.example.com.\(version)
            spec:
              refName: harbor.example.com
              version: \(version)
              valuesSchema:
                openAPIv3:
                  type: object
                  properties:
                    hostname: {type: string, default: harbor.local}
                    replicas: {type: integer, minimum: 1, default: 1}
                    disk:
                      type: object
                      properties:
                        size: {type: string}
              template:
                spec:
                  fetch:
                  - imgpkgBundle: {image: registry.example.com/harbor@sha256:\(String(repeating: "a", count: 64))}
                  template:
                  - ytt: {paths: [config/]}
                  - kbld: {paths: ["-"]}
                  deploy:
                  - kapp: {}
            """
        return [SourceDocument(name: "package.yaml", text: text)]
    }

    /// Runs `body` against a coordinator, then stops it and waits until it has ended.
    @discardableResult
    static func with<Value>(
        journal: any Journal = InMemoryJournal(), content: any ContentStore = InMemoryContentStore(),
        configure: (inout CoordinatorConfiguration) -> Void = { _ in },
        _ body: (TestCoordinator) async throws -> Value
    ) async throws -> Value {
        var configuration = CoordinatorConfiguration(
            version: "0.1.0", address: "tcp://c:1", enrolmentAddress: "tcp://c:2", publicKey: "key",
            tokenSecret: Array(repeating: 7, count: 32))
        configuration.tickInterval = .milliseconds(50)
        configure(&configuration)
        let hub = TestHub()
        let coordinator = try await Coordinator.recovered(
            configuration: configuration, journal: journal, content: content, hub: hub,
            time: TimeSource(clock: ContinuousClock(), wall: now),
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await coordinator.run() }
            let value: Value
            do {
                value = try await body(TestCoordinator(coordinator: coordinator, hub: hub))
            } catch {
                coordinator.stop()
                throw error
            }
            coordinator.stop()
            try await group.waitForAll()
            return value
        }
    }

    @discardableResult
    func run(_ command: FleetCommand, id: String = UUID().uuidString) async throws -> CommandReply {
        try await coordinator.submit(
            command, id: CommandID(id), by: Principal(name: "uid:0", from: "unix"), reason: nil)
    }

    /// Adds a Supervisor and lets its agent in over the enrolment socket.
    func join(
        _ id: SupervisorID, connect: Bool = true,
        script: @escaping @Sendable (InstallSpec) -> ReconcileOutcome? = FakeAgent.succeeds
    ) async throws -> FakeAgent {
        let reply = try await run(
            .addSupervisor(id, moid: "domain-c8", labels: [:], tokenLifetime: 3600, autoAccept: true))
        let file = try #require(reply.joinFile)
        let key = "key-of-\(id)"
        let peer = LinkPeer(key: LinkKey(key), routingID: [1])
        hub.enrol(
            EnrolmentCodec.encode(
                EnrolmentRequest(token: file.token, publicKey: key, agentVersion: "1", supervisor: id)), from: peer)
        try await until { hub.enrolmentReply(LinkKey(key)) != nil }
        let answer = try EnrolmentCodec.reply(try #require(hub.enrolmentReply(LinkKey(key))))
        #expect(answer == .enrolled(id, moid: "domain-c8"))
        let agent = FakeAgent(key: key, hub: hub, now: Self.now, script: script)
        if connect {
            agent.connect()
            try await until { await self.isConnected(id) }
        }
        return agent
    }

    func isConnected(_ id: SupervisorID) async -> Bool {
        (try? await coordinator.supervisor(id).connected) ?? false
    }

    func state(_ task: TaskID?) async throws -> FleetTask.State {
        try await coordinator.task(try #require(task)).state
    }

    /// Waits for a condition with a deadline.
    func until(_ condition: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(120)
        while try await !condition() {
            guard ContinuousClock.now < deadline else {
                Issue.record("the condition did not come true")
                return
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    func install(_ on: [SupervisorID] = [oslo], values: [String] = [], set: [String] = []) -> InstallRequest {
        InstallRequest(service: ServiceID("harbor"), targets: .named(on), values: values, set: set)
    }
}
