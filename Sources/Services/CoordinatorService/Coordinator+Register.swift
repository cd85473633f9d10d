internal import FleetControl
internal import FleetModel
internal import FleetRuntime
internal import Packaging
internal import ResourceModel

extension Coordinator {
    /// Reads and checks the documents of a registration; their text is stored.
    func register(
        _ documents: [SourceDocument], _ options: RegistrationOptions, _ state: FleetState,
        _ context: inout CommandContext
    ) async throws(FleetError) {
        let registration = try PackageRegistration(documents, custom: options.custom)
        var all: [PackageFacts] = []
        let reviews = RegistrationReview(
            configuration: configuration, time: time, hasMetadata: registration.metadata != nil)
        var reviewed = await previousVersions(of: registration, state)
        for package in registration.packages.sorted(by: { $0.version < $1.version }) {
            try Self.checkEULA(package, options)
            try PackageTemplates.check(package, in: documents.count == 1 ? documents[0].name : "")
            let text = YAMLWriter.text(package.document)
            var facts = PackageFacts(
                service: ServiceID(package.refName), version: package.versionText, package: try await store(text),
                displayName: registration.metadata?.displayName ?? package.displayName ?? "",
                shortDescription: registration.metadata?.shortDescription ?? package.description ?? "",
                bundleImage: package.fetch.imageReference, hasSchema: package.valuesSchema != nil)
            facts.format = package.format == .carvel ? nil : package.format.rawValue
            facts.acceptedEULA = package.eula.isEmpty ? nil : true
            if case .image = package.fetch { facts.fetchesPlainImage = true }
            if let bundle = try await configuration.pinBundle(facts) {
                facts.bundleTree = bundle.digest
                if configuration.sharesBundles { facts.bundleContent = try await share(bundle, facts) }
            }
            let previous = reviewed.last { $0.package.version < package.version }
            facts.review = await reviews.lines(.init(package: package, facts: facts), previous: previous)
            reviewed.append(.init(package: package, facts: facts))
            all.append(facts)
        }
        context.packages = all
    }

    /// The newest registered version older than the newest of the registration: what that is compared with.
    private func previousVersions(
        of registration: PackageRegistration, _ state: FleetState
    ) async -> [RegistrationReview.Subject] {
        guard configuration.rendering != nil, let newest = registration.packages.map(\.version).max(),
            let service = registration.packages.first.map({ ServiceID($0.refName) }),
            let version = state.services[service]?.versions.last(where: {
                PackageVersion(tolerant: $0.version).map { $0 < newest } ?? false
            }), let package = try? await package(version)
        else { return [] }
        var facts = PackageFacts(
            service: service, version: version.version, package: version.package, bundleImage: version.bundleImage,
            hasSchema: package.valuesSchema != nil)
        facts.bundleTree = version.bundleTree
        return [.init(package: package, facts: facts)]
    }

    private static let shownEULALines = 20

    private static func checkEULA(
        _ package: PackageDocument, _ options: RegistrationOptions
    ) throws(FleetError) {
        guard !package.eula.isEmpty, !options.acceptsEULA else { return }
        let lines = package.eula.split(separator: "\n", omittingEmptySubsequences: false)
        let shown = lines.prefix(shownEULALines).joined(separator: "\n")
        let rest = lines.count > shownEULALines ? "\n… \(lines.count - shownEULALines) more lines" : ""
        throw FleetError(
            .invalidArgument,
            "the end user licence agreement of \(package.refName) \(package.versionText) is not accepted",
            reason: shown + rest, next: "read it, then run the command again with --accept-eula")
    }
}
