internal import ResourceModel

/// NetworkPolicy, PodDisruptionBudget, ResourceQuota and LimitRange (k8s.io/kubernetes `pkg/apis/*/validation`).
extension Validation {
    static func policy(_ object: Value, _ resource: ResourceDefinition, _ profile: ServerProfile) -> [FieldViolation] {
        switch (resource.group, resource.kind) {
        case ("networking.k8s.io", "NetworkPolicy"): networkPolicy(object, profile)
        case ("policy", "PodDisruptionBudget"): disruptionBudget(object)
        case ("", "ResourceQuota"): quota(object)
        case ("", "LimitRange"): limitRange(object)
        default: []
        }
    }

    // MARK: Selectors, numbers

    /// `ValidateLabelSelector`.
    static func labelSelector(_ selector: Value?, _ path: String) -> [FieldViolation] {
        var found: [FieldViolation] = []
        for (index, item) in (selector?["matchExpressions"]?.arrayValue ?? []).enumerated() {
            let here = "\(path).matchExpressions[\(index)]"
            let values = item["values"]?.arrayValue ?? []
            switch item["operator"]?.stringValue ?? "" {
            case "In", "NotIn":
                if values.isEmpty {
                    found.append(
                        .required("\(here).values", "must be specified when `operator` is 'In' or 'NotIn'"))
                }
            case "Exists", "DoesNotExist":
                if !values.isEmpty {
                    found.append(
                        .forbidden(
                            "\(here).values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"))
                }
            case let unknown:
                found.append(.invalid("\(here).operator", "\"\(unknown)\"", "not a valid selector operator"))
            }
            let key = item["key"]?.stringValue ?? ""
            if !Names.isQualifiedName(key) {
                found.append(.invalid("\(here).key", "\"\(key)\"", Names.qualifiedNameRule))
            }
        }
        for (key, value) in (selector?.stringMap("matchLabels") ?? [:]).sorted(by: { $0.key < $1.key }) {
            if !Names.isQualifiedName(key) {
                found.append(.invalid("\(path).matchLabels", "\"\(key)\"", Names.qualifiedNameRule))
            }
            if !Names.isLabelValue(value) {
                found.append(.invalid("\(path).matchLabels", "\"\(value)\"", Names.labelValueRule))
            }
        }
        return found
    }

    private static let percentRule =
        "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used "
        + "for validation is '[0-9]+%')"

    private static func goText(_ value: Value) -> String {
        if let text = value.stringValue { return "intstr.IntOrString{Type:1, IntVal:0, StrVal:\"\(text)\"}" }
        return "intstr.IntOrString{Type:0, IntVal:\(value.intValue ?? 0), StrVal:\"\"}"
    }

    private static func amountOfPods(_ value: Value?, _ path: String) -> [FieldViolation] {
        guard let value, !value.isNull else { return [] }
        if let number = value.intValue {
            return number < 0 ? [.invalid(path, String(number), "must be greater than or equal to 0")] : []
        }
        let text = value.stringValue ?? ""
        guard text.hasSuffix("%"), text.count > 1, text.dropLast().allSatisfy(\.isNumber) else {
            return [.invalid(path, goText(value), percentRule)]
        }
        guard let percent = Int(text.dropLast()), percent <= 100 else {
            return [.invalid(path, goText(value), "must not be greater than 100%")]
        }
        return []
    }

    // MARK: Kinds

    private static func disruptionBudget(_ object: Value) -> [FieldViolation] {
        let spec = object["spec"] ?? [:]
        var found: [FieldViolation] = []
        if spec["minAvailable"] != nil, spec["maxUnavailable"] != nil {
            found.append(
                .invalid(
                    "spec", "policy.PodDisruptionBudgetSpec{...}",
                    "minAvailable and maxUnavailable cannot be both set"))
        }
        found += amountOfPods(spec["minAvailable"], "spec.minAvailable")
        found += amountOfPods(spec["maxUnavailable"], "spec.maxUnavailable")
        found += labelSelector(spec["selector"], "spec.selector")
        if let policy = spec["unhealthyPodEvictionPolicy"]?.stringValue {
            let all = ["AlwaysAllow", "IfHealthyBudget"]
            if !all.contains(policy) { found.append(.unsupported("spec.unhealthyPodEvictionPolicy", policy, all)) }
        }
        return found
    }

    private static func networkPolicy(_ object: Value, _ profile: ServerProfile) -> [FieldViolation] {
        var found = labelSelector(object[at: "spec", "podSelector"], "spec.podSelector")
        for (key, peers) in [("ingress", "from"), ("egress", "to")] {
            for (index, rule) in (object[at: "spec", key]?.arrayValue ?? []).enumerated() {
                let here = "spec.\(key)[\(index)]"
                for (position, port) in (rule["ports"]?.arrayValue ?? []).enumerated() {
                    found += policyPort(port, "\(here).ports[\(position)]")
                }
                for (position, peer) in (rule[peers]?.arrayValue ?? []).enumerated() {
                    found += policyPeer(peer, "\(here).\(peers)[\(position)]", profile)
                }
            }
        }
        let types = object[at: "spec", "policyTypes"]?.arrayValue ?? []
        if types.count > 2 {
            found.append(
                .invalid(
                    "spec.policyTypes", "[]networking.PolicyType{...}", "may not specify more than two policyTypes"))
            return found
        }
        for (index, type) in types.enumerated() where type != "Ingress" && type != "Egress" {
            found.append(.unsupported("spec.policyTypes[\(index)]", type.stringValue ?? "", ["Egress", "Ingress"]))
        }
        return found
    }

    private static func policyPort(_ port: Value, _ here: String) -> [FieldViolation] {
        var found: [FieldViolation] = []
        if let name = port["protocol"]?.stringValue, !["SCTP", "TCP", "UDP"].contains(name) {
            found.append(.unsupported("\(here).protocol", name, ["SCTP", "TCP", "UDP"]))
        }
        let end = port["endPort"]?.intValue
        if let number = port["port"]?.intValue {
            if !(1...65_535).contains(number) {
                found.append(.invalid("\(here).port", String(number), "must be between 1 and 65535, inclusive"))
            }
            if let end, end < number {
                found.append(.invalid("\(here).endPort", String(end), "must be greater than or equal to `port`"))
            }
            if let end, !(1...65_535).contains(end) {
                found.append(.invalid("\(here).endPort", String(end), "must be between 1 and 65535, inclusive"))
            }
        } else if let end {
            let why = port["port"] == nil ? "is not specified" : "is non-numeric"
            found.append(.invalid("\(here).endPort", String(end), "may not be specified when `port` \(why)"))
        }
        return found
    }

    private static func policyPeer(_ peer: Value, _ here: String, _ profile: ServerProfile) -> [FieldViolation] {
        var found: [FieldViolation] = []
        let others = ["podSelector", "namespaceSelector"].filter { peer[$0] != nil }
        for key in others { found += labelSelector(peer[key], "\(here).\(key)") }
        guard let block = peer["ipBlock"] else {
            return others.isEmpty ? [.required(here, "must specify a peer")] : found
        }
        if !others.isEmpty { found.append(.forbidden(here, "may not specify both ipBlock and another peer")) }
        let rule =
            profile == .kubernetes125
            ? "not a valid CIDR" : "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
        let range = block["cidr"]?.stringValue ?? ""
        guard !range.isEmpty else { return found + [.required("\(here).ipBlock.cidr")] }
        guard let outer = AddressRange(range) else {
            return found + [.invalid("\(here).ipBlock.cidr", "\"\(range)\"", rule)]
        }
        for (index, item) in (block["except"]?.arrayValue ?? []).enumerated() {
            let text = item.stringValue ?? ""
            let path = "\(here).ipBlock.except[\(index)]"
            guard let inner = AddressRange(text) else {
                found.append(.invalid(path, "\"\(text)\"", rule))
                continue
            }
            if !outer.strictlyContains(inner) {
                found.append(.invalid(path, "\"\(text)\"", "must be a strict subset of `cidr`"))
            }
        }
        return found
    }

    private static let scopes = [
        "BestEffort", "CrossNamespacePodAffinity", "NotBestEffort", "NotTerminating", "PriorityClass", "Terminating",
    ]

    /// `ValidateResourceQuotaSpec`.
    private static func quota(_ object: Value) -> [FieldViolation] {
        var found: [FieldViolation] = []
        for (name, amount) in (object[at: "spec", "hard"]?.objectValue ?? [:]).sorted(by: { $0.key < $1.key }) {
            let here = "spec.hard[\(name)]"
            let isCounted = countedResources.contains(name)
            if !name.contains("/"), !isCounted, !measuredResources.contains(name), !name.contains("hugepages-") {
                found.append(
                    .invalid(here, "\"\(name)\"", "must be a standard resource type or fully qualified"))
                found.append(.invalid(here, "\"\(name)\"", "must be a standard resource for quota"))
            }
            guard let quantity = amount.scalarText.flatMap(Quantity.init), let text = amount.scalarText else {
                continue
            }
            if quantity < Quantity(nanos: 0, format: .decimal) {
                found.append(.invalid(here, "\"\(text)\"", "must be greater than or equal to 0"))
            }
            if isCounted || name.hasPrefix("count/"), quantity.nanos % 1_000_000_000 != 0 {
                found.append(.invalid(here, "\"\(text)\"", "must be an integer"))
            }
        }
        let given = (object[at: "spec", "scopes"]?.arrayValue ?? []).compactMap(\.stringValue)
        let shown = "[]core.ResourceQuotaScope{\(given.map { "\"\($0)\"" }.joined(separator: ", "))}"
        for scope in given where !scopes.contains(scope) {
            found.append(.invalid("spec.scopes", shown, "unsupported scope"))
        }
        for pair in [["BestEffort", "NotBestEffort"], ["Terminating", "NotTerminating"]]
        where Set(given).isSuperset(of: pair) {
            found.append(.invalid("spec.scopes", shown, "conflicting scopes"))
        }
        return found
    }

    private static let countedResources: Set<String> = [
        "configmaps", "persistentvolumeclaims", "pods", "replicationcontrollers", "resourcequotas", "secrets",
        "services", "services.loadbalancers", "services.nodeports",
    ]
    private static let measuredResources: Set<String> = [
        "cpu", "ephemeral-storage", "limits.cpu", "limits.ephemeral-storage", "limits.memory", "memory",
        "requests.cpu", "requests.ephemeral-storage", "requests.memory", "requests.storage",
    ]

    private static func limitRange(_ object: Value) -> [FieldViolation] {
        var found: [FieldViolation] = []
        var types: Set<String> = []
        for (index, item) in (object[at: "spec", "limits"]?.arrayValue ?? []).enumerated() {
            let here = "spec.limits[\(index)]"
            let type = item["type"]?.stringValue ?? ""
            if !types.insert(type).inserted { found.append(.duplicate("\(here).type", type)) }
            if type == "Pod" {
                for key in ["default", "defaultRequest"] where !(item[key]?.objectValue ?? [:]).isEmpty {
                    found.append(.forbidden("\(here).\(key)", "may not be specified when `type` is 'Pod'"))
                }
            }
            if type == "PersistentVolumeClaim", item[at: "min", "storage"] == nil, item[at: "max", "storage"] == nil {
                found.append(
                    .required(here, "either minimum or maximum storage value is required, but neither was provided"))
            }
            func amount(_ key: String, _ name: String) -> Quantity? {
                item[at: key, name]?.scalarText.flatMap(Quantity.init)
            }
            let names = ["min", "max", "default", "defaultRequest"].flatMap { (item[$0]?.objectValue ?? [:]).keys }
            for name in Set(names).sorted() {
                if let low = amount("min", name), let high = amount("max", name), low > high {
                    found.append(
                        .invalid(
                            "\(here).min[\(name)]", "\"\(low)\"", "min value \(low) is greater than max value \(high)"))
                }
                if let low = amount("defaultRequest", name), let high = amount("default", name), low > high {
                    found.append(
                        .invalid(
                            "\(here).defaultRequest[\(name)]", "\"\(low)\"",
                            "default request value \(low) is greater than default limit value \(high)"))
                }
            }
        }
        return found
    }

    // MARK: Certificate requests

    static func certificateRequest(_ object: Value) -> [FieldViolation] {
        var found: [FieldViolation] = []
        let bytes = Base64.decode(object.textAt("spec", "request")) ?? []
        let text = String(decoding: bytes, as: UTF8.self)
        if !text.contains("-----BEGIN CERTIFICATE REQUEST-----") {
            let shown = bytes.prefix(512).map { "0x" + String($0, radix: 16) }.joined(separator: ", ")
            found.append(
                .invalid("spec.request", "[]byte{\(shown)}", "PEM block type must be CERTIFICATE REQUEST"))
        }
        if object.itemsAt("spec", "usages").isEmpty { found.append(.required("spec.usages", "usages is required")) }
        let signer = object.textAt("spec", "signerName")
        if signer.isEmpty {
            found.append(.required("spec.signerName"))
        } else if signer.split(separator: "/", omittingEmptySubsequences: false).count != 2 {
            found.append(
                .invalid(
                    "spec.signerName", "\"\(signer)\"",
                    "must be a fully qualified domain and path of the form 'example.com/signer-name'"))
        }
        if let seconds = object.intAt("spec", "expirationSeconds"), seconds < 600 {
            found.append(
                .invalid(
                    "spec.expirationSeconds", String(seconds),
                    "may not specify a duration less than 600 seconds (10 minutes)"))
        }
        return found
    }
}
