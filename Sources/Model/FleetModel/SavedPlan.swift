/// A plan kept to be applied later; applying it is refused when the world changed since.
package struct SavedPlan: Hashable, Codable, Sendable {
    /// One Supervisor of the plan, as it was when the plan was made.
    package struct Target: Hashable, Codable, Sendable {
        package var supervisor: SupervisorID
        /// The wanted generation of the install; nil when there was none.
        package var generation: UInt64?
        /// What would be set; nil for an uninstall.
        package var selection: PackageSelection?
        /// The values that the new ones were laid over.
        package var base: ContentDigest?
        /// Of what the agent answered (`PlanView.fingerprint`).
        package var fingerprint: ContentDigest

        package init(
            supervisor: SupervisorID, generation: UInt64?, selection: PackageSelection?, base: ContentDigest?,
            fingerprint: ContentDigest
        ) {
            self.supervisor = supervisor
            self.generation = generation
            self.selection = selection
            self.base = base
            self.fingerprint = fingerprint
        }
    }

    package var id: PlanID
    package var at: Timestamp
    /// Who made it.
    package var by: String
    /// The journal's position when it was made.
    package var position: UInt64
    /// What it carries out, for these targets; never holds values, those are named by digest.
    package var request: PlanRequest
    package var targets: [Target]

    package init(
        id: PlanID, at: Timestamp, by: String, position: UInt64, request: PlanRequest, targets: [Target]
    ) {
        self.id = id
        self.at = at
        self.by = by
        self.position = position
        self.request = request
        self.targets = targets
    }
}

/// What an operator was shown of one Supervisor.
package struct PlannedTarget: Hashable, Codable, Sendable {
    package var supervisor: SupervisorID
    package var fingerprint: ContentDigest

    package init(supervisor: SupervisorID, fingerprint: ContentDigest) {
        self.supervisor = supervisor
        self.fingerprint = fingerprint
    }
}

extension PlanRequest {
    /// The command that carries it out.
    package var command: FleetCommand {
        switch self {
        case .install(let request): .install(request)
        case .upgrade(let request): .upgrade(request)
        case .reconfigure(let request): .reconfigure(request)
        case .uninstall(let request): .uninstall(request)
        }
    }

    package var service: ServiceID {
        switch self {
        case .install(let request), .upgrade(let request), .reconfigure(let request): request.service
        case .uninstall(let request): request.service
        }
    }

    /// The same for these Supervisors, without values.
    package func bound(to supervisors: [SupervisorID]) -> PlanRequest {
        func bound(_ request: InstallRequest) -> InstallRequest {
            var request = request
            request.targets = .named(supervisors)
            (request.values, request.valueNames, request.set) = ([], nil, [])
            return request
        }
        switch self {
        case .install(let request): return .install(bound(request))
        case .upgrade(let request): return .upgrade(bound(request))
        case .reconfigure(let request): return .reconfigure(bound(request))
        case .uninstall(var request):
            request.targets = .named(supervisors)
            return .uninstall(request)
        }
    }
}
