internal import FleetModel

extension FleetState {
    /// Registers a service with its versions, or adds versions (vcenter-api.md §0.5).
    func decideRegister(
        _ context: CommandContext, isNew: Bool, dryRun: Bool
    ) throws(FleetError) -> Decision {
        guard let first = context.packages.first else {
            throw FleetError(
                .invalidArgument, "the registration holds no Package document",
                reason: "a service is registered from its Package (and PackageMetadata)",
                next: "flotilla service register PACKAGE.yaml METADATA.yaml")
        }
        let id = first.service
        let known = services[id]
        if isNew, known != nil {
            throw FleetError(
                .alreadyExists, "service \(id) is already registered",
                reason: "a service is registered once; its further versions are added",
                next: "flotilla service add-version PACKAGE.yaml")
        }
        if !isNew {
            guard let known else {
                throw FleetError(
                    .notFound, "service \(id) is not registered",
                    reason: "a version can only be added to a registered service",
                    next: "flotilla service register PACKAGE.yaml METADATA.yaml")
            }
            guard known.state == .activated else {
                throw Self.deactivated(id, "no version can be added to a DEACTIVATED service")
            }
        }
        if isNew, services.count >= FleetLimits.standard.services {
            throw Self.limit("services", FleetLimits.standard.services)
        }
        if (known?.versions.count ?? 0) + context.packages.count > FleetLimits.standard.versionsPerService {
            throw Self.limit("versions of a service", FleetLimits.standard.versionsPerService)
        }
        var versions: Set<String> = []
        for facts in context.packages {
            guard facts.service == id else {
                throw FleetError(
                    .invalidArgument, "one registration is for one service, found \(id) and \(facts.service)",
                    reason: "spec.refName of every Package must be the same", next: "register them one by one")
            }
            guard version(id, facts.version) == nil, versions.insert(facts.version).inserted else {
                throw FleetError(
                    .alreadyExists, "\(id) \(facts.version) is already registered",
                    reason: "a registered version never changes; give the changed package a new version",
                    next: "flotilla service show \(id.shortName)")
            }
        }
        var reply = CommandReply(position: position)
        for facts in context.packages {
            reply.lines.append("registered  \(id) \(facts.version)  ACTIVATED\(dryRun ? "  (dry run)" : "")")
            reply.lines += (facts.review ?? []).map { "  \($0)" }
        }
        guard !dryRun else { return Decision(records: [], reply: reply) }
        var records: [FleetRecord] = []
        if isNew {
            records.append(
                .serviceRegistered(
                    .init(service: id, displayName: first.displayName, shortDescription: first.shortDescription)))
        }
        records += context.packages.map { .versionRegistered(.init(facts: $0)) }
        return Decision(records: records, reply: reply)
    }

    /// Activating a service activates its versions, deactivating it deactivates them: an ACTIVATED service has at least
    /// one ACTIVATED version, a DEACTIVATED one has none.
    func decideServiceState(_ id: ServiceID, _ state: LifecycleState) throws(FleetError) -> Decision {
        let service = try registered(id)
        guard service.state != state else {
            throw FleetError(
                .notAllowedInCurrentState, "service \(id) is already \(state.rawValue)",
                reason: "vCenter refuses a repeated \(state == .activated ? "activate" : "deactivate")",
                next: "flotilla service show \(id.shortName)")
        }
        if state == .activated, service.versions.isEmpty {
            throw FleetError(
                .notAllowedInCurrentState, "service \(id) has no version to activate",
                reason: "an ACTIVATED service has at least one ACTIVATED version",
                next: "flotilla delete \(id.shortName)")
        }
        var records: [FleetRecord] = [.serviceStateChanged(.init(service: id, state: state))]
        for version in service.versions where version.state != state {
            records.append(.versionStateChanged(.init(service: id, version: version.version, state: state)))
        }
        var reply = CommandReply(position: position)
        reply.lines = ["\(state == .activated ? "activated" : "deactivated")  \(id)  \(state.rawValue)"]
        let users = supervisors(with: id)
        if state == .deactivated, !users.isEmpty {
            reply.lines.append(
                "\(users.count) installed \(users.count == 1 ? "copy keeps" : "copies keep") running on "
                    + users.map(\.rawValue).joined(separator: ", "))
        }
        return Decision(records: records, reply: reply)
    }

    func decideVersionState(
        _ id: ServiceID, _ name: String, _ state: LifecycleState
    ) throws(FleetError) -> Decision {
        let service = try registered(id)
        let version = try registered(id, name)
        guard version.state != state else {
            throw FleetError(
                .notAllowedInCurrentState, "\(id) \(name) is already \(state.rawValue)",
                reason: "vCenter refuses a repeated \(state == .activated ? "activate" : "deactivate")",
                next: "flotilla service show \(id.shortName)")
        }
        if state == .activated, service.state == .deactivated {
            throw Self.deactivated(id, "no version of a DEACTIVATED service can be activated")
        }
        if state == .deactivated, !service.versions.contains(where: { $0.version != name && $0.state == .activated }) {
            throw FleetError(
                .notAllowedInCurrentState, "\(id) \(name) is the last ACTIVATED version",
                reason: "the last ACTIVATED version of an ACTIVATED service cannot be deactivated",
                next: "flotilla deactivate \(id.shortName)")
        }
        return Decision(
            records: [.versionStateChanged(.init(service: id, version: name, state: state))],
            reply: CommandReply(
                position: position,
                lines: ["\(state == .activated ? "activated" : "deactivated")  \(id) \(name)  \(state.rawValue)"]))
    }

    func decideDeleteVersion(_ id: ServiceID, _ name: String) throws(FleetError) -> Decision {
        let version = try registered(id, name)
        guard version.state == .deactivated else {
            throw FleetError(
                .notAllowedInCurrentState, "\(id) \(name) is ACTIVATED",
                reason: "a version must be DEACTIVATED before it is deleted",
                next: "flotilla deactivate \(id.shortName) --version \(name)")
        }
        let users = supervisors(with: id, version: name)
        guard users.isEmpty else {
            throw Self.stillInstalled("\(id) \(name)", users, "a version", "flotilla uninstall \(id.shortName)")
        }
        return Decision(
            records: [.versionDeleted(.init(service: id, version: name))],
            reply: CommandReply(position: position, lines: ["deleted  \(id) \(name)"]))
    }

    func decideDeleteService(_ id: ServiceID) throws(FleetError) -> Decision {
        let service = try registered(id)
        guard service.state == .deactivated else {
            throw FleetError(
                .notAllowedInCurrentState, "service \(id) is ACTIVATED",
                reason: "a service must be DEACTIVATED before it is deleted",
                next: "flotilla deactivate \(id.shortName)")
        }
        let users = supervisors(with: id)
        guard users.isEmpty else {
            throw Self.stillInstalled("service \(id)", users, "a service", "flotilla uninstall \(id.shortName)")
        }
        var records = service.versions.map { FleetRecord.versionDeleted(.init(service: id, version: $0.version)) }
        records.append(.serviceDeleted(.init(service: id)))
        return Decision(
            records: records,
            reply: CommandReply(
                position: position, lines: service.versions.map { "deleted  \(id) \($0.version)" } + ["deleted  \(id)"])
        )
    }

    func registered(_ id: ServiceID) throws(FleetError) -> SupervisorService {
        if let service = services[id] { return service }
        throw FleetError(
            .notFound, "no service \"\(id)\" is registered", reason: "it was deleted, or never registered",
            next: "flotilla service list")
    }

    func registered(_ id: ServiceID, _ name: String) throws(FleetError) -> ServiceVersion {
        let service = try registered(id)
        if let version = version(id, name) { return version }
        let known = service.versions.map(\.version).joined(separator: ", ")
        throw FleetError(
            .notFound, "\(id) has no version \(name)",
            reason: known.isEmpty ? "no version is registered" : "registered: \(known)",
            next: "flotilla service show \(id.shortName)")
    }

    static func deactivated(_ id: ServiceID, _ rule: String) -> FleetError {
        FleetError(
            .notAllowedInCurrentState, "service \(id) is DEACTIVATED", reason: rule,
            next: "flotilla activate \(id.shortName)")
    }

    static func limit(_ what: String, _ bound: Int) -> FleetError {
        FleetError(
            .limitExceeded, "at most \(bound) \(what)", reason: "the limit of \(what) is \(bound)",
            next: "delete what is no longer used: flotilla service list, flotilla supervisor list")
    }

    private static func stillInstalled(
        _ what: String, _ users: [SupervisorID], _ noun: String, _ command: String
    ) -> FleetError {
        let names = users.map(\.rawValue).joined(separator: ",")
        return FleetError(
            .notAllowedInCurrentState, "\(what) is installed on \(names)",
            reason: "\(noun) must be removed from every Supervisor before it is deleted",
            next: "\(command) --on \(names)")
    }
}
