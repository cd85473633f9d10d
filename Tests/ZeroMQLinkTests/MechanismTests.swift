import FleetModel
import FleetRuntime
import Testing
import ZeroMQ
import ZeroMQLink

/// There is no NULL or PLAIN socket: whoever speaks without CURVE gets nothing and leaves nothing.
@Suite struct MechanismTests {
    @Test(arguments: RawClient.Mechanism.allCases)
    func aClientWithoutCurveGetsNothingAndLeavesNothing(mechanism: RawClient.Mechanism) async throws {
        let fixture = try LinkFixture()
        let keys = try CurveKeyPair.generate()
        fixture.hub.admit([LinkKey(keys.publicKey): supervisor])
        let raw = try #require(RawClient(mechanism, endpoint: fixture.hub.commandEndpoint, routingID: "agent-raw"))
        let enrolling = try #require(RawClient(mechanism, endpoint: fixture.hub.enrolmentEndpoint, routingID: "join"))
        for _ in 0..<10 {
            raw.send([9])
            enrolling.send([9])
        }
        // An agent comes and goes meanwhile: the hub works on, and hears nobody else.
        let agent = try fixture.agent(keys)
        #expect(await agent.connected())
        for round in 1...20 as ClosedRange<UInt8> {
            #expect(agent.send([round]))
            let (peer, frame) = try #require(await fixture.hub.frame())
            #expect(peer.key == LinkKey(keys.publicKey))
            #expect(frame == [round])
            #expect(fixture.hub.send([round], to: peer))
            #expect(await agent.frame() == [round])
            raw.send([9])
        }
        #expect(raw.receive(milliseconds: 200) == nil)
        #expect(enrolling.receive(milliseconds: 200) == nil)
        let claimed = LinkPeer(key: LinkKey(keys.publicKey), routingID: Array("agent-raw".utf8))
        #expect(!fixture.hub.send([1], to: claimed))
        #expect(fixture.hub.droppedFrames == 0)
        agent.close()
        fixture.hub.close()
    }
}
