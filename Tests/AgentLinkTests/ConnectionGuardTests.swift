import AgentLink
import Testing

/// Whose new connections are dropped, when, and for how long.
@Suite struct ConnectionGuardTests {
    private static let stranger: UInt32 = 0x0A00_0009
    private static let neighbour: UInt32 = 0x0A00_0010

    /// Holds the decision, so that an expectation can ask it something that changes it.
    private final class Probe {
        private var decision: ConnectionGuard

        init(limits: ConnectionGuard.Limits) { decision = ConnectionGuard(limits: limits) }

        var filter: ConnectionGuard.Filter { decision.filter }
        var deadline: Duration? { decision.deadline }

        func accepted(_ connection: Int32, peer: ConnectionGuard.Peer?, at: Duration) -> [ConnectionGuard.ShutOut] {
            decision.accepted(connection, peer: peer, at: at)
        }
        func ended(_ connection: Int32, peer: ConnectionGuard.Peer?, at: Duration) -> [ConnectionGuard.ShutOut] {
            decision.ended(connection, peer: peer, at: at)
        }
        func spoke(_ connection: Int32) -> Bool { decision.spoke(connection) }
        func passed(_ at: Duration) { decision.passed(at) }
    }

    private static func limits(_ change: (inout ConnectionGuard.Limits) -> Void = { _ in }) -> ConnectionGuard.Limits {
        var limits = ConnectionGuard.Limits()
        limits.failuresPerSecond = 2
        limits.pause = .seconds(10)
        change(&limits)
        return limits
    }

    private static func peer(_ address: UInt32, _ port: Int) -> ConnectionGuard.Peer {
        ConnectionGuard.Peer(address: address, port: UInt16(truncatingIfNeeded: port))
    }

    /// Connections that end without a word, one after the other over the same descriptor.
    private static func fail(
        _ count: Int, of address: UInt32, in connections: Probe, at: Duration, first: Int = 1
    ) -> [ConnectionGuard.ShutOut] {
        (0..<count).flatMap { number in
            connections.accepted(7, peer: peer(address, first + number), at: at)
                + connections.ended(7, peer: nil, at: at)
        }
    }

    @Test func anAddressIsShutOutWhenItsAllowanceIsUsed() {
        let connections = Probe(limits: Self.limits())
        #expect(Self.fail(10, of: Self.stranger, in: connections, at: .zero).isEmpty)
        #expect(connections.filter.addresses.isEmpty)
        #expect(Self.fail(1, of: Self.stranger, in: connections, at: .zero) == [.failures(Self.stranger)])
        #expect(connections.filter.addresses == [Self.stranger])
        #expect(connections.deadline == .seconds(10))
        // What was under way is not held against it twice.
        #expect(Self.fail(100, of: Self.stranger, in: connections, at: .seconds(1)).isEmpty)
        #expect(Self.fail(10, of: Self.neighbour, in: connections, at: .seconds(1)).isEmpty)
        connections.passed(.seconds(9))
        #expect(connections.filter.addresses == [Self.stranger])
        connections.passed(.seconds(10))
        #expect(connections.filter == ConnectionGuard.Filter())
        #expect(connections.deadline == nil)
        // With a whole allowance, and then shut out once more.
        #expect(Self.fail(10, of: Self.stranger, in: connections, at: .seconds(10)).isEmpty)
        #expect(Self.fail(1, of: Self.stranger, in: connections, at: .seconds(10)) == [.failures(Self.stranger)])
    }

    @Test(arguments: [(1, true), (2, true), (3, false)]) func theAllowanceIsAMeanRate(perSecond: Int, holds: Bool) {
        let connections = Probe(limits: Self.limits())
        let told = (0..<60).flatMap { second in
            Self.fail(perSecond, of: Self.stranger, in: connections, at: .seconds(second), first: second * 10)
        }
        #expect(told.isEmpty == holds)
    }

    @Test func agentsThatReturnTogetherAreNotShutOut() {
        let connections = Probe(limits: Self.limits())
        for round in 0..<3 {
            var told: [ConnectionGuard.ShutOut] = []
            for number in 0..<1000 as Range<Int32> {
                told += connections.accepted(number, peer: Self.peer(Self.stranger, Int(number) + round), at: .zero)
            }
            for number in 0..<1000 as Range<Int32> {
                #expect(!connections.spoke(number))
                #expect(connections.spoke(number))
            }
            for number in 0..<1000 as Range<Int32> { told += connections.ended(number, peer: nil, at: .zero) }
            #expect(told.isEmpty)
        }
    }

    @Test func peersThatNeverSpeakAreBounded() {
        let connections = Probe(limits: Self.limits { $0.unspoken = 100 })
        var told: [ConnectionGuard.ShutOut] = []
        for number in 0..<100 as Range<Int32> {
            told += connections.accepted(number, peer: Self.peer(Self.stranger, Int(number)), at: .zero)
        }
        #expect(told.isEmpty)
        // One that spoke makes room.
        _ = connections.spoke(5)
        #expect(connections.accepted(100, peer: Self.peer(Self.stranger, 100), at: .zero).isEmpty)
        let last = connections.accepted(101, peer: Self.peer(Self.stranger, 101), at: .zero)
        #expect(last == [.unspoken(Self.stranger)])
        #expect(connections.filter.addresses == [Self.stranger])
        // They are still open when the pause is over.
        connections.passed(.seconds(10))
        let again = connections.accepted(102, peer: Self.peer(Self.stranger, 102), at: .seconds(10))
        #expect(again == [.unspoken(Self.stranger)])
    }

    /// The news of a connection is read late: its descriptor has somebody else by then.
    @Test func whoCameLaterToADescriptorIsNotBlamed() {
        let connections = Probe(limits: Self.limits())
        let good = Self.peer(Self.neighbour, 4000)
        var told: [ConnectionGuard.ShutOut] = []
        for _ in 0..<1000 {
            told += connections.accepted(7, peer: good, at: .zero)
            told += connections.ended(7, peer: good, at: .zero)
        }
        told += connections.accepted(7, peer: good, at: .zero)
        #expect(told.isEmpty)
        _ = connections.spoke(7)
        #expect(connections.ended(7, peer: nil, at: .zero).isEmpty)
    }

    @Test func anEndThatIsReadBeforeTheDescriptorIsClosedCountsWithTheNextConnection() {
        let connections = Probe(limits: Self.limits())
        var told: [ConnectionGuard.ShutOut] = []
        for number in 0..<12 {
            told += connections.accepted(7, peer: Self.peer(Self.stranger, number), at: .zero)
            told += connections.ended(7, peer: Self.peer(Self.stranger, number), at: .zero)
        }
        #expect(told == [.failures(Self.stranger)])
    }

    @Test func whoCannotBeNamedIsBoundedTogether() {
        let connections = Probe(limits: Self.limits())
        var told: [ConnectionGuard.ShutOut] = []
        for _ in 0..<101 {
            told += connections.accepted(7, peer: nil, at: .zero)
            told += connections.ended(7, peer: nil, at: .zero)
        }
        #expect(told == [.others])
        #expect(connections.filter.addresses.isEmpty)
        #expect(connections.filter.othersShare == 0.25)
        #expect(connections.deadline == .seconds(10))
        connections.passed(.seconds(10))
        #expect(connections.filter == ConnectionGuard.Filter())
    }

    @Test func moreAddressesThanAFilterHoldsAreBoundedTogether() {
        let connections = Probe(
            limits: Self.limits {
                $0.shutOut = 3
                $0.othersFactor = 1
            })
        var told: [ConnectionGuard.ShutOut] = []
        for address in 1...20 as ClosedRange<UInt32> {
            told += Self.fail(11, of: address, in: connections, at: .zero, first: Int(address) * 100)
        }
        #expect(told == [.failures(1), .failures(2), .failures(3), .others])
        #expect(connections.filter.addresses == [1, 2, 3])
        #expect(connections.filter.othersShare < 1)
    }

    /// Addresses that come once take the place of others that did, not of one that is at it.
    @Test func theTableIsBoundedAndKeepsTheWorst() {
        let connections = Probe(limits: Self.limits { $0.addresses = 16 })
        #expect(Self.fail(10, of: Self.stranger, in: connections, at: .zero).isEmpty)
        for address in 1...1000 as ClosedRange<UInt32> {
            #expect(Self.fail(1, of: address, in: connections, at: .zero, first: Int(address)).isEmpty)
        }
        #expect(Self.fail(1, of: Self.stranger, in: connections, at: .zero) == [.failures(Self.stranger)])
    }

    @Test func nobodyIsShutOutWithNoLimit() {
        let connections = Probe(limits: Self.limits { $0.failuresPerSecond = 0 })
        #expect(Self.fail(10_000, of: Self.stranger, in: connections, at: .zero).isEmpty)
        #expect(connections.deadline == nil)
    }

    @Test func addressesAreWrittenAsUsual() { #expect(ConnectionGuard.text(0x7F00_0001) == "127.0.0.1") }
}
