package import FleetModel
package import ResourceModel

/// Applies the ready rules of the settings to objects of custom kinds.
package struct ReadyRuleController: Controller {
    private struct Pending: Sendable {
        var generation: Int
        var due: Timestamp
    }
    private var pending: [String: Pending] = [:]
    private var memo = WorkMemo()
    private var rules: [ReadyRule] = []

    package init() {}

    package func watchedKinds(_ settings: ControllerSettings) -> [GroupVersionKind] {
        settings.readyRules.map(\.kind)
            + (settings.readyRules.contains { $0.secret != nil } ? [ControllerKinds.secret] : [])
    }
    package func writtenKinds(_ settings: ControllerSettings) -> [GroupVersionKind] { watchedKinds(settings) }

    package mutating func step(_ store: inout some ControllerStore, settings: ControllerSettings) -> Timestamp? {
        var due: Timestamp?
        if rules != settings.readyRules {
            rules = settings.readyRules
            memo = WorkMemo()
        }
        var alive: [Value] = []
        for rule in settings.readyRules {
            for object in store.list(rule.kind, namespace: nil) where !object.isBeingDeleted {
                alive.append(object)
                let secret = rule.secret.flatMap { object[$0.nameField]?.stringValue }.flatMap {
                    store.get(ControllerKinds.secret, namespace: object.objectNamespace, name: $0)
                }
                let signature = WorkMemo.signature(object, secret.map { [$0] } ?? [])
                if let settled = memo.settled(object.uid, signature, now: store.now) {
                    due = store.earliest(due, settled)
                    continue
                }
                let next = apply(rule, object, &store, settings)
                memo.settle(object.uid, signature, due: next)
                due = store.earliest(due, next)
            }
        }
        if pending.count > alive.count {
            let uids = Set(alive.map(\.uid))
            pending = pending.filter { uids.contains($0.key) }
            memo.forget(exceptFor: alive)
        }
        return due
    }

    private mutating func apply(
        _ rule: ReadyRule, _ object: Value, _ store: inout some ControllerStore, _ settings: ControllerSettings
    ) -> Timestamp? {
        let wait = rule.after ?? settings.certificateIssue
        var state =
            pending[object.uid]
            ?? Pending(generation: -1, due: store.now)
        if state.generation != object.generation {
            state = Pending(generation: object.generation, due: store.now.advanced(by: wait))
            // An object that was ready before this memory began needs no second wait.
            if matches(rule, object, store.now) { state.due = store.now }
            pending[object.uid] = state
        }
        guard state.due <= store.now else { return state.due }
        if let secret = rule.secret { make(secret, of: object, &store) }
        let status = merged(rule, object, store.now)
        store.putStatus(status, of: object)
        return nil
    }

    private func matches(_ rule: ReadyRule, _ object: Value, _ now: Timestamp) -> Bool {
        merged(rule, object, now) == object["status"]
    }

    private func merged(_ rule: ReadyRule, _ object: Value, _ now: Timestamp) -> Value {
        var status = object["status"] ?? [:]
        for (key, value) in (rule.status.objectValue ?? [:]) where key != "conditions" {
            let filled = Self.fill(value, object, now)
            if status[key] == nil || key != "loadBalancer" { status[key] = filled }
        }
        var conditions = StatusConditions(status.itemsAt("conditions"))
        for condition in rule.status.itemsAt("conditions") {
            let filled = Self.fill(condition, object, now)
            var extra = filled.objectValue ?? [:]
            for key in ["type", "status", "reason", "message"] { extra[key] = nil }
            conditions.set(
                filled.textAt("type"), filled.textAt("status"), reason: filled.textAt("reason"),
                message: filled.textAt("message"), at: now, extra: extra)
        }
        status["conditions"] = conditions.value
        return status
    }

    private func make(_ rule: ReadyRule.SecretRule, of object: Value, _ store: inout some ControllerStore) {
        guard let name = object[rule.nameField]?.stringValue, !name.isEmpty else { return }
        let space = object.objectNamespace
        let data = rule.data.mapValues { Value.string(SecretText.base64(Self.text($0, object, store.now))) }
        let present = store.get(ControllerKinds.secret, namespace: space, name: name)
        if let present {
            let held = present.fieldsAt("data")
            guard data.keys.contains(where: { held[$0] == nil }) else { return }
            var changed = present
            changed["data"] = .object(held.merging(data) { old, _ in old })
            store.put(changed, over: present)
            return
        }
        let secret: Value = [
            "apiVersion": "v1", "kind": "Secret",
            "metadata": [
                "name": .string(name), "namespace": .string(space),
                "annotations": [
                    "cert-manager.io/certificate-name": .string(object.objectName),
                    "cert-manager.io/issuer-name": .string(object.textAt("spec", "issuerRef", "name")),
                ],
            ],
            "type": .string(rule.type), "data": .object(data),
        ]
        guard (try? store.create(secret)) != nil else { return }
        store.recordEvent(
            about: object, type: "Normal", reason: "Issuing",
            message: "The certificate has been successfully issued", component: "cert-manager-certificates-issuing")
    }

    // MARK: Placeholders

    private static func fill(_ value: Value, _ object: Value, _ now: Timestamp) -> Value {
        switch value {
        case .string("{generation}"): return .int(Int64(object.generation))
        case .string(let text): return .string(self.text(text, object, now))
        case .array(let items): return .array(items.map { fill($0, object, now) })
        case .object(let fields): return .object(fields.mapValues { fill($0, object, now) })
        case .null, .bool, .int, .double: return value
        }
    }

    static func text(_ template: String, _ object: Value, _ now: Timestamp) -> String {
        guard template.utf8.contains(0x7B) else { return template }
        var out = ""
        var rest = Substring(template)
        while let open = rest.firstIndex(of: "{") {
            out += rest[..<open]
            guard let close = rest[open...].firstIndex(of: "}") else { break }
            let name = rest[rest.index(after: open)..<close]
            out += replacement(String(name), object, now) ?? "{\(name)}"
            rest = rest[rest.index(after: close)...]
        }
        return out + rest
    }

    private static func replacement(_ name: String, _ object: Value, _ now: Timestamp) -> String? {
        switch name {
        case "name": return object.objectName
        case "namespace": return object.objectNamespace
        case "uid": return object.uid
        case "now": return now.seconds
        default: break
        }
        if name.hasPrefix("pem:") { return PlausiblePEM.text(String(name.dropFirst(4)), of: object.objectKey) }
        if name.hasPrefix("field:") {
            return object[name.dropFirst(6).split(separator: ".").map(String.init)]?.stringValue ?? ""
        }
        return nil
    }
}
