internal import FleetControl
internal import FleetModel
internal import ResourceModel

extension Coordinator {
    /// What a package's own constraints say of one target (carvel-semantics §0.1): a refusal with the constraints and
    /// the Supervisor's facts, or warnings of what cannot be checked yet.
    ///
    /// A change of values keeps the version: then nothing is refused, as nothing comes anew to the Supervisor.
    func compatibility(
        _ preparation: InstallPreparation, _ target: InstallPreparation.Target, _ state: FleetState,
        _ read: inout [ContentDigest: PackageDocument]
    ) async throws(FleetError) -> (refusal: FleetError?, warnings: [String]) {
        guard let package = try await package(target.version, &read) else { return (nil, []) }
        let known = state.supervisors[target.supervisor]
        let site = PackageCompatibility.Site(
            name: target.supervisor.rawValue, kubernetes: known?.kubernetesVersion, facts: known?.facts)
        let installed = try await installed(preparation.service, target, state, &read)
        let findings = package.findings(on: site, installed: installed, installedVersion: target.from)
        let isNew = target.from != target.version.version
        let errors = isNew ? findings.filter { $0.severity == .error } : []
        let rest = isNew ? findings.filter { $0.severity != .error } : findings
        guard !errors.isEmpty else {
            return (nil, rest.map { "\(target.supervisor): \($0.message)" })
        }
        return (
            FleetError(
                .incompatible,
                "\(preparation.service) \(target.version.version) does not fit \(target.supervisor); nothing was sent",
                reason: errors.map(\.message).joined(separator: "\n"),
                next: "choose a version or Supervisors that fit: flotilla service show \(preparation.service.shortName)"
            ), []
        )
    }

    /// The package that is to be replaced; its own constraints say where it may go.
    private func installed(
        _ service: ServiceID, _ target: InstallPreparation.Target, _ state: FleetState,
        _ read: inout [ContentDigest: PackageDocument]
    ) async throws(FleetError) -> PackageDocument? {
        guard let from = target.from, from != target.version.version,
            let version = state.services[service]?.versions.first(where: { $0.version == from })
        else { return nil }
        return try await package(version, &read)
    }

    /// Each version is read once per command, however many Supervisors it is for.
    private func package(
        _ version: ServiceVersion, _ read: inout [ContentDigest: PackageDocument]
    ) async throws(FleetError) -> PackageDocument? {
        if let known = read[version.package] { return known }
        let found = try await package(version)
        read[version.package] = found
        return found
    }
}
