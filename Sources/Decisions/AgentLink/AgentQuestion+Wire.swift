package import FleetModel

extension WireQuestion {
    package init(_ question: AgentQuestion) {
        self.init()
        switch question {
        case .plan(let service, let selection):
            plan.service = service.rawValue
            plan.selection = WirePackageSelection(selection)
        case .inventory(let service): inventory = service.rawValue
        case .why(let service): why = service.rawValue
        case .drift(let service): drift = service.rawValue
        }
    }

    package func question() throws(LinkError) -> AgentQuestion {
        switch kind {
        case .plan(let wire): .plan(ServiceID(wire.service), try wire.selection.selection())
        case .inventory(let service): .inventory(ServiceID(service))
        case .why(let service): .why(ServiceID(service))
        case .drift(let service): .drift(ServiceID(service))
        case nil: throw .unknownKind
        }
    }
}

extension WireFailure {
    package init(_ error: FleetError) {
        self.init()
        code = error.code.rawValue
        message = error.message
        reason = error.reason
        next = error.next
    }

    package var error: FleetError { FleetError(FleetError.Code(code), message, reason: reason, next: next) }
}
