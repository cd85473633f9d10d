import AgentLink
import FleetModel
import FleetRuntime
import Foundation
import Testing
import ZeroMQ
import ZeroMQLink

/// A hub on free ports, and helpers that wait for a condition with a deadline.
struct LinkFixture {
    let hub: ZeroMQHub
    let hubKeys: CurveKeyPair

    init(_ change: (inout ZeroMQHub.Configuration) -> Void = { _ in }) throws {
        _ = try Context.shared()
        hubKeys = try CurveKeyPair.generate()
        var configuration = ZeroMQHub.Configuration(
            commandEndpoint: "tcp://127.0.0.1:*", enrolmentEndpoint: "tcp://127.0.0.1:*")
        configuration.bounds.linger = 200
        change(&configuration)
        hub = try ZeroMQHub(configuration: configuration, keys: hubKeys)
    }

    func agent(
        _ keys: CurveKeyPair, endpoint: String? = nil,
        _ change: (inout ZeroMQAgentTransport.Configuration) -> Void = { _ in }
    ) throws -> ZeroMQAgentTransport {
        var configuration = ZeroMQAgentTransport.Configuration(
            endpoint: endpoint ?? hub.commandEndpoint, serverKey: LinkKey(hubKeys.publicKey))
        configuration.bounds.linger = 200
        configuration.bounds.handshake = 2000
        change(&configuration)
        return try ZeroMQAgentTransport(configuration: configuration, keys: keys)
    }
}

let supervisor = SupervisorID("sv-oslo")

/// Runs `body`; nil when it has no result before the deadline. `stop` must make `body` end.
func before<Result: Sendable>(
    _ deadline: Duration = .seconds(20), stop: @escaping @Sendable () -> Void,
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

extension ZeroMQHub {
    /// The next input that `match` accepts; others are passed over.
    func wait<Result: Sendable>(
        _ match: @escaping @Sendable (HubTransportInput) -> Result?
    ) async -> Result? {
        await before(stop: { self.close() }) {
            while let inputs = await self.next() {
                for input in inputs { if let found = match(input) { return found } }
            }
            return nil
        }
    }

    func frame() async -> (LinkPeer, [UInt8])? {
        await wait { input in
            if case .frame(let peer, let bytes) = input { return (peer, bytes) }
            return nil
        }
    }
}

extension ZeroMQAgentTransport {
    func wait(_ wanted: @escaping @Sendable (AgentTransportInput) -> Bool) async -> AgentTransportInput? {
        await before(stop: { self.close() }) {
            while let inputs = await self.next() {
                if let found = inputs.first(where: wanted) { return found }
            }
            return nil
        }
    }

    func connected() async -> Bool { await wait { $0 == .connected } != nil }

    func frame() async -> [UInt8]? {
        let input = await wait { input in
            if case .frame = input { return true }
            return false
        }
        guard case .frame(let bytes) = input else { return nil }
        return bytes
    }
}
