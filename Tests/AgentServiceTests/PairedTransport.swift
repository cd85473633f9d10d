import FleetModel
import FleetRuntime
import Synchronization

/// The agent's transport and the other end of it, in memory.
final class PairedTransport: AgentTransport {
    private let toAgent: AsyncStream<AgentTransportInput>
    private let agentInput: AsyncStream<AgentTransportInput>.Continuation
    let fromAgent: AsyncStream<[UInt8]>
    private let agentOutput: AsyncStream<[UInt8]>.Continuation
    private let isCut = Mutex(false)

    init() {
        (toAgent, agentInput) = AsyncStream.makeStream()
        (fromAgent, agentOutput) = AsyncStream.makeStream()
        agentInput.yield(.connected)
    }

    /// While cut, nothing passes either way.
    func cut(_ value: Bool) {
        isCut.withLock { $0 = value }
        agentInput.yield(value ? .disconnected : .connected)
    }

    func deliver(_ frame: [UInt8]) {
        if !isCut.withLock({ $0 }) { agentInput.yield(.frame(frame)) }
    }

    func send(_ frame: [UInt8]) -> Bool {
        if !isCut.withLock({ $0 }) { agentOutput.yield(frame) }
        return true
    }

    var failure: FleetError? { nil }

    func next() async -> [AgentTransportInput]? {
        for await input in toAgent { return [input] }
        return nil
    }

    func reconnect() {
        agentInput.yield(.disconnected)
        agentInput.yield(.connected)
    }

    func close() {
        agentInput.finish()
        agentOutput.finish()
    }
}
