import AgentLink
import FleetModel
import FleetRuntime
import Foundation
import Synchronization
import TestSupport
import Testing
import ZeroMQ
import ZeroMQLink

/// Connections that end without being let in, more than one address may have.
extension ZeroMQLinkTests {
    private final class Flag: Sendable {
        private let state = Mutex(false)
        var isSet: Bool { state.withLock { $0 } }
        func set() { state.withLock { $0 = true } }
    }

    /// One bad greeting after the other, until the hub says that their address is shut out.
    private static func floodUntilShutOut(_ hub: HubProbe, from host: UInt8) async -> LinkRefusal? {
        let port = TCPTap.port(of: hub.commandEndpoint)
        let isOver = Flag()
        async let flood: Void = onOwnThread {
            // Each stays long enough to be asked for its address, also on a busy machine.
            while !isOver.isSet { _ = TCPTap.greetBadly(port, from: host, seconds: 1, after: 20_000) }
        }
        let refusal = await hub.wait { input -> LinkRefusal? in
            if case .refused(let refusal) = input, refusal.kind == .shutOut { refusal } else { nil }
        }
        isOver.set()
        await flood
        return refusal
    }

    @Test func anAddressWhoseGreetingsAreBadIsShutOutAndItsSessionsGoOn() async throws {
        let fixture = try LinkFixture {
            $0.connectionGuard.failuresPerSecond = 5
            // Those that could not be asked are not what this is about.
            $0.connectionGuard.othersFactor = 1_000_000
            $0.connectionGuard.pause = .seconds(3600)
        }
        let keys = try CurveKeyPair.generate()
        fixture.hub.admit([LinkKey(keys.publicKey): supervisor])
        let agent = try fixture.agent(keys)
        #expect(await agent.connected())
        #expect(agent.send([1]))
        let (peer, _) = try #require(await fixture.hub.frame())
        let refusal = await Self.floodUntilShutOut(fixture.hub, from: 1)
        #expect(refusal?.address == "127.0.0.1")
        #expect(refusal?.reason.contains("more than 25 connections at once, or 5 a second") == true)
        #expect(refusal?.reason.contains("dropped for 3600 s") == true)
        // The session of the same address goes on, in both directions.
        #expect(agent.send([2]))
        #expect(await fixture.hub.frame()?.1 == [2])
        #expect(fixture.hub.send([3], to: peer))
        #expect(await agent.frame() == [3])
        // Nothing new of that address comes in, on either socket; of another one it does.
        let ports = [fixture.hub.commandEndpoint, fixture.hub.enrolmentEndpoint].map { TCPTap.port(of: $0) }
        for port in ports {
            #expect(await onOwnThread { TCPTap.greetBadly(port, from: 1, seconds: 1) } == false)
            #expect(await onOwnThread { TCPTap.greetBadly(port, from: 2, seconds: 60) })
        }
        agent.close()
        fixture.hub.close()
    }

    @Test func anAddressThatWasShutOutIsLetInAgain() async throws {
        let pause = Duration.milliseconds(1500)
        let fixture = try LinkFixture {
            $0.connectionGuard.failuresPerSecond = 5
            // Those that could not be asked are not what this is about.
            $0.connectionGuard.othersFactor = 1_000_000
            $0.connectionGuard.pause = pause
        }
        let keys = try CurveKeyPair.generate()
        fixture.hub.admit([LinkKey(keys.publicKey): supervisor])
        let began = ContinuousClock.now
        let refusal = await Self.floodUntilShutOut(fixture.hub, from: 1)
        #expect(refusal?.reason.contains("dropped for 1500 ms") == true)
        let agent = try fixture.agent(keys)
        #expect(await agent.connected())
        #expect(ContinuousClock.now - began >= pause)
        #expect(agent.send([1]))
        #expect(await fixture.hub.frame()?.1 == [1])
        agent.close()
        fixture.hub.close()
    }

    @Test func keysThatAreNotAdmittedShutTheirAddressOut() async throws {
        let fixture = try LinkFixture {
            $0.connectionGuard.failuresPerSecond = 1
            $0.connectionGuard.othersFactor = 1_000_000
            $0.connectionGuard.pause = .seconds(3600)
        }
        fixture.hub.admit([:])
        let agents = try (0..<8).map { _ in try fixture.agent(try CurveKeyPair.generate()) }
        // Each dials again, ever later.
        let refusal = await fixture.hub.wait { input -> LinkRefusal? in
            if case .refused(let refusal) = input, refusal.kind == .shutOut { refusal } else { nil }
        }
        #expect(refusal?.address == "127.0.0.1")
        for agent in agents { agent.close() }
        fixture.hub.close()
    }
}
