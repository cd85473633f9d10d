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
        for package in registration.packages {
            try Self.checkEULA(package, options)
            try PackageTemplates.check(package)
            let text = YAMLWriter.text(package.document)
            var facts = PackageFacts(
                service: ServiceID(package.refName), version: package.versionText, package: try await store(text),
                displayName: registration.metadata?.displayName ?? package.displayName ?? "",
                shortDescription: registration.metadata?.shortDescription ?? package.description ?? "",
                bundleImage: package.fetch.imageReference, hasSchema: package.valuesSchema != nil)
            facts.format = package.format == .carvel ? nil : package.format.rawValue
            facts.acceptedEULA = package.eula.isEmpty ? nil : true
            facts.bundleTree = try await configuration.pinBundle(facts)
            all.append(facts)
        }
        context.packages = all.sorted { left, right in
            guard let older = PackageVersion(tolerant: left.version),
                let newer = PackageVersion(tolerant: right.version)
            else { return left.version < right.version }
            return older < newer
        }
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
