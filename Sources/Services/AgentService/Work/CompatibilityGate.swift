internal import FleetModel
internal import KubernetesClient
internal import ResourceModel

/// Whether a version may come to this Supervisor: its own constraints against what the cluster is now, and what the
/// installed version's check answers. The coordinator looked before; the agent looks again, with the facts of the day.
struct CompatibilityGate: Sendable {
    /// Bytes taken of a check's answer.
    private static let answerBytes = 64 << 10

    let context: AgentContext

    /// Warnings; throws `incompatible` when the version may not come, `KubernetesError` when that cannot be told.
    func check(_ package: PackageDocument, service: ServiceID, namespace: String) async throws -> [String] {
        let install = await context.store.state.installs[service]
        // What runs here already is not judged anew: a change of values or a retry brings nothing that was not there.
        guard install?.currentVersion != package.versionText else { return [] }
        let facts = try await context.health.facts()
        let site = PackageCompatibility.Site(
            name: context.supervisor.rawValue, kubernetes: facts.version, facts: facts.supervisor)
        let installed = await installed(install, service)
        var findings = package.findings(on: site, installed: installed, installedVersion: install?.currentVersion)
        if install?.currentVersion != nil, let hook = installed?.compatibility.hook {
            findings += try await ask(hook, data: package.compatibility.hookData ?? "", namespace: namespace)
        }
        let errors = findings.filter { $0.severity == .error }
        guard errors.isEmpty else {
            throw FleetError(
                .incompatible,
                "\(service) \(package.versionText) does not fit \(context.supervisor); nothing was changed",
                reason: errors.map(\.message).joined(separator: "\n"),
                next: "flotilla service show \(service.shortName)")
        }
        return findings.map { "\($0.severity.rawValue.lowercased()): \($0.message)" }
    }

    /// The package whose version last succeeded here; nil when its text is gone.
    private func installed(_ install: AgentState.Install?, _ service: ServiceID) async -> PackageDocument? {
        guard let install, let version = install.currentVersion else { return nil }
        var digest = install.package
        if digest == nil, case .present(let selection) = install.spec.intent, selection.version == version {
            digest = selection.package
        }
        guard let digest else { return nil }
        return try? await context.fetcher.package(digest, service, version: version)
    }

    private func ask(
        _ hook: CompatibilityHook, data: String, namespace: String
    ) async throws(KubernetesError) -> [PackageCompatibility.Finding] {
        let target = ServiceProxyTarget(
            namespace: namespace, service: hook.service, scheme: hook.scheme.rawValue, port: hook.port, url: hook.url)
        let (status, body) = try await context.client.proxied(
            target, method: hook.method, body: Array(data.utf8), limit: Self.answerBytes)
        return CompatibilityHook.findings(status: status, body: String(decoding: body, as: UTF8.self))
    }
}
