internal import FleetModel
internal import Synchronization

/// Carries a decision's reply out of the sequencer to the command that waits for it.
final class SharedReply: Sendable {
    private let reply = Mutex(CommandReply(position: 0))
    func set(_ value: CommandReply) { reply.withLock { $0 = value } }
    var value: CommandReply { reply.withLock { $0 } }
}
