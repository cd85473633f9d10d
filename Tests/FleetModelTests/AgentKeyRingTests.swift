import FleetModel
import Testing

/// The machine of an agent's keys: what admits, what ends, and that nothing ended comes back.
@Suite struct AgentKeyRingTests {
    enum Input: Sendable {
        case begin(String)
        case ask(Int64)
        case take(String)
        case use(String)
        case end(String)
        case endAll
    }

    static func at(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: seconds * 1000) }

    static func ring(_ inputs: [Input]) -> AgentKeyRing {
        var ring = AgentKeyRing()
        for input in inputs {
            switch input {
            case .begin(let key): ring.begin(key, at: at(0))
            case .ask(let until): ring.ask(graceUntil: at(until))
            case .take(let key): ring.take(offer: key)
            case .use(let key): ring.use(key, overlapUntil: at(100), at: at(10))
            case .end(let key): ring.end(key)
            case .endAll: ring.endAll()
            }
        }
        return ring
    }

    @Test(
        arguments: [
            ([], .empty, []),
            ([.ask(5), .take("b"), .use("b"), .end("a")], .empty, []),
            ([.begin("a")], .settled, ["a"]),
            ([.begin("a"), .ask(50)], .asked, ["a"]),
            ([.begin("a"), .take("b")], .offered, ["a", "b"]),
            ([.begin("a"), .take("a")], .settled, ["a"]),
            ([.begin("a"), .ask(50), .take("b")], .offered, ["a", "b"]),
            ([.begin("a"), .take("b"), .take("c")], .offered, ["a", "c"]),
            ([.begin("a"), .take("b"), .use("c")], .offered, ["a", "b"]),
            ([.begin("a"), .take("b"), .use("b")], .overlapping, ["b", "a"]),
            ([.begin("a"), .ask(50), .take("b"), .use("b")], .overlapping, ["b", "a"]),
            ([.begin("a"), .take("b"), .use("b"), .ask(60)], .asked, ["b", "a"]),
            ([.begin("a"), .take("b"), .use("b"), .take("c")], .offered, ["b", "c", "a"]),
            ([.begin("a"), .take("b"), .use("b"), .take("c"), .use("c")], .overlapping, ["c", "b"]),
            ([.begin("a"), .take("b"), .use("b"), .end("a")], .settled, ["b"]),
            ([.begin("a"), .take("b"), .end("b")], .settled, ["a"]),
            ([.begin("a"), .take("b"), .endAll], .empty, []),
            ([.begin("a"), .take("b"), .end("a")], .empty, []),
            ([.begin("a"), .endAll, .begin("b")], .settled, ["b"]),
        ] as [([Input], AgentKeyRing.State, [String])])
    func statesAndAdmittedKeys(inputs: [Input], state: AgentKeyRing.State, admitted: [String]) {
        let ring = Self.ring(inputs)
        #expect(ring.state == state)
        #expect(ring.admitted == admitted)
    }

    @Test(
        arguments: [
            ([.begin("a")], "b", "a", .taken), ([.begin("a")], "a", "a", .known),
            ([.begin("a"), .take("b")], "b", "a", .known), ([.begin("a"), .take("b")], "c", "b", .taken),
            ([.begin("a"), .take("b"), .use("b")], "c", "a", .taken),
            ([.begin("a"), .take("b"), .use("b")], "a", "b", .refused("the key is the one that was left")),
            (
                [.begin("a"), .take("b"), .use("b"), .end("a")], "a", "b",
                .refused("the key was let go before")
            ),
            (
                [.begin("a"), .take("b"), .use("b"), .end("a")], "c", "a",
                .refused("the channel's key is not admitted")
            ),
            ([.begin("a"), .endAll], "b", "a", .refused("the channel's key is not admitted")),
            ([.begin("a"), .take("x"), .take("b")], "x", "a", .refused("the key was let go before")),
        ] as [([Input], String, String, AgentKeyRing.Offer)])
    func offers(inputs: [Input], key: String, holder: String, expected: AgentKeyRing.Offer) {
        #expect(Self.ring(inputs).offer(key, over: holder) == expected)
    }

    @Test(
        arguments: [
            ([.begin("a")], 1_000_000, nil),
            ([.begin("a"), .ask(50)], 49, nil), ([.begin("a"), .ask(50)], 50, .all),
            ([.begin("a"), .ask(50), .ask(80)], 50, .all),
            ([.begin("a"), .ask(50), .take("b")], 50, .all),
            ([.begin("a"), .ask(50), .take("b"), .use("b")], 99, nil),
            ([.begin("a"), .ask(50), .take("b"), .use("b")], 100, .previous("a")),
            ([.begin("a"), .take("b"), .use("b"), .end("a")], 1_000, nil),
        ] as [([Input], Int64, AgentKeyRing.Expiry?)])
    func whatIsDue(inputs: [Input], seconds: Int64, expected: AgentKeyRing.Expiry?) {
        #expect(Self.ring(inputs).due(at: Self.at(seconds)) == expected)
    }

    @Test func keysLetGoAreRememberedUpToALimit() {
        var ring = Self.ring([.begin("k0")])
        for number in 1...100 {
            ring.take(offer: "k\(number)")
            ring.use("k\(number)", overlapUntil: Self.at(1), at: Self.at(0))
        }
        #expect(ring.ended.count == AgentKeyRing.remembered)
        #expect(ring.ended.last == "k98")
    }
}
