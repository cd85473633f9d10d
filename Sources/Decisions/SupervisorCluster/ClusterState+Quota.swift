internal import ResourceModel

/// ResourceQuota: what a namespace may hold, checked at each write and told in the quota's status.
extension ClusterState {
    private typealias Amounts = [String: Quantity]

    private static let one = Quantity(nanos: 1_000_000_000, format: .decimal)
    /// Amounts every container has to name as soon as a quota bounds them.
    private static let compute: Set<String> = [
        "cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory",
    ]

    // MARK: Admission

    /// Refuses what would exceed a quota; of an update only what it adds counts.
    func checkQuota(_ object: Value, old: Value? = nil, _ resource: ResourceDefinition) throws(APIStatus) {
        let quotas = objects(self.resource("ResourceQuota"), namespace: object.objectNamespace)
        guard !quotas.isEmpty, Self.counts(object, resource) else { return }
        let after = usage(object, resource)
        let before = old.map { usage($0, resource) } ?? [:]
        for quota in quotas where Self.isInScope(quota, object, resource) {
            let hard = quota[at: "spec", "hard"]?.objectValue ?? [:]
            if old == nil { try checkNamed(object, resource, quota, hard) }
            var exceeded: [(name: String, requested: Quantity, used: Quantity, limit: Value)] = []
            for (name, amount) in after.sorted(by: { $0.key < $1.key }) {
                guard let bound = hard[name], let limit = Self.amount(bound) else { continue }
                let added = before[name].map { amount - $0 } ?? amount
                guard added > Quantity(nanos: 0, format: .decimal) else { continue }
                let used = used(name, quota)
                if used + added > limit { exceeded.append((name, added, used, bound)) }
            }
            guard !exceeded.isEmpty else { continue }
            func list(_ text: (Int) -> String) -> String {
                exceeded.indices.map { "\(exceeded[$0].name)=\(text($0))" }.joined(separator: ",")
            }
            throw .forbidden(
                resource, object.objectName,
                "exceeded quota: \(quota.objectName), requested: \(list { exceeded[$0].requested.description }), "
                    + "used: \(list { exceeded[$0].used.description }), "
                    + "limited: \(list { exceeded[$0].limit.scalarText ?? "0" })")
        }
    }

    /// A pod under a quota of cpu or memory has to say how much it takes.
    private func checkNamed(
        _ object: Value, _ resource: ResourceDefinition, _ quota: Value, _ hard: [String: Value]
    ) throws(APIStatus) {
        guard resource.group.isEmpty, resource.kind == "Pod" else { return }
        let containers =
            (object[at: "spec", "containers"]?.arrayValue ?? [])
            + (object[at: "spec", "initContainers"]?.arrayValue ?? [])
        var missing: [String] = []
        for name in hard.keys.sorted() where Self.compute.contains(name) {
            let parts = name.split(separator: ".").map(String.init)
            let (section, unit) = parts.count == 2 ? (parts[0], parts[1]) : ("requests", name)
            let silent = containers.filter { $0[at: "resources", section, unit] == nil }
            guard !silent.isEmpty else { continue }
            let names = Set(silent.compactMap { $0["name"]?.stringValue }).sorted().joined(separator: ",")
            missing.append("\(name) for: \(names)")
        }
        guard !missing.isEmpty else { return }
        throw .forbidden(
            resource, object.objectName,
            "failed quota: \(quota.objectName): must specify \(missing.joined(separator: "; "))")
    }

    // MARK: Status

    /// The quota controller: `status.hard` and `status.used` of every quota.
    mutating func updateQuotas() {
        let quotas = objects(resource("ResourceQuota"), namespace: nil)
        guard !quotas.isEmpty, quotaMark != revision else { return }
        for quota in quotas where !quota.isBeingDeleted {
            let hard = quota[at: "spec", "hard"]?.objectValue ?? [:]
            var used: [String: Value] = [:]
            for name in hard.keys { used[name] = .string(self.used(name, quota).description) }
            let status: Value = ["hard": .object(hard), "used": .object(used)]
            guard quota["status"] != status else { continue }
            var changed = quota
            changed["status"] = status
            put(changed, replacing: quota, resource("ResourceQuota"), by: Self.controllerManager)
        }
        quotaMark = revision
    }

    private func used(_ name: String, _ quota: Value) -> Quantity {
        var sum: Quantity?
        for resource in counted(name) {
            for object in objects(resource, namespace: quota.objectNamespace)
            where Self.counts(object, resource) && Self.isInScope(quota, object, resource) {
                guard let amount = usage(object, resource)[name] else { continue }
                sum = sum.map { $0 + amount } ?? amount
            }
        }
        return sum ?? Quantity(nanos: 0, format: .decimal)
    }

    /// The resources whose objects use up what a quota calls by that name.
    private func counted(_ name: String) -> [ResourceDefinition] {
        if name.hasPrefix("count/") {
            let parts = name.dropFirst(6).split(separator: ".", maxSplits: 1).map(String.init)
            let wanted = GroupResource(group: parts.count == 2 ? parts[1] : "", plural: parts.first ?? "")
            return registry.resource(wanted).map { [$0] } ?? []
        }
        if name.hasPrefix("services") { return [resource("Service")] }
        if name == "requests.storage" || name == "persistentvolumeclaims" || name.contains(".storageclass.") {
            return [resource("PersistentVolumeClaim")]
        }
        if let plain = registry.resource(GroupResource(group: "", plural: name)), plain.isNamespaced { return [plain] }
        return [resource("Pod")]
    }

    // MARK: Amounts

    private static func amount(_ value: Value?) -> Quantity? { value?.scalarText.flatMap(Quantity.init) }

    /// Pods that have ended use nothing.
    private static func counts(_ object: Value, _ resource: ResourceDefinition) -> Bool {
        guard resource.group.isEmpty, resource.kind == "Pod" else { return true }
        return !["Succeeded", "Failed"].contains(object[at: "status", "phase"]?.stringValue ?? "")
    }

    /// What an object uses of the quota's resources.
    private func usage(_ object: Value, _ resource: ResourceDefinition) -> Amounts {
        var usage: Amounts = ["count/\(resource.qualifiedPlural)": Self.one]
        guard resource.group.isEmpty else { return usage }
        usage[resource.plural] = Self.one
        switch resource.kind {
        case "PersistentVolumeClaim":
            guard let storage = Self.amount(object[at: "spec", "resources", "requests", "storage"]) else { break }
            usage["requests.storage"] = storage
            if let name = object[at: "spec", "storageClassName"]?.stringValue {
                usage["\(name).storageclass.storage.k8s.io/requests.storage"] = storage
                usage["\(name).storageclass.storage.k8s.io/persistentvolumeclaims"] = Self.one
            }
        case "Service":
            let ports = object[at: "spec", "ports"]?.arrayValue?.count ?? 0
            let type = object[at: "spec", "type"]?.stringValue
            if type == "LoadBalancer" { usage["services.loadbalancers"] = Self.one }
            let takesPorts =
                type == "NodePort"
                || type == "LoadBalancer" && object[at: "spec", "allocateLoadBalancerNodePorts"] != false
            if takesPorts {
                usage["services.nodeports"] = Quantity(nanos: Int128(ports) * 1_000_000_000, format: .decimal)
            }
        case "Pod":
            for section in ["requests", "limits"] {
                for (unit, amount) in Self.podAmounts(object, section) {
                    usage["\(section).\(unit)"] = amount
                    if section == "requests" { usage[unit] = amount }
                }
            }
        default: break
        }
        return usage
    }

    /// The sum over a pod's containers, or what its largest init container takes.
    private static func podAmounts(_ pod: Value, _ section: String) -> Amounts {
        var sums: Amounts = [:]
        for container in pod[at: "spec", "containers"]?.arrayValue ?? [] {
            for (unit, value) in container[at: "resources", section]?.objectValue ?? [:] {
                guard let amount = amount(value) else { continue }
                sums[unit] = sums[unit].map { $0 + amount } ?? amount
            }
        }
        for container in pod[at: "spec", "initContainers"]?.arrayValue ?? [] {
            for (unit, value) in container[at: "resources", section]?.objectValue ?? [:] {
                guard let amount = amount(value) else { continue }
                sums[unit] = max(sums[unit] ?? amount, amount)
            }
        }
        return sums
    }

    /// Scopes choose among pods; a quota with scopes counts nothing else.
    private static func isInScope(_ quota: Value, _ object: Value, _ resource: ResourceDefinition) -> Bool {
        let scopes = (quota[at: "spec", "scopes"]?.arrayValue ?? []).compactMap(\.stringValue)
        guard !scopes.isEmpty else { return true }
        guard resource.group.isEmpty, resource.kind == "Pod" else { return false }
        let isTerminating = object[at: "spec", "activeDeadlineSeconds"]?.intValue != nil
        let isBestEffort = podAmounts(object, "requests").isEmpty && podAmounts(object, "limits").isEmpty
        return scopes.allSatisfy { scope in
            switch scope {
            case "Terminating": isTerminating
            case "NotTerminating": !isTerminating
            case "BestEffort": isBestEffort
            case "NotBestEffort": !isBestEffort
            default: false
            }
        }
    }
}
