internal import FleetModel
internal import ResourceModel

/// Columns of the kinds a package brings along.
extension TableColumns {
    static func others(_ resource: ResourceDefinition, profile: ServerProfile) -> [TableColumn]? {
        switch (resource.group, resource.kind) {
        case ("networking.k8s.io", "Ingress"): return ingress
        case ("networking.k8s.io", "IngressClass"):
            return [
                .name, text("Controller") { $0[at: "spec", "controller"]?.stringValue ?? "" },
                text("Parameters") { $0[at: "spec", "parameters", "name"]?.stringValue ?? "<none>" }, .age,
            ]
        case ("networking.k8s.io", "NetworkPolicy"):
            return [.name, text("Pod-Selector") { selector($0[at: "spec", "podSelector"]) }, .age]
        case ("policy", "PodDisruptionBudget"):
            return [
                .name, text("Min Available") { amount($0[at: "spec", "minAvailable"]) },
                text("Max Unavailable") { amount($0[at: "spec", "maxUnavailable"]) },
                number("Allowed Disruptions") { integer($0[at: "status", "disruptionsAllowed"]) }, .age,
            ]
        case ("autoscaling", "HorizontalPodAutoscaler"): return autoscaler(named: profile != .kubernetes125)
        case ("certificates.k8s.io", "CertificateSigningRequest"): return certificateRequest
        case ("", "Endpoints"): return [.name, text("Endpoints", endpoints), .age]
        case ("discovery.k8s.io", "EndpointSlice"):
            return [
                .name, text("AddressType") { $0["addressType"]?.stringValue ?? "" },
                text("Ports") { slicePorts($0) }, text("Endpoints") { sliceAddresses($0) }, .age,
            ]
        case ("", "ResourceQuota"): return quota
        case ("", "LimitRange"):
            return [
                .name,
                TableColumn("Created At", type: "date") { object, _ in object.metadata["creationTimestamp"] ?? .null },
            ]
        case ("scheduling.k8s.io", "PriorityClass"):
            return [
                .name, number("Value") { integer($0["value"]) },
                text("Global-Default") { ($0["globalDefault"]?.boolValue ?? false) ? "true" : "false" }, .age,
                text("PreemptionPolicy") { $0["preemptionPolicy"]?.stringValue ?? "" },
            ]
        case ("coordination.k8s.io", "Lease"):
            return [.name, text("Holder") { $0[at: "spec", "holderIdentity"]?.stringValue ?? "" }, .age]
        case ("node.k8s.io", "RuntimeClass"):
            return [.name, text("Handler") { $0["handler"]?.stringValue ?? "" }, .age]
        case ("", "ReplicationController"): return replicaSet
        case ("apps", "ControllerRevision"):
            return [
                .name,
                text("Controller") { object in
                    let owner = (object.metadata["ownerReferences"]?.arrayValue ?? []).first
                    guard let kind = owner?["kind"]?.stringValue else { return "<none>" }
                    let group = owner?["apiVersion"]?.stringValue?.split(separator: "/").first ?? ""
                    return "\(kind.lowercased()).\(group)/\(owner?["name"]?.stringValue ?? "")"
                },
                number("Revision") { integer($0["revision"]) }, .age,
            ]
        default: return nil
        }
    }

    private static func amount(_ value: Value?) -> String {
        value?.stringValue ?? value?.intValue.map(String.init) ?? "N/A"
    }

    private static let ingress: [TableColumn] = [
        .name, text("Class") { $0[at: "spec", "ingressClassName"]?.stringValue ?? "<none>" },
        text("Hosts") { object in
            let hosts = (object[at: "spec", "rules"]?.arrayValue ?? []).compactMap { $0["host"]?.stringValue }
            return hosts.isEmpty ? "*" : some(hosts)
        },
        text("Address") { object in
            (object[at: "status", "loadBalancer", "ingress"]?.arrayValue ?? []).compactMap {
                $0["ip"]?.stringValue ?? $0["hostname"]?.stringValue
            }.joined(separator: ",")
        },
        text("Ports") { ($0[at: "spec", "tls"]?.arrayValue ?? []).isEmpty ? "80" : "80, 443" }, .age,
    ]

    /// The first three, and how many more there are.
    private static func some(_ names: [String]) -> String {
        names.count <= 3
            ? names.joined(separator: ",") : names.prefix(3).joined(separator: ",") + " + \(names.count - 3) more..."
    }

    private static func endpoints(_ object: Value) -> String {
        var all: [String] = []
        for subset in object["subsets"]?.arrayValue ?? [] {
            let addresses = (subset["addresses"]?.arrayValue ?? []).compactMap { $0["ip"]?.stringValue }
            let ports = (subset["ports"]?.arrayValue ?? []).compactMap { $0["port"]?.intValue }
            for address in addresses { all += ports.isEmpty ? [address] : ports.map { "\(address):\($0)" } }
        }
        return all.isEmpty ? "<none>" : some(all)
    }

    private static func slicePorts(_ object: Value) -> String {
        let ports = (object["ports"]?.arrayValue ?? []).map { $0["port"]?.intValue.map(String.init) ?? "*" }
        return ports.isEmpty ? "<unset>" : some(ports)
    }

    private static func sliceAddresses(_ object: Value) -> String {
        let all = (object["endpoints"]?.arrayValue ?? []).flatMap { endpoint in
            (endpoint["addresses"]?.arrayValue ?? []).compactMap(\.stringValue)
        }
        return all.isEmpty ? "<unset>" : some(all)
    }

    private static let quota: [TableColumn] = [
        .name, .age, text("Request") { amounts($0, limits: false) }, text("Limit") { amounts($0, limits: true) },
    ]

    private static func amounts(_ object: Value, limits: Bool) -> String {
        let hard = object[at: "status", "hard"] ?? object[at: "spec", "hard"]
        return (hard?.objectValue ?? [:]).sorted { $0.key < $1.key }.filter { $0.key.hasPrefix("limits.") == limits }
            .map { key, value in
                let used = object[at: "status", "used", key]?.stringValue ?? "0"
                return "\(key): \(used)/\(value.stringValue ?? value.intValue.map(String.init) ?? "")"
            }.joined(separator: ", ")
    }
}
