internal import ResourceModel

/// What the pods on the nodes take up, as the scheduler counts it: requests, host ports, and who is where.
struct NodeLoad {
    private struct Usage {
        var pods = 0
        var milliCPU: Int64 = 0
        var memory: Int64 = 0
        var ports: Set<String> = []
    }
    private struct Placed {
        var node: String
        var namespace: String
        var labels: [String: String]
    }
    private var usages: [String: Usage] = [:]
    private var placed: [Placed] = []

    init(pods: [Value]) {
        for pod in pods where !pod.isPodFinished {
            let node = pod.textAt("spec", "nodeName")
            if !node.isEmpty { add(pod, to: node) }
        }
    }

    func pods(on node: Value) -> Int { usages[node.objectName]?.pods ?? 0 }

    mutating func add(_ pod: Value, to node: String) {
        let asked = Self.requests(pod)
        var usage = usages[node] ?? Usage()
        usage.pods += 1
        usage.milliCPU += asked.milliCPU
        usage.memory += asked.memory
        usage.ports.formUnion(Self.hostPorts(pod))
        usages[node] = usage
        placed.append(Placed(node: node, namespace: pod.objectNamespace, labels: pod.objectLabels))
    }

    /// In the words of the plugins NodeResourcesFit, NodePorts and InterPodAffinity; nil when it fits.
    func refusal(of node: Value, for pod: Value, nodes: [Value]) -> String? {
        let usage = usages[node.objectName] ?? Usage()
        let limits = node[at: "status", "allocatable"] ?? [:]
        if let most = limits["pods"].flatMap(Self.quantity), Int64(usage.pods) >= most / 1000 { return "Too many pods" }
        if !usage.ports.isDisjoint(with: Self.hostPorts(pod)) {
            return "node(s) didn't have free ports for the requested pod ports"
        }
        let asked = Self.requests(pod)
        if asked.milliCPU > 0, let most = limits["cpu"].flatMap(Self.quantity), usage.milliCPU + asked.milliCPU > most {
            return "Insufficient cpu"
        }
        if asked.memory > 0, let most = limits["memory"].flatMap(Self.quantity),
            usage.memory + asked.memory > most / 1000
        {
            return "Insufficient memory"
        }
        return affinityRefusal(of: node, for: pod, nodes)
    }

    // MARK: Affinity between pods

    private func affinityRefusal(of node: Value, for pod: Value, _ nodes: [Value]) -> String? {
        for term in Self.terms(pod, "podAntiAffinity") where hasNeighbour(of: node, term, pod, nodes) {
            return "node(s) didn't match pod anti-affinity rules"
        }
        for term in Self.terms(pod, "podAffinity") where !hasNeighbour(of: node, term, pod, nodes) {
            // The first of a group that wants to be together may go anywhere.
            let own = LabelMatching.matches(term["labelSelector"], pod.objectLabels)
            let anybody = placed.contains { Self.selects(term, $0.namespace, $0.labels, of: pod) }
            if !own || anybody { return "node(s) didn't match pod affinity rules" }
        }
        return nil
    }

    private static func terms(_ pod: Value, _ kind: String) -> [Value] {
        pod.itemsAt("spec", "affinity", kind, "requiredDuringSchedulingIgnoredDuringExecution")
    }

    private func hasNeighbour(of node: Value, _ term: Value, _ pod: Value, _ nodes: [Value]) -> Bool {
        let key = term.textAt("topologyKey")
        guard let domain = node.objectLabels[key] else { return false }
        let inDomain = Set(nodes.filter { $0.objectLabels[key] == domain }.map(\.objectName))
        return placed.contains { inDomain.contains($0.node) && Self.selects(term, $0.namespace, $0.labels, of: pod) }
    }

    private static func selects(
        _ term: Value, _ namespace: String, _ labels: [String: String], of pod: Value
    ) -> Bool {
        let named = term.itemsAt("namespaces").compactMap(\.stringValue)
        let isHere = named.isEmpty ? namespace == pod.objectNamespace : named.contains(namespace)
        return isHere && LabelMatching.matches(term["labelSelector"], labels)
    }

    // MARK: Requests

    /// Thousandths, so that `250m` is a whole number.
    private static func quantity(_ value: Value) -> Int64? {
        let text = value.stringValue ?? value.intValue.map { String($0) } ?? ""
        return Quantity(text).map { Int64(clamping: $0.nanos / 1_000_000) }
    }

    /// The sum of the containers, or the largest init container when that is more.
    private static func requests(_ pod: Value) -> (milliCPU: Int64, memory: Int64) {
        func sum(_ name: String) -> Int64 {
            func of(_ container: Value) -> Int64 {
                let resources = container["resources"] ?? [:]
                return (resources[at: "requests", name] ?? resources[at: "limits", name]).flatMap(quantity) ?? 0
            }
            let running = pod.itemsAt("spec", "containers").reduce(Int64(0)) { $0 &+ of($1) }
            return max(running, pod.itemsAt("spec", "initContainers").map(of).max() ?? 0)
        }
        return (sum("cpu"), sum("memory") / 1000)
    }

    private static func hostPorts(_ pod: Value) -> Set<String> {
        let isHost = pod.flagAt("spec", "hostNetwork")
        return Set(
            pod.itemsAt("spec", "containers").flatMap { $0.itemsAt("ports") }.compactMap { port in
                let number = port.intAt("hostPort") ?? (isHost ? port.intAt("containerPort") : nil)
                let kind = port.textAt("protocol")
                return number.map { "\($0)/\(kind.isEmpty ? "TCP" : kind)" }
            })
    }
}
