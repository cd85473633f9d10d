import AgentLink
import FleetModel
import FleetRuntime
import Foundation
import Synchronization
import Testing
import ZeroMQ
import ZeroMQLink

/// A hub on free ports, and helpers that wait for a condition with a deadline.
struct LinkFixture {
    let hub: HubProbe
    let hubKeys: CurveKeyPair

    init(_ change: (inout ZeroMQHub.Configuration) -> Void = { _ in }) throws {
        _ = try Context.shared()
        hubKeys = try CurveKeyPair.generate()
        var configuration = ZeroMQHub.Configuration(
            commandEndpoint: "tcp://127.0.0.1:*", enrolmentEndpoint: "tcp://127.0.0.1:*")
        configuration.bounds.linger = 200
        change(&configuration)
        hub = HubProbe(try ZeroMQHub(configuration: configuration, keys: hubKeys))
    }

    func agent(
        _ keys: CurveKeyPair, endpoint: String? = nil,
        _ change: (inout ZeroMQAgentTransport.Configuration) -> Void = { _ in }
    ) throws -> AgentProbe {
        var configuration = ZeroMQAgentTransport.Configuration(
            endpoint: endpoint ?? hub.commandEndpoint, serverKey: LinkKey(hubKeys.publicKey))
        configuration.bounds.linger = 200
        configuration.bounds.handshake = 2000
        change(&configuration)
        return AgentProbe(try ZeroMQAgentTransport(configuration: configuration, keys: keys))
    }
}

let supervisor = SupervisorID("sv-oslo")

/// Runs `body`; nil when it has no result before the deadline. `stop` must make `body` end.
func before<Result: Sendable>(
    _ deadline: Duration = .seconds(120), stop: @escaping @Sendable () -> Void,
    _ body: @escaping @Sendable () async -> Result?
) async -> Result? {
    await withTaskGroup(of: Result?.self) { group in
        group.addTask { await body() }
        group.addTask {
            try? await Task.sleep(for: deadline)
            if !Task.isCancelled { stop() }
            return nil
        }
        let first = await group.next() ?? nil
        group.cancelAll()
        return first
    }
}

/// The inputs of one transport, one at a time: what came in the same batch waits for the next question.
final class Inputs<Input: Sendable>: Sendable {
    private let waiting = Mutex<[Input]>([])

    /// The next input that `match` accepts; those before it are passed over. Nil once there are no more.
    func first<Result: Sendable>(
        _ match: @Sendable (Input) -> Result?, next: @Sendable () async -> [Input]?
    ) async -> Result? {
        while true {
            while let input = take() { if let found = match(input) { return found } }
            guard let batch = await next() else { return nil }
            put(batch)
        }
    }

    private func take() -> Input? { waiting.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
    private func put(_ batch: [Input]) { waiting.withLock { $0 += batch } }
}

/// A hub, and what it said.
final class HubProbe: Sendable {
    let hub: ZeroMQHub
    private let inputs = Inputs<HubTransportInput>()

    init(_ hub: ZeroMQHub) { self.hub = hub }

    var commandEndpoint: String { hub.commandEndpoint }
    var enrolmentEndpoint: String { hub.enrolmentEndpoint }
    var droppedFrames: Int { hub.droppedFrames }
    func send(_ frame: [UInt8], to peer: LinkPeer) -> Bool { hub.send(frame, to: peer) }
    func admit(_ keys: [LinkKey: SupervisorID]) { hub.admit(keys) }
    func mute(_ key: LinkKey, for pause: Duration) { hub.mute(key, for: pause) }
    func close() { hub.close() }

    /// Reads until the hub has ended.
    func drain() async { while await hub.next() != nil {} }

    func wait<Result: Sendable>(_ match: @escaping @Sendable (HubTransportInput) -> Result?) async -> Result? {
        await before(stop: { self.close() }) { await self.inputs.first(match) { await self.hub.next() } }
    }

    func frame() async -> (LinkPeer, [UInt8])? {
        await wait { input in
            if case .frame(let peer, let bytes) = input { return (peer, bytes) }
            return nil
        }
    }

    func enrolment() async -> (LinkPeer, [UInt8])? {
        await wait { input in
            if case .enrolment(let peer, let bytes) = input { return (peer, bytes) }
            return nil
        }
    }
}

/// An agent's transport, and what it said.
final class AgentProbe: Sendable {
    private let transport: ZeroMQAgentTransport
    private let inputs = Inputs<AgentTransportInput>()

    init(_ transport: ZeroMQAgentTransport) { self.transport = transport }

    func send(_ frame: [UInt8]) -> Bool { transport.send(frame) }
    func reconnect() { transport.reconnect() }
    func close() { transport.close() }

    func wait<Result: Sendable>(_ match: @escaping @Sendable (AgentTransportInput) -> Result?) async -> Result? {
        await before(stop: { self.close() }) { await self.inputs.first(match) { await self.transport.next() } }
    }

    func connected() async -> Bool { await wait { $0 == .connected ? true : nil } ?? false }
    func disconnected() async -> Bool { await wait { $0 == .disconnected ? true : nil } ?? false }

    func frame() async -> [UInt8]? {
        await wait { input in
            if case .frame(let bytes) = input { return bytes }
            return nil
        }
    }
}

/// Opens a hub on endpoints that another one had: libzmq frees a port some time after its socket was closed.
func successor(_ configuration: ZeroMQHub.Configuration, keys: CurveKeyPair) async throws -> HubProbe {
    let deadline = ContinuousClock.now + .seconds(120)
    while ContinuousClock.now < deadline {
        if let hub = try? ZeroMQHub(configuration: configuration, keys: keys) { return HubProbe(hub) }
        await Task.yield()
    }
    return HubProbe(try ZeroMQHub(configuration: configuration, keys: keys))
}
