import AgentLink
import Testing

/// The agent's half of a change of keys, as a table: whatever is lost, one key that the coordinator knows stays in use.
@Suite struct KeyRotationTests {
    enum Input: Sendable {
        case wanted
        case made(String)
        case notMade
        case admitted(String)
        case refused(String)
        case live
        case lost
        case tick
    }

    static func run(_ inputs: [(Input, Int)], waiting: String? = nil) -> (KeyRotation, [[KeyRotation.Step]]) {
        var rotation = KeyRotation(waiting: waiting, timing: LinkTiming())
        var steps: [[KeyRotation.Step]] = []
        for (input, second) in inputs {
            let now = Duration.seconds(second)
            switch input {
            case .wanted: steps.append(rotation.wanted())
            case .made(let key): steps.append(rotation.made(key, now: now))
            case .notMade: rotation.notMade()
            case .admitted(let key): steps.append(rotation.answered(key, admitted: true, text: "", now: now))
            case .refused(let key): steps.append(rotation.answered(key, admitted: false, text: "no", now: now))
            case .live: steps.append(rotation.live(now: now))
            case .lost: rotation.lost(now: now)
            case .tick: steps.append(rotation.tick(now: now))
            }
        }
        return (rotation, steps)
    }

    @Test(
        arguments: [
            // The straight way.
            (
                [(.live, 0), (.wanted, 1), (.made("n"), 1), (.admitted("n"), 2), (.lost, 2), (.live, 3)], nil,
                [[], [.make], [.offer(key: "n")], [.useNew], [.settle]], .settled
            ),
            // Asked twice, answered late or twice: once is enough.
            (
                [(.wanted, 0), (.wanted, 0), (.made("n"), 0), (.made("m"), 0), (.admitted("x"), 1)], nil,
                [[.make], [], [.offer(key: "n")], [], []], .offering(key: "n")
            ),
            // No answer: said again.
            (
                [(.wanted, 0), (.made("n"), 0), (.tick, 1), (.tick, 6)], nil,
                [[.make], [.offer(key: "n")], [], [.offer(key: "n")]], .offering(key: "n")
            ),
            // Refused: thrown away.
            (
                [(.wanted, 0), (.made("n"), 0), (.refused("n"), 1), (.wanted, 2)], nil,
                [[.make], [.offer(key: "n")], [.discard(reason: "no")], [.make]], .making
            ),
            ([(.wanted, 0), (.notMade, 0), (.wanted, 1)], nil, [[.make], [.make]], .making),
            // The new key bears no session: the old one has its turn, offers again, and so on.
            (
                [
                    (.wanted, 0), (.made("n"), 0), (.admitted("n"), 1), (.tick, 60), (.tick, 61), (.live, 70),
                    (.admitted("n"), 71), (.live, 72),
                ], nil,
                [
                    [.make], [.offer(key: "n")], [.useNew], [], [.useOld], [.offer(key: "n")], [.useNew], [.settle],
                ], .settled
            ),
            // Neither does the old one: they take turns.
            (
                [(.tick, 59), (.tick, 60), (.tick, 120), (.tick, 180), (.live, 181)], "n",
                [[], [.useOld], [.useNew], [.useOld], [.offer(key: "n")]], .offering(key: "n")
            ),
            // Ended before the new key was settled: it is tried first at the next start.
            ([(.live, 1)], "n", [[.settle]], .settled),
            // The session ends before the answer came: a while for it to return, then the new key.
            (
                [(.wanted, 0), (.made("n"), 0), (.lost, 1), (.live, 2), (.lost, 3), (.tick, 63)], nil,
                [[.make], [.offer(key: "n")], [.offer(key: "n")], [.useNew]], .switching(key: "n")
            ),
        ] as [([(Input, Int)], String?, [[KeyRotation.Step]], KeyRotation.State)])
    func table(
        inputs: [(Input, Int)], waiting: String?, steps: [[KeyRotation.Step]], state: KeyRotation.State
    ) {
        let (rotation, done) = Self.run(inputs, waiting: waiting)
        #expect(done == steps)
        #expect(rotation.state == state)
    }

    @Test func nothingIsDueWhenNothingChanges() {
        let (rotation, _) = Self.run([(.live, 0), (.lost, 5)])
        #expect(rotation.wake == nil)
    }
}
