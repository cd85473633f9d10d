package import FleetModel
internal import ResourceModel

/// Faults that the cluster itself obeys.
extension ClusterState {
    /// What the faults do to a request; the caller waits and cuts, then hands the effect to `handle`.
    package mutating func effect(of request: APIRequest, at real: Timestamp) -> FaultEffect {
        if faults.isEmpty || request.segments.first == Self.controlSegment { return FaultEffect() }
        return faults.effect(
            method: request.method, path: request.path, isWatch: request.flag("watch"), at: real)
    }

    static let controlSegment = "flotilla-simulator"

    package func isCertificateExpired(at real: Timestamp) -> Bool {
        faults.inEffect(at: real).contains { $0.kind == .expiredCertificate }
    }

    package mutating func cutsWatch(path: String, opened: Timestamp, at real: Timestamp) -> Bool {
        faults.isEmpty ? false : faults.cutsWatch(path: path, opened: opened, at: real)
    }

    package func nextWatchCut(path: String, opened: Timestamp, after real: Timestamp) -> Timestamp? {
        faults.isEmpty ? nil : faults.nextWatchCut(path: path, opened: opened, after: real)
    }

    /// Makes clock, controllers and freeze follow the faults in effect now.
    mutating func followFaults(at real: Timestamp) {
        guard faults.hasTurned(at: real) else { return }
        let inEffect = faults.inEffect(at: real)
        let speed = inEffect.last { $0.kind == .clockSpeed }?.speed ?? wantedSpeed
        if speed != clock.speed { clock.setSpeed(speed, at: real) }
        isFrozen = inEffect.contains { $0.kind == .freeze }
        controllers?.follow(inEffect)
        isDirty = true
    }

    // MARK: Stale reads

    /// Points in time that are remembered; a read can be as stale as they reach back.
    private static let markLimit = 1024
    private static let markPeriod: Int64 = 50

    /// Notes what the last call left; to be called before the time goes on.
    mutating func markRevision() {
        if let last = marks.last {
            guard revision != last.revision else { return }
            if real.milliseconds - last.time.milliseconds < Self.markPeriod {
                marks[marks.count - 1].revision = revision
                return
            }
        }
        marks.append(RevisionMark(time: real, revision: revision))
        if marks.count > Self.markLimit { marks.removeFirst(Self.markLimit / 2) }
    }

    /// The cluster as a reader that is behind sees it: one kind's objects, as they were then.
    func past(_ request: APIRequest, behind: Duration) -> ClusterState? {
        guard case .objects(let target) = APIRoute(request, registry) else { return nil }
        let then = real.advanced(byMilliseconds: -Fault.milliseconds(behind))
        guard let mark = marks.last(where: { $0.time <= then }) ?? marks.first, mark.revision < revision else {
            return nil
        }
        var past = self
        past.stores[target.resource.groupResource]?.rewind(to: mark.revision)
        past.revision = mark.revision
        return past
    }

    // MARK: Admission

    /// Refuses a write because a webhook that would have to admit it cannot be reached, or a quota is exceeded.
    mutating func refuseByFaults(
        _ object: Value, old: Value? = nil, _ resource: ResourceDefinition, isDelete: Bool = false
    ) throws(APIStatus) {
        guard !faults.isEmpty else { return }
        let operation = isDelete ? "DELETE" : old == nil ? "CREATE" : "UPDATE"
        for fault in faults.inEffect(at: real) {
            switch fault.kind {
            case .webhook: try refuseByWebhook(fault, object, resource, operation: operation)
            case .quota where isDelete: break
            case .quota: try refuseByQuota(fault, object, old, resource)
            case .latency, .error, .tooManyRequests, .cutConnection, .cutWatch, .staleReads, .imagePull, .slowPods,
                .crashingPods, .unreadyPods, .stuckPods, .storageFull, .noResizer, .expiredCertificate, .clockSpeed,
                .freeze:
                break
            }
        }
    }

    private mutating func refuseByWebhook(
        _ fault: Fault, _ object: Value, _ resource: ResourceDefinition, operation: String
    ) throws(APIStatus) {
        // Webhook configurations are never sent to webhooks.
        guard resource.group != "admissionregistration.k8s.io" else { return }
        for kind in ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"] {
            let configurations = self.resource(kind, group: "admissionregistration.k8s.io")
            for configuration in objects(configurations, namespace: nil) {
                for webhook in configuration["webhooks"]?.arrayValue ?? []
                where asks(webhook, object, resource, operation) {
                    let name = webhook["name"]?.stringValue ?? ""
                    guard NamePattern.matches(fault.match, name),
                        webhook["failurePolicy"]?.stringValue != "Ignore", faults.strikes(fault.name)
                    else { continue }
                    throw APIStatus(
                        500, "InternalError",
                        "Internal error occurred: failed calling webhook \"\(name)\": failed to call webhook: "
                            + "Post \"\(Self.address(webhook))\": dial tcp \(serviceAddress(webhook)): connect: "
                            + "connection refused")
                }
            }
        }
    }

    func asks(
        _ webhook: Value, _ object: Value, _ resource: ResourceDefinition, _ operation: String
    ) -> Bool {
        func has(_ rule: Value, _ key: String, _ text: String) -> Bool {
            (rule[key]?.arrayValue ?? []).contains { $0.stringValue == text || $0 == "*" }
        }
        let hits = (webhook["rules"]?.arrayValue ?? []).contains { rule in
            has(rule, "apiGroups", resource.group) && has(rule, "apiVersions", resource.version)
                && has(rule, "operations", operation)
                && (has(rule, "resources", resource.plural) || has(rule, "resources", "*/*"))
                && [nil, "*", resource.isNamespaced ? "Namespaced" : "Cluster"].contains(rule["scope"]?.stringValue)
        }
        guard hits else { return false }
        if let selector = webhook["objectSelector"], !LabelMatching.matches(selector, object.objectLabels) {
            return false
        }
        guard let selector = webhook["namespaceSelector"], resource.isNamespaced else { return true }
        let namespace = self.object(self.resource("Namespace"), namespace: "", name: object.objectNamespace)
        var labels = namespace?.objectLabels ?? [:]
        labels["kubernetes.io/metadata.name"] = object.objectNamespace
        return LabelMatching.matches(selector, labels)
    }

    static func address(_ webhook: Value) -> String {
        let seconds = webhook["timeoutSeconds"]?.intValue ?? 10
        if let url = webhook[at: "clientConfig", "url"]?.stringValue { return "\(url)?timeout=\(seconds)s" }
        let service = webhook[at: "clientConfig", "service"] ?? [:]
        let host = "\(service["name"]?.stringValue ?? "").\(service["namespace"]?.stringValue ?? "").svc"
        let port = service["port"]?.intValue ?? 443
        return "https://\(host):\(port)\(service["path"]?.stringValue ?? "/")?timeout=\(seconds)s"
    }

    private func serviceAddress(_ webhook: Value) -> String {
        let service = webhook[at: "clientConfig", "service"] ?? [:]
        let found = object(
            resource("Service"), namespace: service["namespace"]?.stringValue ?? "",
            name: service["name"]?.stringValue ?? "")
        let address = found?[at: "spec", "clusterIP"]?.stringValue ?? "10.96.0.1"
        return "\(address):\(service["port"]?.intValue ?? 443)"
    }

    /// The quota admission plugin's words; what is there is all that is allowed.
    private mutating func refuseByQuota(
        _ fault: Fault, _ object: Value, _ old: Value?, _ resource: ResourceDefinition
    ) throws(APIStatus) {
        guard NamePattern.matches(fault.match, object.objectNamespace) else { return }
        let namespace = object.objectNamespace
        var asked: String?
        var used = ""
        if fault.resource == "requests.storage", resource.groupResource == .core("persistentvolumeclaims") {
            func bytes(_ claim: Value) -> Int64 {
                claim[at: "spec", "resources", "requests", "storage"]?.stringValue
                    .flatMap(StorageQuantity.bytes).map { Int64(clamping: $0) } ?? 0
            }
            let more = bytes(object) - (old.map(bytes) ?? 0)
            let present = objects(resource, namespace: namespace).reduce(Int64(0)) { $0 &+ bytes($1) }
            if more > 0 { asked = Self.quantity(more) }
            used = Self.quantity(present)
        } else if fault.resource == resource.plural, old == nil {
            asked = "1"
            used = String(objects(resource, namespace: namespace).count)
        }
        guard let asked, faults.strikes(fault.name) else { return }
        throw APIStatus.forbidden(
            resource, object.objectName,
            "exceeded quota: \(fault.name), requested: \(fault.resource)=\(asked), used: \(fault.resource)=\(used), "
                + "limited: \(fault.resource)=\(used)")
    }

    private static func quantity(_ bytes: Int64) -> String {
        for (unit, size) in [("Gi", Int64(1) << 30), ("Mi", 1 << 20), ("Ki", 1 << 10)]
        where bytes >= size && bytes % size == 0 { return "\(bytes / size)\(unit)" }
        return String(bytes)
    }
}
