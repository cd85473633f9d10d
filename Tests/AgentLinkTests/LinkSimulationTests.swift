import AgentLink
import FleetModel
import Testing

/// Both ends against each other under seeded faults: contract C2 (order), C3 (feed), C4 (quiescence) of the link.
@Suite struct LinkSimulationTests {
    @Test(arguments: 0..<10)
    func deliversEverythingOnceInOrderUnderAnyFaults(block: Int) {
        for seed in UInt64(block * 20)..<UInt64(block * 20 + 20) {
            var faults = LinkWorld.Faults()
            var random = LinkWorld.Random(state: seed &* 977)
            faults.loss = [0, 0.02, 0.1, 0.3][random.below(4)]
            faults.duplication = [0, 0.05, 0.3][random.below(3)]
            faults.delay = [2, 20, 200][random.below(3)]
            faults.cutEvery = [0, 1500, 400][random.below(3)]
            faults.agentRestartEvery = [0, 3000][random.below(2)]
            faults.coordinatorRestartEvery = [0, 2500][random.below(2)]
            var world = LinkWorld(seed: seed, faults: faults)
            world.run(until: 4000, working: true, faulty: true)
            world.run(until: 34_000, working: false, faulty: false)
            check(world, seed: seed)
        }
    }

    private func check(_ world: LinkWorld, seed: UInt64) {
        #expect(world.failures.isEmpty, "seed \(seed)")
        let sequences = world.journal.map(\.report.report.sequence)
        #expect(sequences == Array(1..<UInt64(world.outbox.count) + 1), "seed \(seed)")
        #expect(world.journal.map(\.report.bytes) == world.outbox, "seed \(seed)")
        #expect(world.agent.acknowledged == UInt64(world.outbox.count), "seed \(seed)")
        #expect(world.agentDisk == world.wanted, "seed \(seed)")
        for (service, generations) in world.agentHistory {
            #expect(generations == generations.sorted(), "seed \(seed) \(service)")
        }
        for spec in world.wanted.values {
            guard case .present(let selection) = spec.intent else { continue }
            for digest in [selection.values, selection.bundleContent].compactMap({ $0 }) {
                #expect(world.agentContent[digest] == world.content[digest], "seed \(seed)")
            }
        }
        for id in 0..<world.asked {
            // A coordinator that restarted forgets its questions: whoever asked got an error from the broken call.
            let count = world.answers[id + 1]?.count ?? 0
            #expect(count == 1 || (count == 0 && world.coordinatorLife > 0), "seed \(seed) question \(id + 1)")
            if case .inventory(let inventory)? = world.answers[id + 1]?.first {
                #expect(inventory == LinkWorld.inventory(id + 1), "seed \(seed) question \(id + 1)")
            }
        }
        #expect(world.largestUnacked <= UInt64(LinkWorld.limits.credit), "seed \(seed)")
    }

    @Test func sameSeedSameTrace() {
        func trace() -> [UInt64] {
            let faults = LinkWorld.Faults(
                loss: 0.1, duplication: 0.1, delay: 50, cutEvery: 800, agentRestartEvery: 2000,
                coordinatorRestartEvery: 2000)
            var world = LinkWorld(seed: 42, faults: faults)
            world.run(until: 3000, working: true, faulty: true)
            return [world.connections, world.epoch, UInt64(world.outbox.count), UInt64(world.journal.count)]
        }
        #expect(trace() == trace())
    }
}
