internal import FleetModel
internal import ResourceModel

/// Short readings of nested fields, with the empty value for what is absent, as Go's zero values.
extension Value {
    func textAt(_ path: String...) -> String { self[path]?.stringValue ?? "" }
    func intAt(_ path: String...) -> Int? { self[path]?.intValue.map { Int(clamping: $0) } }
    func flagAt(_ path: String...) -> Bool { self[path]?.boolValue ?? false }
    func itemsAt(_ path: String...) -> [Value] { self[path]?.arrayValue ?? [] }
    func fieldsAt(_ path: String...) -> [String: Value] { self[path]?.objectValue ?? [:] }

    /// `metadata.generation`; 0 for objects without one.
    var generation: Int { intAt("metadata", "generation") ?? 0 }
    var creationTime: Timestamp { Timestamp(rfc3339: textAt("metadata", "creationTimestamp")) ?? .zero }
    var objectKey: String { "\(objectNamespace)/\(objectName)" }
    var finalizers: [String] { itemsAt("metadata", "finalizers").compactMap(\.stringValue) }

    /// The uid of the owner reference that has `controller: true`.
    var controllerOwner: String? {
        for owner in itemsAt("metadata", "ownerReferences") where owner.flagAt("controller") {
            return owner.textAt("uid")
        }
        return nil
    }

    /// The reference that makes `self` the controlling owner of another object.
    var controllerReference: Value {
        [
            "apiVersion": .string(apiVersion), "kind": .string(kind), "name": .string(objectName),
            "uid": .string(uid), "controller": true, "blockOwnerDeletion": true,
        ]
    }

    /// A mapping of texts; nil when empty, so that no empty mapping is stored.
    static func texts(_ map: [String: String]) -> Value? {
        map.isEmpty ? nil : .object(map.mapValues(Value.string))
    }

    /// A count as Kubernetes' `omitempty` integers: absent when 0.
    static func count(_ number: Int) -> Value? { number == 0 ? nil : .int(Int64(number)) }

    mutating func setAnnotation(_ key: String, _ value: String?) {
        var map = objectAnnotations
        map[key] = value
        self[at: "metadata", "annotations"] = Value.texts(map)
    }

    mutating func removeFinalizer(_ name: String) {
        let rest = finalizers.filter { $0 != name }
        self[at: "metadata", "finalizers"] = rest.isEmpty ? nil : .array(rest.map(Value.string))
    }
}

/// Writes that are skipped when they would change nothing. A refused write is left to the next step, as a real
/// controller leaves it to its work queue.
extension ControllerStore {
    @discardableResult
    mutating func putStatus(_ status: Value, of object: Value) -> Value {
        guard object["status"] != status else { return object }
        var changed = object
        changed["status"] = status
        return (try? updateStatus(changed)) ?? object
    }

    @discardableResult
    mutating func put(_ changed: Value, over object: Value) -> Value {
        guard changed != object else { return object }
        return (try? update(changed)) ?? object
    }

    /// A time that the pending state of an object waits for, as the earliest of several.
    func earliest(_ left: Timestamp?, _ right: Timestamp?) -> Timestamp? {
        guard let left else { return right }
        guard let right else { return left }
        return min(left, right)
    }
}
