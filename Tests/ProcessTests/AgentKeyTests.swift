import Foundation
import TestSupport
import Testing

/// Joining with acceptance and the change of an agent's key, with the real processes.
@Suite struct AgentKeyTests {
    @Test(.timeLimit(.minutes(10))) func anAgentIsAcceptedByItsFingerprintAndChangesItsKey() async throws {
        let fleet = try FleetOfOne()
        defer { fleet.remove() }
        do {
            // A slow disk: what the coordinator asks for before a record is written shows.
            try await fleet.startAll(
                coordinator: ["--set", "agentKeys.overlap=2s"], failpoints: "journal.before-commit=sleep(300)@1+")
            let added = try await fleet.flotilla(
                "supervisor", "add", "sv-oslo", "--moid", "domain-c8", "-o", "\(fleet.folder)/join.yaml")
            #expect(added.code == 0, "\(added.errors)")
            let agent = try fleet.startAgent()
            try await fleet.until("the agent did not ask to join") {
                try await fleet.flotilla("supervisor", "show", "sv-oslo").output.contains("pending")
            }
            try await fleet.until("the agent did not print its fingerprint") {
                FleetOfOne.fingerprint(in: agent.errorsSoFar + agent.outputSoFar) != nil
            }
            let printed = try #require(FleetOfOne.fingerprint(in: agent.errorsSoFar + agent.outputSoFar))
            let shown = try await fleet.flotilla("supervisor", "show", "sv-oslo").output
            #expect(shown.contains(printed), "\(shown) does not show \(printed)")
            let wrong = try await fleet.flotilla("supervisor", "accept", "sv-oslo", "--fingerprint", "0000")
            #expect(wrong.code != 0)
            let accepted = try await fleet.flotilla("supervisor", "accept", "sv-oslo", "--fingerprint", printed)
            #expect(accepted.code == 0, "\(accepted.errors)")
            try await fleet.connected()
            #expect(try fleet.mode("\(fleet.folder)/agent/agent.key") == 0o600)

            let before = try Data(contentsOf: URL(fileURLWithPath: "\(fleet.folder)/agent/agent.key"))
            let asked = try await fleet.flotilla("supervisor", "rotate-key", "sv-oslo")
            #expect(asked.code == 0, "\(asked.errors)")
            try await keyChanged(times: 1, fleet)
            try await fleet.until("the new key did not take the old one's place") {
                let now = try? Data(contentsOf: URL(fileURLWithPath: "\(fleet.folder)/agent/agent.key"))
                return now != nil && now != before
            }
            #expect(try fleet.mode("\(fleet.folder)/agent/agent.key") == 0o600)
            try await fleet.connected()

            // The old key is refused for good; the feed says so.
            try await fleet.stop(agent)
            let current = try Data(contentsOf: URL(fileURLWithPath: "\(fleet.folder)/agent/agent.key"))
            try before.write(to: URL(fileURLWithPath: "\(fleet.folder)/agent/agent.key"))
            let old = try fleet.startAgent()
            try await fleet.until("the old key's handshake was not told") {
                try await fleet.flotilla("events", "-o", "json").output.contains("its key is not admitted")
            }
            // The session of the agent that was stopped ends by its own timers.
            try await fleet.until("the stopped agent is not away") {
                try await fleet.flotilla("supervisor", "show", "sv-oslo").output.contains("away")
            }
            try await fleet.stop(old)
            // Asked while it is away: it comes back with the key it has, inside the grace, and changes it.
            try current.write(to: URL(fileURLWithPath: "\(fleet.folder)/agent/agent.key"))
            let order = try await fleet.flotilla("supervisor", "rotate-key", "sv-oslo")
            #expect((order.output + order.errors).contains("it is asked when it returns"))
            _ = try fleet.startAgent()
            try await keyChanged(times: 2, fleet)
            try await fleet.connected()
        } catch {
            Issue.record(error)
        }
        try await fleet.stopAll()
    }

    /// The end of the overlap is after whatever the change itself brings.
    private func keyChanged(times: Int, _ fleet: FleetOfOne) async throws {
        func count(_ kind: String, _ events: String) -> Int { events.components(separatedBy: "\"\(kind)\"").count - 1 }
        var events = ""
        try await fleet.until("the key was not changed \(times) times") {
            events = try await fleet.flotilla("events", "-o", "json").output
            return count("AgentKeyEnded", events) >= times
        }
        #expect(count("AgentKeyChanged", events) == times, "one order is one change:\n\(events)")
    }
}
