package import FleetModel
package import ResourceModel

/// Services get their addresses: cluster address and node ports when the API left them out, and a load balancer's
/// address after a moment.
package struct ServiceController: Controller {
    private var balancers: [String: Timestamp] = [:]

    package init() {}

    package func watchedKinds(_ settings: ControllerSettings) -> [GroupVersionKind] { [ControllerKinds.service] }
    package func writtenKinds(_ settings: ControllerSettings) -> [GroupVersionKind] { [ControllerKinds.service] }

    package mutating func step(_ store: inout some ControllerStore, settings: ControllerSettings) -> Timestamp? {
        let services = store.list(ControllerKinds.service, namespace: nil)
        var due: Timestamp?
        for service in services where !service.isBeingDeleted {
            let type = service.textAt("spec", "type")
            guard type != "ExternalName" else { continue }
            let current = address(service, type, &store)
            due = store.earliest(due, balance(current, type, &store, settings))
        }
        if balancers.count > services.count {
            let alive = Set(services.map(\.uid))
            balancers = balancers.filter { alive.contains($0.key) }
        }
        return due
    }

    private func address(_ service: Value, _ type: String, _ store: inout some ControllerStore) -> Value {
        var changed = service
        if service.textAt("spec", "clusterIP").isEmpty {
            let address = store.allocateAddress(.cluster)
            changed[at: "spec", "clusterIP"] = .string(address)
            changed[at: "spec", "clusterIPs"] = .array([.string(address)])
        }
        if type == "NodePort" || type == "LoadBalancer", service[at: "spec", "allocateLoadBalancerNodePorts"] != false {
            let ports = service.itemsAt("spec", "ports")
            if ports.contains(where: { ($0.intAt("nodePort") ?? 0) == 0 }) {
                changed[at: "spec", "ports"] = .array(
                    ports.map { port in
                        guard (port.intAt("nodePort") ?? 0) == 0 else { return port }
                        var port = port
                        port["nodePort"] = .int(Int64(store.allocateAddress(.nodePort)) ?? 30_000)
                        return port
                    })
            }
        }
        return store.put(changed, over: service)
    }

    private mutating func balance(
        _ service: Value, _ type: String, _ store: inout some ControllerStore, _ settings: ControllerSettings
    ) -> Timestamp? {
        let present = service.itemsAt("status", "loadBalancer", "ingress")
        guard type == "LoadBalancer" else {
            balancers[service.uid] = nil
            if !present.isEmpty { store.putStatus(["loadBalancer": [:]], of: service) }
            return nil
        }
        guard present.isEmpty else { return nil }
        guard let ready = balancers[service.uid] else {
            let ready = store.now.advanced(by: settings.loadBalancer)
            balancers[service.uid] = ready
            record(service, "EnsuringLoadBalancer", "Ensuring load balancer", &store)
            return ready
        }
        guard ready <= store.now else { return ready }
        let wanted = service.textAt("spec", "loadBalancerIP")
        var ingress: Value = ["ip": .string(wanted.isEmpty ? store.allocateAddress(.loadBalancer) : wanted)]
        if store.profile == .kubernetes132 { ingress["ipMode"] = "VIP" }
        var status = service["status"] ?? [:]
        status["loadBalancer"] = ["ingress": .array([ingress])]
        store.putStatus(status, of: service)
        record(service, "EnsuredLoadBalancer", "Ensured load balancer", &store)
        balancers[service.uid] = nil
        return nil
    }

    private func record(
        _ service: Value, _ reason: String, _ message: String, _ store: inout some ControllerStore
    ) {
        store.recordEvent(
            about: service, type: "Normal", reason: reason, message: message, component: "service-controller")
    }
}
