package import FleetModel
internal import FleetRuntime
package import ResourceModel

/// Machine-readable documents: stable field names, RFC 3339 times, one `apiVersion`.
package enum Documents {
    package static func document(_ kind: String, _ fields: [String: Value]) -> Value {
        var object = fields
        object["apiVersion"] = .string(OperatorAPI.version)
        object["kind"] = .string(kind)
        return .object(object)
    }

    package static func list(_ kind: String, _ items: [Value]) -> Value {
        document(kind + "List", ["items": .array(items)])
    }

    package static func service(_ view: ServiceView) -> Value {
        let service = view.service
        return document(
            "Service",
            [
                "name": .string(service.id.rawValue), "displayName": .string(service.displayName),
                "description": .string(service.shortDescription), "state": .string(service.state.rawValue),
                "versions": .array(
                    service.versions.map { version in
                        [
                            "version": .string(version.version), "state": .string(version.state.rawValue),
                            "registeredAt": time(version.registeredAt), "bundleImage": optional(version.bundleImage),
                            "package": .string(version.package.rawValue),
                            "format": .string(version.format ?? "CARVEL_APPS_YAML"),
                        ]
                    }),
                "installs": .array(view.installs.map(install)), "waiting": .array(view.waiting.map(waiting)),
            ])
    }

    package static func supervisor(_ view: SupervisorView) -> Value {
        let supervisor = view.supervisor
        return document(
            "Supervisor",
            [
                "name": .string(supervisor.id.rawValue), "moid": .string(supervisor.moid),
                "labels": .object(supervisor.labels.mapValues { .string($0) }),
                "enrolment": .string(supervisor.enrolment.rawValue), "connected": .bool(view.connected),
                "lastHeard": time(view.lastHeard), "kubernetesVersion": optional(supervisor.kubernetesVersion),
                "addedAt": time(supervisor.addedAt), "facts": facts(supervisor.facts),
                "key": [
                    "fingerprint": optional(supervisor.fingerprint), "state": .string(supervisor.ring.state.rawValue),
                    "changeBefore": time(supervisor.ring.graceUntil),
                    "previousUntil": time(supervisor.ring.overlapUntil),
                ],
                "installs": .array(view.installs.map(install)), "waiting": .array(view.waiting.map(waiting)),
            ])
    }

    private static func facts(_ facts: SupervisorFacts?) -> Value {
        guard let facts, !facts.isEmpty else { return .null }
        return [
            "generation": facts.generation.map { .int(Int64($0)) } ?? .null, "version": optional(facts.version),
            "capabilities": facts.capabilities.map { .object($0.mapValues { .bool($0) }) } ?? .null,
        ]
    }

    private static func waiting(_ change: WaitingChange) -> Value {
        [
            "service": .string(change.key.service.rawValue), "supervisor": .string(change.key.supervisor.rawValue),
            "task": .string(change.task.rawValue), "operation": .string(change.operation.rawValue),
            "version": optional(change.version), "state": .string(change.state.rawValue),
            "message": .string(change.message),
        ]
    }

    package static func install(_ view: InstallView) -> Value {
        let install = view.install
        var fields: [String: Value] = [
            "service": .string(install.key.service.rawValue),
            "supervisor": .string(install.key.supervisor.rawValue),
            "generation": .int(Int64(clamping: install.spec.generation)),
            "observedGeneration": .int(Int64(clamping: install.status.observedGeneration)),
            "desiredVersion": optional(install.desiredVersion),
            "currentVersion": optional(install.status.currentVersion),
            "state": .string(install.status.state.rawValue), "since": time(install.status.since),
            "objects": .int(Int64(install.status.objectCount)),
            "messages": .array(install.status.messages.map { .string($0) }),
            "stage": optional(install.status.stage?.rawValue), "newerVersion": optional(view.newerVersion),
            "task": .string(install.spec.task.rawValue),
        ]
        if case .present(let selection) = install.spec.intent {
            fields["namespace"] = .string(selection.namespace)
        }
        if let selection = view.inForce {
            fields["inForce"] = [
                "version": .string(selection.version), "values": .string(selection.values.rawValue),
            ]
        }
        if let refused = view.refusedGeneration { fields["refusedGeneration"] = .int(Int64(clamping: refused)) }
        return document("Install", fields)
    }

    package static func task(_ task: FleetTask) -> Value {
        document(
            "Task",
            [
                "name": .string(task.id.rawValue), "operation": .string(task.operation.rawValue),
                "service": .string(task.service.rawValue), "version": optional(task.version),
                "state": .string(task.state.rawValue), "createdAt": time(task.createdAt),
                "finishedAt": time(task.finishedAt), "command": .string(task.command.rawValue),
                "reason": optional(task.reason), "maxParallel": .int(Int64(task.maxParallel)),
                "maxFailures": .int(Int64(task.maxFailures)),
                "targets": .array(task.targets.map(target)),
            ])
    }

    private static func target(_ target: TaskTarget) -> Value {
        [
            "supervisor": .string(target.supervisor.rawValue), "state": .string(target.state.rawValue),
            "generation": .int(Int64(clamping: target.generation)), "stage": optional(target.stage?.rawValue),
            "done": .int(Int64(target.done)), "total": .int(Int64(target.total)),
            "message": .string(target.message), "next": .string(target.next), "startedAt": time(target.startedAt),
            "finishedAt": time(target.finishedAt),
        ]
    }

    package static func event(_ event: FleetEvent) -> Value {
        document(
            "Event",
            [
                "position": .int(Int64(clamping: event.position)), "time": .string(event.at.description),
                "type": .string(event.severity.rawValue), "reason": .string(event.reason),
                "supervisor": optional(event.supervisor?.rawValue), "service": optional(event.service?.rawValue),
                "task": optional(event.task?.rawValue), "object": optional(event.object),
                "message": .string(event.message),
            ])
    }

    package static func plan(_ view: PlanView, saved: PlanID? = nil) -> Value {
        var fields: [String: Value] = [
            "supervisor": .string(view.supervisor.rawValue), "currentVersion": optional(view.currentVersion),
            "targetVersion": optional(view.targetVersion),
        ]
        if let plan = view.plan {
            fields["consequence"] = .string(plan.consequence.rawValue)
            fields["manifests"] = .string(plan.manifests.rawValue)
            fields["warnings"] = .array(plan.warnings.map { .string($0) })
            fields["dataLoss"] = .array(plan.dataLoss.map(claim))
            fields["changes"] = .array(
                plan.changes.map { change in
                    [
                        "operation": .string(change.operation), "resource": .string(change.resource),
                        "consequence": .string(change.consequence.rawValue), "message": .string(change.message),
                        "diff": .array(change.diff.map { .string($0) }),
                    ]
                })
        }
        if let inventory = view.inventory {
            fields["data"] = [
                "total": .string(inventory.total), "claims": .array(inventory.claims.map(claim)),
            ]
        }
        if let refusal = view.refusal { fields["refusal"] = error(refusal) }
        if let saved { fields["plan"] = .string(saved.rawValue) }
        return document("Plan", fields)
    }

    private static func claim(_ claim: DataInventory.Claim) -> Value {
        [
            "name": .string(claim.name), "namespace": .string(claim.namespace), "size": .string(claim.size),
            "storageClass": .string(claim.storageClass), "origin": .string(claim.origin),
            "reclaimPolicy": .string(claim.reclaimPolicy),
        ]
    }

    package static func diagnosis(_ diagnosis: Diagnosis, of key: InstallKey) -> Value {
        document(
            "Diagnosis",
            [
                "service": .string(key.service.rawValue), "supervisor": .string(key.supervisor.rawValue),
                "state": .string(diagnosis.state.rawValue), "reason": .string(diagnosis.reason),
                "message": .string(diagnosis.message), "since": time(diagnosis.since),
                "causes": .array(
                    diagnosis.causes.map { cause in
                        [
                            "text": .string(cause.text), "next": .string(cause.next),
                            "effect": .string(cause.effect),
                        ]
                    }),
            ])
    }

    package static func drift(_ item: DriftItem) -> Value {
        document(
            "Drift",
            [
                "resource": .string(item.resource), "field": .string(item.field),
                "declared": .string(item.declared), "live": .string(item.live),
                "valuePath": optional(item.valuePath), "manager": optional(item.manager),
            ])
    }

    package static func reply(_ reply: CommandReply) -> Value {
        document(
            "CommandReply",
            [
                "position": .int(Int64(clamping: reply.position)), "task": optional(reply.task?.rawValue),
                "lines": .array(reply.lines.map { .string($0) }),
                "warnings": .array(reply.warnings.map { .string($0) }),
            ])
    }

    package static func status(_ status: CoordinatorStatus, endpoint: String) -> Value {
        document(
            "CoordinatorStatus",
            [
                "endpoint": .string(endpoint), "version": .string(status.version),
                "startedAt": time(status.startedAt),
                "journalPosition": .int(Int64(clamping: status.journalPosition)),
                "firstPosition": .int(Int64(clamping: status.firstPosition)),
                "supervisors": .int(Int64(status.supervisors)), "connected": .int(Int64(status.connected)),
                "checks": .array(
                    status.checks.map { check in
                        [
                            "name": .string(check.name), "ok": .bool(check.ok), "detail": .string(check.detail),
                            "next": .string(check.next),
                        ]
                    }),
            ])
    }

    package static func error(_ error: FleetError) -> Value {
        [
            "code": .string(error.code.rawValue), "message": .string(error.message),
            "reason": .string(error.reason), "next": .string(error.next),
        ]
    }

    private static func time(_ at: Timestamp?) -> Value {
        guard let at, at != .zero else { return .null }
        return .string(at.description)
    }

    private static func optional(_ text: String?) -> Value { text.map { .string($0) } ?? .null }
}
