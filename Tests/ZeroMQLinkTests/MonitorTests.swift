import FleetModel
import FleetRuntime
import Testing
import ZeroMQ
import ZeroMQLink

/// libzmq's I/O thread waits for ever on a monitor that is gone; these stop every later handshake when it does.
extension ZeroMQLinkTests {
    @Test(arguments: [true, false]) func closingAMonitorWithItsSocketStopsNoOtherConnection(
        monitorFirst: Bool
    ) async throws {
        let context = try Context.shared()
        let fixture = try LinkFixture()
        let keys = try CurveKeyPair.generate()
        fixture.hub.admit([LinkKey(keys.publicKey): supervisor])
        let socket = try Socket(
            .dealer(keys: keys, serverKey: fixture.hubKeys.publicKey, routingID: [1]), bounds: SocketBounds(),
            in: context)
        let monitor = try socket.monitor()
        try socket.connect(fixture.hub.commandEndpoint)
        let bell = try Bell()
        while try monitor.receiveEvent() != .connected {
            _ = try Poller().wait(for: [monitor], bell: bell, milliseconds: 100)
        }
        if monitorFirst { monitor.close() }
        // The loss of the connection is an event, and now there is nobody to take it.
        fixture.hub.close()
        await fixture.hub.drain()
        if !monitorFirst { socket.close() }
        let next = try LinkFixture()
        next.hub.admit([LinkKey(keys.publicKey): supervisor])
        let agent = try next.agent(keys)
        #expect(await agent.connected())
        socket.close()
        monitor.close()
        agent.close()
        next.hub.close()
    }

    @Test func hubsAndAgentsThatEndTogetherLeaveTheOthersAlone() async throws {
        let keys = try CurveKeyPair.generate()
        for _ in 0..<30 {
            let fixture = try LinkFixture()
            fixture.hub.admit([LinkKey(keys.publicKey): supervisor])
            let agent = try fixture.agent(keys)
            try #require(await agent.connected())
            fixture.hub.close()
            agent.close()
        }
    }

    @Test func aHandshakeWaitsUntilTheKeysAreKnown() async throws {
        let fixture = try LinkFixture()
        let keys = try CurveKeyPair.generate()
        let agents = try [keys, try CurveKeyPair.generate()].map { try fixture.agent($0) }
        // The enrolment socket does not wait; once it has spoken, the handshakes before it are under way.
        let other = try fixture.agent(try CurveKeyPair.generate(), endpoint: fixture.hub.enrolmentEndpoint)
        #expect(await other.connected())
        fixture.hub.admit([LinkKey(keys.publicKey): supervisor])
        // The first news is a connection for the one and a refusal for the other.
        let first = await agents[0].wait { $0 }
        let second = await agents[1].wait { $0 }
        #expect(first == .connected)
        #expect(second == .disconnected)
        for agent in agents + [other] { agent.close() }
        fixture.hub.close()
    }

    @Test func aKeyThatIsAdmittedAfterItWasRefusedGetsIn() async throws {
        let fixture = try LinkFixture()
        fixture.hub.admit([:])
        let keys = try CurveKeyPair.generate()
        let agent = try fixture.agent(keys)
        // Refused: libzmq does not dial again by itself.
        #expect(await agent.disconnected())
        fixture.hub.admit([LinkKey(keys.publicKey): supervisor])
        #expect(await agent.connected())
        #expect(agent.send([1]))
        #expect(await fixture.hub.frame()?.1 == [1])
        agent.close()
        fixture.hub.close()
    }
}
