package import FleetModel

extension WireAnswerBody {
    package init(_ answer: AgentAnswer) {
        self.init()
        switch answer {
        case .plan(let value): plan = WireResourcePlan(value)
        case .inventory(let value): inventory = WireDataInventory(value)
        case .why(let value): why = WireDiagnosis(value)
        case .drift(let items): drift.items = items.map(WireDriftItem.init)
        case .failed(let error): failed = WireFailure(error)
        }
    }

    package func answer() throws(LinkError) -> AgentAnswer {
        switch kind {
        case .plan(let wire): .plan(try wire.plan())
        case .inventory(let wire): .inventory(wire.inventory)
        case .why(let wire): .why(try wire.diagnosis())
        case .drift(let wire): .drift(wire.items.map(\.item))
        case .failed(let wire): .failed(wire.error)
        case nil: throw .unknownKind
        }
    }
}

extension WireResourcePlan {
    fileprivate init(_ plan: ResourcePlan) {
        self.init()
        consequence = plan.consequence.rawValue
        changes = plan.changes.map { change in
            var wire = WireResourceChange()
            wire.operation = change.operation
            wire.resource = change.resource
            wire.consequence = change.consequence.rawValue
            wire.diff = change.diff
            wire.message = change.message
            return wire
        }
        dataLoss = plan.dataLoss.map(WireDataClaim.init)
        manifests = plan.manifests.rawValue
        warnings = plan.warnings
        live = plan.live?.rawValue ?? ""
    }

    fileprivate func plan() throws(LinkError) -> ResourcePlan {
        var read: [ResourcePlan.Change] = []
        for wire in changes {
            read.append(
                ResourcePlan.Change(
                    operation: wire.operation, resource: wire.resource, consequence: try Self.word(wire.consequence),
                    diff: wire.diff, message: wire.message))
        }
        return ResourcePlan(
            consequence: try Self.word(consequence), changes: read, dataLoss: dataLoss.map(\.claim),
            manifests: ContentDigest(manifests), warnings: warnings, live: live.isEmpty ? nil : ContentDigest(live))
    }

    private static func word(_ text: String) throws(LinkError) -> ResourcePlan.Consequence {
        guard let consequence = ResourcePlan.Consequence(rawValue: text) else {
            throw .invalid(field: "consequence", value: text)
        }
        return consequence
    }
}

extension WireDataClaim {
    fileprivate init(_ claim: DataInventory.Claim) {
        self.init()
        name = claim.name
        namespace = claim.namespace
        size = claim.size
        storageClass = claim.storageClass
        origin = claim.origin
        reclaimPolicy = claim.reclaimPolicy
    }

    fileprivate var claim: DataInventory.Claim {
        DataInventory.Claim(
            name: name, namespace: namespace, size: size, storageClass: storageClass, origin: origin,
            reclaimPolicy: reclaimPolicy)
    }
}

extension WireDataInventory {
    fileprivate init(_ inventory: DataInventory) {
        self.init()
        claims = inventory.claims.map(WireDataClaim.init)
        total = inventory.total
    }

    fileprivate var inventory: DataInventory { DataInventory(claims: claims.map(\.claim), total: total) }
}

extension WireDiagnosis {
    fileprivate init(_ diagnosis: Diagnosis) {
        self.init()
        state = diagnosis.state.rawValue
        reason = diagnosis.reason
        message = diagnosis.message
        sinceMilliseconds = diagnosis.since.milliseconds
        causes = diagnosis.causes.map { cause in
            var wire = WireDiagnosisCause()
            wire.text = cause.text
            wire.next = cause.next
            wire.effect = cause.effect
            return wire
        }
    }

    fileprivate func diagnosis() throws(LinkError) -> Diagnosis {
        guard let status = ConfigStatus(rawValue: state) else { throw .invalid(field: "state", value: state) }
        return Diagnosis(
            state: status, reason: reason, message: message, since: Timestamp(milliseconds: sinceMilliseconds),
            causes: causes.map { Diagnosis.Cause(text: $0.text, next: $0.next, effect: $0.effect) })
    }
}

extension WireDriftItem {
    fileprivate init(_ item: DriftItem) {
        self.init()
        resource = item.resource
        field = item.field
        declared = item.declared
        live = item.live
        if let path = item.valuePath { valuePath = path }
        if let name = item.manager { manager = name }
    }

    fileprivate var item: DriftItem {
        DriftItem(
            resource: resource, field: field, declared: declared, live: live,
            valuePath: hasValuePath ? valuePath : nil, manager: hasManager ? manager : nil)
    }
}
