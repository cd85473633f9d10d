internal import ResourceModel

/// Cluster addresses and node ports that are taken, and the next free ones.
package struct AddressBook: Sendable {
    private var clusterAddresses: Set<String> = []
    private var nodePorts: Set<Int64> = []
    private var nextCluster = 10
    private var nextPod = 1
    private var nextLoadBalancer = 2
    private var nextNodePort: Int64 = 30_000

    private static let nodePortRange: ClosedRange<Int64> = 30_000...32_767
    /// Addresses of 10.96.0.0/16 before allocation starts over.
    private static let clusterRange = 65_000

    /// Where the search for free addresses goes on: cluster, pod, load balancer, node port.
    var positions: [Int64] {
        get { [Int64(nextCluster), Int64(nextPod), Int64(nextLoadBalancer), nextNodePort] }
        set {
            guard newValue.count == 4, newValue.allSatisfy({ (1...65_535).contains($0) }),
                Self.nodePortRange.contains(newValue[3])
            else { return }
            nextCluster = Int(newValue[0])
            nextPod = Int(newValue[1])
            nextLoadBalancer = Int(newValue[2])
            nextNodePort = newValue[3]
        }
    }

    func isTaken(address: String) -> Bool { clusterAddresses.contains(address) }
    func isTaken(nodePort: Int64) -> Bool { nodePorts.contains(nodePort) }

    mutating func allocate(_ kind: AddressKind) -> String {
        switch kind {
        case .pod:
            defer { nextPod = nextPod % 64_000 + 1 }
            return "10.244.\(nextPod / 250).\(nextPod % 250 + 2)"
        case .loadBalancer:
            defer { nextLoadBalancer = nextLoadBalancer % 200 + 2 }
            return "192.168.130.\(nextLoadBalancer)"
        case .cluster:
            for _ in 0..<Self.clusterRange {
                let address = "10.96.\(nextCluster / 256).\(nextCluster % 256)"
                nextCluster = nextCluster % Self.clusterRange + 1
                if !clusterAddresses.contains(address), !address.hasSuffix(".0") { return address }
            }
            return "None"
        case .nodePort:
            for _ in Self.nodePortRange {
                let port = nextNodePort
                nextNodePort = nextNodePort == Self.nodePortRange.upperBound ? Self.nodePortRange.lowerBound : port + 1
                if !nodePorts.contains(port) { return String(port) }
            }
            return "0"
        }
    }

    mutating func update(from old: Value?, to new: Value?) {
        for port in Self.ports(old) { nodePorts.remove(port) }
        for address in Self.addresses(old) { clusterAddresses.remove(address) }
        for port in Self.ports(new) { nodePorts.insert(port) }
        for address in Self.addresses(new) { clusterAddresses.insert(address) }
    }

    private static func ports(_ service: Value?) -> [Int64] {
        (service?[at: "spec", "ports"]?.arrayValue ?? []).compactMap { $0["nodePort"]?.intValue }
    }
    private static func addresses(_ service: Value?) -> [String] {
        (service?[at: "spec", "clusterIPs"]?.arrayValue ?? []).compactMap(\.stringValue).filter { $0 != "None" }
    }
}
