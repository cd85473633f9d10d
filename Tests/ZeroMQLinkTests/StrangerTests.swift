import FleetModel
import FleetRuntime
import Foundation
import Testing
import ZeroMQ
import ZeroMQLink

/// Peers that come with recorded, forged or no credentials.
extension ZeroMQLinkTests {
    @Test func aRecordedSessionSaidAgainHasNoEffect() async throws {
        let fixture = try LinkFixture()
        let keys = try CurveKeyPair.generate()
        let others = try CurveKeyPair.generate()
        fixture.hub.admit([LinkKey(keys.publicKey): supervisor, LinkKey(others.publicKey): SupervisorID("sv-bergen")])
        let (listener, port) = TCPTap.listen()
        let hubPort = TCPTap.port(of: fixture.hub.commandEndpoint)
        let recording = Task.detached { TCPTap.record(listener, to: hubPort) }
        let agent = try fixture.agent(keys, endpoint: "tcp://127.0.0.1:\(port)")
        #expect(await agent.connected())
        #expect(agent.send([1]))
        #expect(await fixture.hub.frame()?.1 == [1])
        agent.close()
        let recorded = await recording.value
        close(listener)
        // Greeting, HELLO, INITIATE and at least one MESSAGE of CURVE.
        #expect(recorded.count > 400)
        for length in [recorded.count, recorded.count - 1, 264, 64] {
            let heard = TCPTap.say(Array(recorded.prefix(length)), to: hubPort, silence: 200)
            // Its own greeting and at most a WELCOME, whose cookie the recording cannot know.
            #expect(heard.count < 300)
        }
        let other = try fixture.agent(others)
        #expect(await other.connected())
        #expect(other.send([2]))
        let (peer, frame) = try #require(await fixture.hub.frame())
        #expect(frame == [2], "nothing of the recording came in between")
        #expect(peer.key == LinkKey(others.publicKey))
        other.close()
        fixture.hub.close()
    }

    @Test func aRefusedHandshakeIsToldWithItsKeyAndAddress() async throws {
        let fixture = try LinkFixture()
        let keys = try CurveKeyPair.generate()
        fixture.hub.admit([:])
        let agent = try fixture.agent(keys)
        let refusal = await fixture.hub.wait { input -> LinkRefusal? in
            if case .refused(let refusal) = input { refusal } else { nil }
        }
        #expect(refusal?.kind == .unknownKey)
        #expect(refusal?.key == LinkKey(keys.publicKey))
        #expect(refusal?.address == "127.0.0.1")
        agent.close()
        fixture.hub.close()
    }

    @Test func aMutedKeyIsNotHeardForAWhile() async throws {
        let fixture = try LinkFixture()
        let keys = try CurveKeyPair.generate()
        fixture.hub.admit([LinkKey(keys.publicKey): supervisor])
        let agent = try fixture.agent(keys)
        #expect(await agent.connected())
        #expect(agent.send([1]))
        #expect(await fixture.hub.frame()?.1 == [1])
        fixture.hub.mute(LinkKey(keys.publicKey), for: .seconds(4))
        let muted = ContinuousClock.now
        // The first frame ends the connection; the next one is heard when a new connection is let in, after the pause.
        #expect(agent.send([2]))
        #expect(await agent.disconnected())
        let gone = await fixture.hub.wait { if case .disconnected(let peer) = $0 { peer.key } else { nil } }
        #expect(gone == LinkKey(keys.publicKey))
        #expect(fixture.hub.droppedFrames >= 1)
        #expect(await agent.connected())
        #expect(ContinuousClock.now - muted > .milliseconds(3900))
        #expect(agent.send([99]))
        #expect(await fixture.hub.frame()?.1 == [99])
        agent.close()
        fixture.hub.close()
    }

    @Test func anAgentThatChangedItsKeyIsHeardUnderTheNewOne() async throws {
        let fixture = try LinkFixture()
        let old = try CurveKeyPair.generate()
        let new = try CurveKeyPair.generate()
        fixture.hub.admit([LinkKey(old.publicKey): supervisor, LinkKey(new.publicKey): supervisor])
        let transport = try ZeroMQAgentTransport(
            configuration: .init(
                endpoint: fixture.hub.commandEndpoint, serverKey: LinkKey(fixture.hubKeys.publicKey)), keys: old)
        let agent = AgentProbe(transport)
        #expect(await agent.connected())
        #expect(agent.send([1]))
        #expect(await fixture.hub.frame()?.0.key == LinkKey(old.publicKey))
        transport.use(new)
        #expect(await agent.disconnected())
        #expect(await agent.connected())
        #expect(agent.send([2]))
        #expect(await fixture.hub.frame()?.0.key == LinkKey(new.publicKey))
        agent.close()
        fixture.hub.close()
    }
}
