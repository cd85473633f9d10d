import FleetModel
import FleetRuntime
import Testing
import ZeroMQ
import ZeroMQLink

/// What the hub holds against peers that do not keep to the rules.
extension ZeroMQLinkTests {
    @Test func aRoutingIdTakenOverByAnotherKeyGetsNothingOfTheFirst() async throws {
        let context = try Context.shared()
        let fixture = try LinkFixture()
        let first = try CurveKeyPair.generate()
        let second = try CurveKeyPair.generate()
        fixture.hub.admit([LinkKey(first.publicKey): supervisor, LinkKey(second.publicKey): SupervisorID("sv-bergen")])
        func dial(_ keys: CurveKeyPair) throws -> Socket {
            let socket = try Socket(
                .dealer(keys: keys, serverKey: fixture.hubKeys.publicKey, routingID: [7]), bounds: SocketBounds(),
                in: context)
            try socket.connect(fixture.hub.commandEndpoint)
            return socket
        }
        func deliver(_ frame: [UInt8], on socket: Socket) async throws {
            let deadline = ContinuousClock.now + .seconds(120)
            while try socket.send(frame) != .sent, ContinuousClock.now < deadline { await Task.yield() }
        }
        let owner = try dial(first)
        try await deliver([1], on: owner)
        let (peer, _) = try #require(await fixture.hub.frame())
        let thief = try dial(second)
        try await deliver([2], on: thief)
        let (other, frame) = try #require(await fixture.hub.frame())
        #expect(frame == [2])
        #expect(other.key == LinkKey(second.publicKey), "the key is the channel's, whatever id the peer claims")
        #expect(!fixture.hub.send([9], to: peer), "nothing goes to the id under the first key's name any more")
        owner.close()
        thief.close()
        fixture.hub.close()
    }

    @Test func dropsEnrolmentsOverTheRate() async throws {
        let fixture = try LinkFixture { $0.enrolmentsPerSecond = 2 }
        let agent = try fixture.agent(try CurveKeyPair.generate(), endpoint: fixture.hub.enrolmentEndpoint)
        #expect(await agent.connected())
        for number in 0..<50 { #expect(agent.send([UInt8(number)])) }
        #expect(await fixture.hub.enrolment()?.1 == [0])
        let deadline = ContinuousClock.now + .seconds(120)
        while fixture.hub.droppedFrames == 0, ContinuousClock.now < deadline { await Task.yield() }
        #expect(fixture.hub.droppedFrames > 0)
        agent.close()
        fixture.hub.close()
    }
}
