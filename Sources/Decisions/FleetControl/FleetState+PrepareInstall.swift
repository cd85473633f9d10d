package import FleetModel

extension FleetState {
    /// Checks every rule of an install, upgrade or reconfigure that needs no values; the request's service is resolved.
    ///
    /// Rules: vcenter-api.md §0.5 (ACTIVATED, AlreadyExists, forward only) and the service namespace of
    /// carvel-semantics.md §0.1. One target that breaks a rule refuses the whole command when it was named; with
    /// `--all` or a selector, targets that are already where the command leads are skipped.
    package func prepare(
        _ operation: FleetTask.Operation, _ request: InstallRequest
    ) throws(FleetError) -> InstallPreparation {
        let service = try registered(request.service)
        guard service.state == .activated else {
            throw Self.deactivated(
                service.id, "a DEACTIVATED service takes no \(operation.rawValue); running ones stay")
        }
        try checkLimits(maxParallel: request.maxParallel, maxFailures: request.maxFailures)
        try Self.checkReason(request.reason)
        let named = if case .named = request.targets { true } else { false }
        let selected = try select(
            request.targets, having: operation == .install ? nil : service.id, operation: operation)
        var preparation = InstallPreparation(service: service.id, operation: operation, targets: [], skipped: [])
        for supervisor in selected {
            let key = InstallKey(service: service.id, supervisor: supervisor)
            if !named, let reason = removal(key) {
                preparation.skipped.append("\(supervisor)  \(reason)")
                continue
            }
            let from = try currentVersion(key, for: operation)
            let version = try targetVersion(service, operation, requested: request.version, from: from)
            if operation != .reconfigure, version.version == from {
                guard !named else { throw alreadyThere(key, version.version, operation) }
                preparation.skipped.append("\(supervisor)  already at \(version.version)")
                continue
            }
            if let newer = newerKnown(key, than: version.version) {
                guard !named else { throw downgrade(key, from: newer, to: version.version) }
                preparation.skipped.append("\(supervisor)  is at \(newer), which is newer")
                continue
            }
            let namespace = try namespace(key)
            preparation.targets.append(
                .init(
                    supervisor: supervisor, version: version, base: request.resetValues ? nil : values(key),
                    namespace: namespace, from: from))
        }
        guard !preparation.targets.isEmpty else {
            throw nothingToDo(service.id, operation, request.targets, preparation.skipped)
        }
        if operation == .install, preparation.targets.allSatisfy({ $0.from != nil }) {
            preparation.operation = .upgrade
        }
        return preparation
    }

    func checkLimits(maxParallel: Int, maxFailures: Int) throws(FleetError) {
        guard maxParallel >= 0 else {
            throw FleetError(
                .invalidArgument, "--max-parallel \(maxParallel) is not allowed", reason: "0 (all at once) or more",
                next: "--max-parallel 1 works on one Supervisor after the other")
        }
        guard maxFailures >= 1 else {
            throw FleetError(
                .invalidArgument, "--max-failures \(maxFailures) is not allowed", reason: "1 or more",
                next: "--max-failures 1 stops after the first failure")
        }
    }

    /// The version wanted of an install so far; nil for none. Refuses where the operation needs another beginning.
    private func currentVersion(_ key: InstallKey, for operation: FleetTask.Operation) throws(FleetError) -> String? {
        switch wanted(key) {
        case .present(let selection): return selection.version
        case .absent:
            let task = openTargets[key]
            throw FleetError(
                .notAllowedInCurrentState, "\(key) is being removed",
                reason: "an install that is REMOVING can only be waited for",
                next: task.map { "flotilla task follow \($0)" }
                    ?? "flotilla uninstall \(key.service.shortName) --on \(key.supervisor)")
        case nil:
            guard operation == .install else {
                throw FleetError(
                    .notFound, "\(key.service) is not installed on \(key.supervisor)",
                    reason: "\(operation.rawValue) changes an install that is there",
                    next: "flotilla install \(key.service.shortName) --on \(key.supervisor)")
            }
            return nil
        }
    }

    private func targetVersion(
        _ service: SupervisorService, _ operation: FleetTask.Operation, requested: String?, from: String?
    ) throws(FleetError) -> ServiceVersion {
        let name: String
        if let requested {
            name = requested
        } else if operation == .reconfigure, let from {
            name = from
        } else if let newest = service.versions.last(where: { $0.state == .activated }) {
            name = newest.version
        } else {
            throw FleetError(
                .notAllowedInCurrentState, "\(service.id) has no ACTIVATED version",
                next: "flotilla service show \(service.id.shortName)")
        }
        let version = try registered(service.id, name)
        if operation == .reconfigure, let from, name != from {
            throw FleetError(
                .invalidArgument, "reconfigure keeps the version \(from), it does not lead to \(name)",
                next: "flotilla upgrade \(service.id.shortName) --to \(name)")
        }
        guard version.state == .activated else {
            throw FleetError(
                .notAllowedInCurrentState, "\(service.id) \(name) is DEACTIVATED",
                reason: "a DEACTIVATED version cannot be installed or set; installed copies keep running",
                next: "flotilla activate \(service.id.shortName) --version \(name)")
        }
        return version
    }

    private func removal(_ key: InstallKey) -> String? {
        guard case .absent = wanted(key) else { return nil }
        return openTargets[key].map { "is being removed by task \($0)" } ?? "its removal failed"
    }

    /// What runs or was last attempted (kapp-controller's guard), when that is newer: there is no downgrade.
    private func newerKnown(_ key: InstallKey, than version: String) -> String? {
        guard let install = install(key) else { return nil }
        return [install.status.currentVersion, selectionInForce(key)?.version].compactMap(\.self)
            .first { VersionOrder.isOlder(version, than: $0) }
    }

    private func downgrade(_ key: InstallKey, from known: String, to version: String) -> FleetError {
        FleetError(
            .notAllowedInCurrentState, "\(key) is at \(known); \(version) is older",
            reason: "an installed service cannot be downgraded: delete it completely, reinstall, restore its data",
            next: "flotilla uninstall \(key.service.shortName) --on \(key.supervisor)")
    }

    /// `svc-<name>-<moid>`; refused when another service on the Supervisor has it.
    private func namespace(_ key: InstallKey) throws(FleetError) -> String {
        if let install = install(key), case .present(let selection) = install.spec.intent { return selection.namespace }
        let supervisor = try resolve(key.supervisor)
        let name = "svc-\(key.service.shortName)-\(supervisor.moid)"
        guard Self.isLabel(name) else {
            throw FleetError(
                .invalidArgument, "the service namespace \"\(name)\" is no valid name",
                reason: "an RFC 1123 label: at most 63 of a-z, 0-9 and -",
                next: "register the package under a shorter name")
        }
        for other in keys(of: key.supervisor).map(\.service)
        where other != key.service && other.shortName == key.service.shortName
            && occupies(InstallKey(service: other, supervisor: key.supervisor))
        {
            throw FleetError(
                .refused, "\(key.service) and \(other) would share the namespace \(name) on \(key.supervisor)",
                reason: "a service namespace is svc-<first part of the id>-<Supervisor>, and belongs to one service",
                next: "flotilla uninstall \(other) --on \(key.supervisor)")
        }
        return name
    }

    private func alreadyThere(
        _ key: InstallKey, _ version: String, _ operation: FleetTask.Operation
    ) -> FleetError {
        FleetError(
            .alreadyExists, "\(key.service) \(version) is already installed on \(key.supervisor)",
            reason: operation == .install
                ? "an install of the same version is no change" : "there is nothing newer to set",
            next: "flotilla reconfigure \(key.service.shortName) --on \(key.supervisor)")
    }

    private func nothingToDo(
        _ service: ServiceID, _ operation: FleetTask.Operation, _ targets: TargetSelection, _ skipped: [String]
    ) -> FleetError {
        if skipped.isEmpty {
            if case .labels(let selector) = targets {
                return FleetError(
                    .notFound, "no Supervisor to \(operation.rawValue) \(service) on",
                    reason: operation == .install
                        ? "no enrolled Supervisor has labels that \"\(selector)\" selects"
                        : "no Supervisor that has it has labels that \"\(selector)\" selects",
                    next: "flotilla supervisor list -o wide")
            }
            return FleetError(
                .notFound, "no Supervisor to \(operation.rawValue) \(service) on",
                reason: operation == .install ? "no Supervisor has joined the fleet" : "it is installed nowhere",
                next: operation == .install ? "flotilla supervisor list" : "flotilla install \(service.shortName) --all"
            )
        }
        return FleetError(
            .alreadyExists, "every selected Supervisor has \(service) at this version already",
            reason: skipped.joined(separator: "; "), next: "flotilla service show \(service.shortName)")
    }
}
