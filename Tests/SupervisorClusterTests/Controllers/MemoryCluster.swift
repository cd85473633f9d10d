import FleetModel
import ResourceModel
import SupervisorCluster

/// A cluster for controller tests: stores what it is given, without validation or defaults.
struct MemoryCluster: ControllerStore {
    struct Refusal: Error, CustomStringConvertible {
        var description: String
    }
    struct RecordedEvent: Equatable, CustomStringConvertible {
        var kind: String
        var name: String
        var type: String
        var reason: String
        var message: String
        var component: String
        var count = 1
        var description: String { "\(kind)/\(name) \(type) \(reason) x\(count): \(message)" }
    }
    struct Key: Hashable, Comparable {
        var kind: GroupVersionKind
        var namespace: String
        var name: String
        static func < (left: Key, right: Key) -> Bool {
            (left.kind, left.namespace, left.name) < (right.kind, right.namespace, right.name)
        }
    }

    var now = Timestamp(milliseconds: 1_790_000_000_000)
    var profile = ServerProfile.kubernetes132
    var objects: [Key: Value] = [:]
    var events: [RecordedEvent] = []
    var wakeTime: Timestamp?
    var writes = 0
    /// Refuses creations of pods whose name begins so.
    var refusedPods: String?
    private var serial = 0
    private var addresses: [AddressKind: Int] = [:]

    private func key(_ object: Value) -> Key {
        Key(kind: object.groupVersionKind, namespace: object.objectNamespace, name: object.objectName)
    }

    func list(_ kind: GroupVersionKind, namespace: String?) -> [Value] {
        objects.filter { $0.key.kind == kind && (namespace == nil || $0.key.namespace == namespace) }
            .sorted { $0.key < $1.key }.map(\.value)
    }

    func get(_ kind: GroupVersionKind, namespace: String, name: String) -> Value? {
        objects[Key(kind: kind, namespace: namespace, name: name)]
    }

    @discardableResult
    mutating func create(_ object: Value) throws -> Value {
        var object = object
        if object.objectName.isEmpty, let prefix = object[at: "metadata", "generateName"]?.stringValue {
            object[at: "metadata", "name"] = .string(prefix + randomSuffix())
        }
        if let refusedPods, object.kind == "Pod", object.objectName.hasPrefix(refusedPods) {
            throw Refusal(description: "pods \"\(object.objectName)\" is forbidden: exceeded quota")
        }
        guard objects[key(object)] == nil else {
            throw Refusal(description: "\(object.kind) \"\(object.objectName)\" already exists")
        }
        serial += 1
        object[at: "metadata", "uid"] = .string("uid-\(serial)")
        object[at: "metadata", "creationTimestamp"] = .string(now.seconds)
        object[at: "metadata", "generation"] = 1
        store(&object)
        return object
    }

    private mutating func store(_ object: inout Value) {
        serial += 1
        writes += 1
        object[at: "metadata", "resourceVersion"] = .string("\(serial)")
        objects[key(object)] = object
    }

    @discardableResult
    mutating func update(_ object: Value) throws -> Value {
        guard let old = objects[key(object)] else { throw Refusal(description: "\(object.objectName) not found") }
        guard object.resourceVersion == old.resourceVersion else { throw Refusal(description: "modified") }
        var object = object
        object["status"] = old["status"]
        if object["spec"] != old["spec"] {
            object[at: "metadata", "generation"] = .int((old[at: "metadata", "generation"]?.intValue ?? 0) + 1)
        }
        if object == old { return old }
        let isHeld = !(object[at: "metadata", "finalizers"]?.arrayValue ?? []).isEmpty
        store(&object)
        if object.isBeingDeleted, !isHeld, object.kind != "Pod" { remove(object) }
        return object
    }

    @discardableResult
    mutating func updateStatus(_ object: Value) throws -> Value {
        guard var stored = objects[key(object)] else { throw Refusal(description: "\(object.objectName) not found") }
        guard object.resourceVersion == stored.resourceVersion else { throw Refusal(description: "modified") }
        guard stored["status"] != object["status"] else { return stored }
        stored["status"] = object["status"]
        store(&stored)
        return stored
    }

    mutating func delete(_ kind: GroupVersionKind, namespace: String, name: String) throws {
        guard var object = get(kind, namespace: namespace, name: name) else {
            throw Refusal(description: "\(name) not found")
        }
        guard !object.isBeingDeleted else { return }
        let isHeld = !(object[at: "metadata", "finalizers"]?.arrayValue ?? []).isEmpty
        if kind.kind == "Pod" || isHeld {
            object[at: "metadata", "deletionTimestamp"] = .string(now.seconds)
            object[at: "metadata", "deletionGracePeriodSeconds"] = kind.kind == "Pod" ? 30 : 0
            store(&object)
        } else {
            remove(object)
        }
    }

    mutating func finalize(_ kind: GroupVersionKind, namespace: String, name: String) throws {
        guard let object = get(kind, namespace: namespace, name: name) else {
            throw Refusal(description: "\(name) not found")
        }
        remove(object)
    }

    /// Removes an object and, as the garbage collector does, what it owns.
    private mutating func remove(_ object: Value) {
        writes += 1
        objects[key(object)] = nil
        for (key, owned) in objects.sorted(by: { $0.key < $1.key }) {
            let owners = owned[at: "metadata", "ownerReferences"]?.arrayValue ?? []
            if owners.contains(where: { $0["uid"]?.stringValue == object.uid }) {
                try? delete(key.kind, namespace: key.namespace, name: key.name)
            }
        }
    }

    mutating func recordEvent(
        about object: Value, type: String, reason: String, message: String, component: String
    ) {
        if let index = events.firstIndex(where: {
            $0.kind == object.kind && $0.name == object.objectName && $0.reason == reason && $0.message == message
        }) {
            events[index].count += 1
            return
        }
        events.append(
            RecordedEvent(
                kind: object.kind, name: object.objectName, type: type, reason: reason, message: message,
                component: component))
    }

    mutating func wake(at time: Timestamp) { wakeTime = min(wakeTime ?? time, time) }

    mutating func randomSuffix() -> String {
        serial += 1
        let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")
        var number = serial &* 2_654_435_761
        return String(
            (0..<5).map { _ in
                defer { number /= 27 }
                return alphabet[number % 27]
            })
    }

    mutating func allocateAddress(_ kind: AddressKind) -> String {
        addresses[kind, default: 0] += 1
        let number = addresses[kind] ?? 0
        return switch kind {
        case .pod: "10.244.0.\(number)"
        case .cluster: "10.96.0.\(number)"
        case .loadBalancer: "192.168.1.\(number)"
        case .nodePort: "\(30000 + number)"
        }
    }
}
