internal import FleetModel
internal import FleetRuntime

/// One agent process's end of the link.
final class SimulatedAgentTransport: AgentTransport {
    private let supervisor: SupervisorID
    private let network: SimulatedNetwork
    private let process: SimulatedProcess
    private let inbox = SimulatedInbox<AgentTransportInput>()

    init(supervisor: SupervisorID, network: SimulatedNetwork, process: SimulatedProcess) {
        self.supervisor = supervisor
        self.network = network
        self.process = process
    }

    func put(_ input: AgentTransportInput) { inbox.put(input) }

    func send(_ frame: [UInt8]) -> Bool {
        process.isAlive && network.send(frame, from: self, of: supervisor)
    }

    func next() async -> [AgentTransportInput]? { await inbox.next() }
    var failure: FleetError? { nil }
    func reconnect() { if process.isAlive { network.reconnect(self, of: supervisor) } }
    /// Dials anew, with this key from now on.
    func use(_ key: LinkKey) { if process.isAlive { network.use(key, self, of: supervisor) } }

    func close() {
        inbox.close()
        network.detach(self, of: supervisor)
    }
}

/// One coordinator process's end of all links.
final class SimulatedHubTransport: HubTransport {
    private let network: SimulatedNetwork
    private let process: SimulatedProcess
    private let inbox = SimulatedInbox<HubTransportInput>()

    init(network: SimulatedNetwork, process: SimulatedProcess) {
        self.network = network
        self.process = process
    }

    func put(_ input: HubTransportInput) { inbox.put(input) }

    func send(_ frame: [UInt8], to peer: LinkPeer) -> Bool {
        process.isAlive && network.send(frame, to: peer, from: self)
    }

    func next() async -> [HubTransportInput]? { await inbox.next() }
    var failure: FleetError? { nil }

    func admit(_ keys: [LinkKey: SupervisorID]) { if process.isAlive { network.admit(keys, by: self) } }
    func mute(_ key: LinkKey, for pause: Duration) {}
    func cut(_ peer: LinkPeer) { if process.isAlive { network.cut(peer) } }

    func close() {
        inbox.close()
        network.detach(self)
    }
}
