import FleetControl
import FleetModel
import Testing

/// The counts kept while targets change are those of a recount, and nothing is missed by looking at them only.
@Suite struct TallyTests {
    private func expectNothingDue(_ fleet: TestFleet) {
        for task in fleet.state.tasks.values {
            #expect(fleet.state.tally(of: task.id) == TaskTally(task.targets))
            let steps = TaskProgress(task: task).steps { supervisor in
                switch fleet.state.presence[supervisor] {
                case .connected: .connected
                case .awaited: .awaited
                case nil: .away
                }
            }
            #expect(steps.isEmpty, "\(task.id) \(task.targets.map(\.state)) \(steps)")
        }
    }

    @Test(arguments: 1...30 as ClosedRange<UInt64>) func followEveryHistory(seed: UInt64) throws {
        var fleet = TestFleet()
        var state = seed
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        // More than the few targets that are looked for one by one.
        let names = (0..<20).map { "sv-\($0)" }
        try fleet.register(TestFleet.harbor, "1.0.0", "1.1.0", "2.0.0")
        for name in names { try fleet.add(name, connected: random(4) > 0) }
        for _ in 0..<150 {
            let name = names[random(names.count)]
            let request = TestFleet.request(
                random(3) > 0 ? [] : [name], maxParallel: [0, 0, 3, 7][random(4)], maxFailures: random(5))
            switch random(16) {
            case 0: _ = try? fleet.run(.install(request))
            case 1: _ = try? fleet.run(.reconfigure(request))
            case 2: _ = try? fleet.run(.uninstall(.init(service: TestFleet.harbor, targets: request.targets)))
            case 3, 4: fleet.lose(name)
            case 5, 6, 7: fleet.connect(name)
            case 8: fleet.fail(name)
            case 9 where random(8) == 0: fleet.take([.coordinatorStarted(.init(version: "test"))])
            case 10 where random(8) == 0:
                _ = try? fleet.run(.removeSupervisor(SupervisorID(name)))
            default: for name in names.shuffled(with: random).prefix(random(6)) { fleet.succeed(name) }
            }
            expectNothingDue(fleet)
        }
        let read = try FleetState(snapshot: fleet.state.snapshotBytes())
        for task in read.tasks.values { #expect(read.tally(of: task.id) == TaskTally(task.targets)) }
        for name in names {
            let supervisor = SupervisorID(name)
            let wanted = fleet.state.entries.values.filter { $0.install.key.supervisor == supervisor && !$0.removed }
            #expect(fleet.state.wanted(of: supervisor).count == wanted.count)
            #expect(read.wanted(of: supervisor) == fleet.state.wanted(of: supervisor))
        }
    }
}

extension Array {
    fileprivate func shuffled(with random: (Int) -> Int) -> [Element] {
        var items = self
        for index in items.indices.reversed() { items.swapAt(index, random(index + 1)) }
        return items
    }
}
