package import FleetModel
internal import ResourceModel

extension FleetState {
    /// The Supervisors a selection stands for, in the operator's order, else sorted.
    ///
    /// `having` limits `--all` and selectors to those that have the service.
    func select(
        _ selection: TargetSelection, having service: ServiceID?, operation: FleetTask.Operation
    ) throws(FleetError) -> [SupervisorID] {
        switch selection {
        case .named(let ids):
            guard !ids.isEmpty else {
                throw FleetError(
                    .invalidArgument, "no Supervisor was named", next: "flotilla \(operation.rawValue) … --on NAME,NAME"
                )
            }
            var seen: Set<SupervisorID> = []
            for id in ids {
                let supervisor = try resolve(id)
                try checkEnrolled(supervisor, operation)
                guard seen.insert(id).inserted else {
                    throw FleetError(
                        .invalidArgument, "Supervisor \(id) is named twice", reason: "each is worked on once",
                        next: "name it once with --on")
                }
            }
            return ids
        case .all: return candidates(having: service)
        case .labels(let text):
            let selector = try Self.selector(text)
            return candidates(having: service).filter { selector.matches(supervisors[$0]?.labels ?? [:]) }
        }
    }

    static func checkSelector(_ text: String) throws(FleetError) { _ = try selector(text) }

    private static func selector(_ text: String) throws(FleetError) -> LabelSelector {
        do throws(SelectorError) {
            let selector = try LabelSelector(parsing: text)
            guard !selector.isEmpty else {
                throw SelectorError("it selects by no label; --all selects every Supervisor")
            }
            return selector
        } catch {
            throw FleetError(
                .invalidArgument, "\"\(text)\" is no label selector", reason: error.message,
                next: "-l 'region in (north,south),tier!=edge'")
        }
    }

    private func candidates(having service: ServiceID?) -> [SupervisorID] {
        supervisors.values.filter { supervisor in
            guard supervisor.enrolment == .enrolled else { return false }
            guard let service else { return true }
            return occupies(InstallKey(service: service, supervisor: supervisor.id))
        }.map(\.id).sorted()
    }

    private func checkEnrolled(_ supervisor: Supervisor, _ operation: FleetTask.Operation) throws(FleetError) {
        if supervisor.enrolment == .pending {
            throw FleetError(
                .notAllowedInCurrentState, "Supervisor \(supervisor.id) has not joined yet",
                reason: "its agent waits to be accepted; its key is \(supervisor.fingerprint ?? "unknown")",
                next: "flotilla supervisor accept \(supervisor.id)")
        }
        guard supervisor.enrolment == .enrolled else {
            throw FleetError(
                .notAllowedInCurrentState, "Supervisor \(supervisor.id) has not joined yet",
                reason: "its agent has not presented the join token",
                next: "flotilla-agent --join FILE --kubeconfig FILE, beside \(supervisor.id)")
        }
    }
}

extension FleetState {
    /// The Supervisors an uninstall is for; the request's service is resolved.
    package func uninstallTargets(_ request: UninstallRequest) throws(FleetError) -> [SupervisorID] {
        let targets = try select(request.targets, having: request.service, operation: .uninstall)
        for supervisor in targets
        where !occupies(InstallKey(service: request.service, supervisor: supervisor)) {
            throw FleetError(
                .notFound, "\(request.service) is not installed on \(supervisor)",
                next: "flotilla service show \(request.service.shortName)")
        }
        return targets
    }
}
