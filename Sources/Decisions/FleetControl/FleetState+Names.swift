package import FleetModel

extension FleetState {
    /// Finds a service by its id or any unambiguous part of it: the whole id, the first segment, then any part.
    package func resolve(_ name: ServiceID) throws(FleetError) -> ServiceID {
        if services[name] != nil { return name }
        let text = name.rawValue
        let ids = services.keys.sorted()
        let exact = ids.filter { $0.shortName == text }
        let found = exact.isEmpty ? ids.filter { !text.isEmpty && $0.rawValue.contains(text) } : exact
        if found.count == 1 { return found[0] }
        if found.count > 1 {
            throw FleetError(
                .invalidArgument, "service \"\(text)\" is ambiguous",
                reason: "it is part of " + found.map(\.rawValue).joined(separator: ", "),
                next: "give more of the id, for example: \(found[0])")
        }
        let near = Suggestion.near(text, among: ids.map(\.shortName)).first
        throw FleetError(
            .notFound, "no service \"\(text)\" is registered",
            reason: Suggestion.text(text, among: ids.map(\.shortName)),
            next: near.map { "flotilla service show \($0)" } ?? "flotilla service list")
    }

    package func resolve(_ id: SupervisorID) throws(FleetError) -> Supervisor {
        if let supervisor = supervisors[id], supervisor.enrolment != .removed { return supervisor }
        let names = supervisors.values.filter { $0.enrolment != .removed }.map(\.id.rawValue)
        throw FleetError(
            .notFound, "no Supervisor \"\(id)\" in the fleet", reason: Suggestion.text(id.rawValue, among: names),
            next: "flotilla supervisor list")
    }

    /// The command with every service named by its full id.
    package func resolved(_ command: FleetCommand) throws(FleetError) -> FleetCommand {
        switch command {
        case .registerService, .addVersion, .addSupervisor, .removeSupervisor, .acceptSupervisor, .rejectSupervisor,
            .rotateKey, .setOperator, .lockOperator, .removeOperator, .createToken, .revokeToken, .applyPlan:
            command
        case .activateService(let id): .activateService(try resolve(id))
        case .deactivateService(let id): .deactivateService(try resolve(id))
        case .activateVersion(let id, let version): .activateVersion(try resolve(id), version: version)
        case .deactivateVersion(let id, let version): .deactivateVersion(try resolve(id), version: version)
        case .deleteVersion(let id, let version): .deleteVersion(try resolve(id), version: version)
        case .deleteService(let id): .deleteService(try resolve(id))
        case .install(let request): .install(try resolved(request))
        case .upgrade(let request): .upgrade(try resolved(request))
        case .reconfigure(let request): .reconfigure(try resolved(request))
        case .uninstall(let request): .uninstall(try resolved(request))
        case .savePlan(.install(let request), let seen): .savePlan(.install(try resolved(request)), seen: seen)
        case .savePlan(.upgrade(let request), let seen): .savePlan(.upgrade(try resolved(request)), seen: seen)
        case .savePlan(.reconfigure(let request), let seen): .savePlan(.reconfigure(try resolved(request)), seen: seen)
        case .savePlan(.uninstall(let request), let seen): .savePlan(.uninstall(try resolved(request)), seen: seen)
        case .adoptDrift(let key, let changes):
            .adoptDrift(
                InstallKey(service: try resolve(key.service), supervisor: key.supervisor), valueChanges: changes)
        }
    }

    package func resolved(_ request: InstallRequest) throws(FleetError) -> InstallRequest {
        var request = request
        request.service = try resolve(request.service)
        request.dataConsent = try resolved(request.dataConsent)
        return request
    }

    package func resolved(_ request: UninstallRequest) throws(FleetError) -> UninstallRequest {
        var request = request
        request.service = try resolve(request.service)
        request.dataConsent = try resolved(request.dataConsent)
        return request
    }

    private func resolved(_ keys: [InstallKey]) throws(FleetError) -> [InstallKey] {
        var found: [InstallKey] = []
        for key in keys { found.append(InstallKey(service: try resolve(key.service), supervisor: key.supervisor)) }
        return found
    }
}
