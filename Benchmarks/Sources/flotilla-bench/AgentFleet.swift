internal import AgentLink
internal import FleetModel
internal import Foundation
internal import Synchronization
internal import ZeroMQ

/// Simulated agents on one socket thread, from outside: orders in, counts on the board.
final class AgentFleet: Sendable {
    enum Order: Sendable {
        case persisted(agent: Int, AgentDisks.Write)
        /// Lay so many events into every outbox, then wait for `start`.
        case prepare(events: Int)
        case start
        case stop
    }

    let board = Board()
    let disks: AgentDisks?
    private let bell: Bell
    private let orders = Mutex<[Order]>([])
    private let prepared = AsyncStream.makeStream(of: Void.self)

    init(disks: AgentDisks?) throws {
        bell = try Bell()
        self.disks = disks
    }

    /// Dials; `failed` is called when the thread ends with an error.
    func start(
        endpoint: String, serverKey: String, keys: [CurveKeyPair], failed: @escaping @Sendable (any Error) -> Void
    ) {
        let thread = Thread { [self] in
            do {
                let reactor = try FleetReactor(
                    fleet: self, bell: bell, endpoint: endpoint, serverKey: serverKey, keys: keys)
                try reactor.run()
            } catch {
                failed(error)
            }
        }
        thread.stackSize = 8 << 20
        thread.name = "agents"
        thread.start()
    }

    func order(_ order: Order) {
        orders.withLock { $0.append(order) }
        bell.ring()
    }

    func takeOrders() -> [Order] {
        orders.withLock { orders in
            defer { orders = [] }
            return orders
        }
    }

    /// Fills every outbox, and returns when that is done.
    func prepare(events: Int) async {
        order(.prepare(events: events))
        var iterator = prepared.stream.makeAsyncIterator()
        await iterator.next()
    }

    func tellPrepared() { prepared.continuation.yield() }
}
