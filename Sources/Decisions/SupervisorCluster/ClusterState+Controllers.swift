package import FleetModel
package import ResourceModel

/// Running the controllers, and what they may do.
extension ClusterState: ControllerStore {
    /// Runs everything that is due; returns the real time of the next step that is needed without a request.
    package mutating func step(at real: Timestamp) -> Timestamp? {
        advance(to: real)
        let turn = faults.nextChange(after: real)
        guard let next = advanceControllers() else { return turn }
        return turn.map { min($0, next) } ?? next
    }

    /// Runs what is due; returns the real time of the next step.
    private mutating func advanceControllers() -> Timestamp? {
        if isFrozen { return nil }
        let isDue = wakeTime.map { $0 <= now } ?? false
        guard isDirty || isDue else { return wakeTime.flatMap { clock.realTime(for: $0) } }
        wakeTime = nil
        var rounds = 0
        repeat {
            isDirty = false
            rounds += 1
            collectGarbage()
            finishCustomResources()
            finishNamespaces()
            updateQuotas()
            if var controllers {
                // Taken out while it runs, so that it does not hold a second copy of the state.
                self.controllers = nil
                controllers.step(&self)
                self.controllers = controllers
            }
        } while isDirty && rounds < settings.maximumControllerRounds
        if isDirty { wake(at: now.advanced(byMilliseconds: 100)) }
        return wakeTime.flatMap { clock.realTime(for: $0) }
    }

    package func list(_ kind: GroupVersionKind, namespace: String?) -> [Value] {
        registry.resource(kind).map { objects($0, namespace: namespace) } ?? []
    }

    package func get(_ kind: GroupVersionKind, namespace: String, name: String) -> Value? {
        registry.resource(kind).flatMap { object($0, namespace: namespace, name: name) }
    }

    package func changeMark(_ kind: GroupVersionKind) -> Int {
        registry.resource(kind).flatMap { stores[$0.groupResource]?.lastRevision } ?? 0
    }

    @discardableResult
    package mutating func create(_ object: Value) throws -> Value {
        let resource = try served(object.groupVersionKind)
        var options = WriteOptions()
        return try create(object, resource, &options)
    }

    @discardableResult
    package mutating func update(_ object: Value) throws -> Value {
        try write(object, subresource: nil)
    }

    @discardableResult
    package mutating func updateStatus(_ object: Value) throws -> Value {
        try write(object, subresource: "status")
    }

    private mutating func write(_ object: Value, subresource: String?) throws -> Value {
        let resource = try served(object.groupVersionKind)
        guard let old = self.object(resource, namespace: object.objectNamespace, name: object.objectName) else {
            throw APIStatus.notFound(resource, object.objectName)
        }
        if !object.resourceVersion.isEmpty, object.resourceVersion != old.resourceVersion {
            throw APIStatus.modified(resource, object.objectName)
        }
        var options = WriteOptions(subresource: subresource)
        return try replace(old, with: object, resource, &options)
    }

    package mutating func delete(_ kind: GroupVersionKind, namespace: String, name: String) throws {
        let resource = try served(kind)
        guard let old = object(resource, namespace: namespace, name: name) else {
            throw APIStatus.notFound(resource, name)
        }
        _ = try delete(old, resource, DeleteOptions(propagation: "Background"))
    }

    package mutating func finalize(_ kind: GroupVersionKind, namespace: String, name: String) throws {
        let resource = try served(kind)
        guard let old = object(resource, namespace: namespace, name: name) else {
            throw APIStatus.notFound(resource, name)
        }
        _ = try delete(old, resource, DeleteOptions(graceSeconds: 0))
    }

    private func served(_ kind: GroupVersionKind) throws(APIStatus) -> ResourceDefinition {
        guard let resource = registry.resource(kind) else { throw .pageNotFound }
        return resource
    }

    package mutating func wake(at time: Timestamp) { wakeTime = min(wakeTime ?? time, time) }

    package mutating func randomSuffix() -> String { entropy.suffix() }

    package mutating func allocateAddress(_ kind: AddressKind) -> String { addresses.allocate(kind) }

    // MARK: Events

    /// Events of one object that are looked through for a repeat.
    private static let eventSearchLimit = 200

    package mutating func recordEvent(
        about object: Value, type: String, reason: String, message: String, component: String
    ) {
        let resource = self.resource("Event")
        let namespace = object.objectNamespace.isEmpty ? "default" : object.objectNamespace
        let known = store(of: resource).list(namespace: namespace).suffix(Self.eventSearchLimit).last {
            $0["reason"]?.stringValue == reason && $0["message"]?.stringValue == message
                && $0[at: "involvedObject", "uid"]?.stringValue == object.uid
                && $0["type"]?.stringValue == type
        }
        let isNewForm = component == "default-scheduler"
        if var event = known {
            if isNewForm {
                let count = event[at: "series", "count"]?.intValue ?? 1
                event["series"] = ["count": .int(count &+ 1), "lastObservedTime": .string(microTime)]
                _ = put(event, resource)
                return
            }
            event["count"] = .int((event["count"]?.intValue ?? 1) &+ 1)
            event["lastTimestamp"] = .string(now.seconds)
            _ = put(event, resource)
            return
        }
        var involved: [String: Value] = [
            "kind": .string(object.kind), "apiVersion": .string(object.apiVersion),
            "name": .string(object.objectName), "uid": .string(object.uid),
        ]
        if !object.objectNamespace.isEmpty { involved["namespace"] = .string(object.objectNamespace) }
        if !object.resourceVersion.isEmpty { involved["resourceVersion"] = .string(object.resourceVersion) }
        let suffix = String(UInt64(bitPattern: now.milliseconds) &* 1_000_000 &+ entropy.next() % 1_000_000, radix: 16)
        var event: Value = [
            "apiVersion": "v1", "kind": "Event",
            "metadata": [
                "name": .string("\(object.objectName).\(suffix)"), "namespace": .string(namespace),
            ],
            "involvedObject": .object(involved), "reason": .string(reason), "message": .string(message),
            "type": .string(type), "count": 1, "firstTimestamp": .string(now.seconds),
            "lastTimestamp": .string(now.seconds), "source": ["component": .string(component)], "eventTime": nil,
            "reportingComponent": .string(component), "reportingInstance": "",
        ]
        // client-go names the reporting component in old events only since 1.27.
        if profile == .kubernetes125, component != "kubelet" { event["reportingComponent"] = "" }
        if component == "kubelet", let node = object[at: "spec", "nodeName"]?.stringValue {
            event[at: "source", "host"] = .string(node)
            event["reportingInstance"] = .string(node)
        }
        if isNewForm {
            // The scheduler writes through events.k8s.io: no count, no first and last time (measured on both).
            event["count"] = nil
            event["firstTimestamp"] = .null
            event["lastTimestamp"] = .null
            event["source"] = [:]
            event["eventTime"] = .string(microTime)
            event["reportingComponent"] = .string(component)
            event["action"] = reason == "Scheduled" ? "Binding" : "Scheduling"
            event["reportingInstance"] = .string("\(component)-supervisor-cp-1")
        }
        // In a namespace that is going down there is nobody to tell.
        var options = WriteOptions()
        _ = try? create(event, resource, &options)
        trimEvents(namespace, resource)
    }

    /// `metav1.MicroTime`: six digits after the point.
    private var microTime: String { "\(now)".dropLast() + "000Z" }

    /// Events kept per namespace; the oldest go first (a real server lets them expire after an hour).
    private static let eventLimit = 2000

    private mutating func trimEvents(_ namespace: String, _ resource: ResourceDefinition) {
        guard store(of: resource).count > Self.eventLimit else { return }
        let events = store(of: resource).list(namespace: namespace)
        guard events.count > Self.eventLimit else { return }
        let oldest = events.sorted { (Int($0.resourceVersion) ?? 0) < (Int($1.resourceVersion) ?? 0) }
        for event in oldest.prefix(events.count - Self.eventLimit) { take(event, resource) }
    }
}
