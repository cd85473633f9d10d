internal import Synchronization
internal import FleetControl
package import FleetModel
internal import ResourceModel

extension Coordinator {
    struct LayeredValues: Sendable {
        var values: [SupervisorID: CommandContext.PreparedValues] = [:]
        var selections: [SupervisorID: PackageSelection] = [:]
        var warnings: [String] = []
        /// Supervisors that a package does not fit, with the reason.
        var refusals: [SupervisorID: FleetError] = [:]

        /// All refusals as one; nil when there is none.
        var refusal: FleetError? {
            let sorted = refusals.sorted { $0.key < $1.key }
            guard let first = sorted.first?.value, sorted.count > 1 else { return sorted.first?.value }
            return FleetError(
                first.code, sorted.map(\.value.message).joined(separator: "\n"),
                reason: sorted.map { "\($0.key): \($0.value.reason)" }.joined(separator: "\n"), next: first.next)
        }
    }

    /// Lays a request's values over those in force on each target, checks them against the package's schema and stores
    /// them. Refuses on the first target whose values break the schema, before anything is sent.
    func layeredValues(
        _ operation: FleetTask.Operation, _ request: InstallRequest, _ state: FleetState
    ) async throws(FleetError) -> LayeredValues {
        struct Input: Hashable {
            var base: ContentDigest?
            var package: ContentDigest
        }
        let preparation = try state.prepare(operation, request)
        var result = LayeredValues()
        var known: [Input: ContentDigest] = [:]
        var packages: [ContentDigest: PackageDocument] = [:]
        for target in preparation.targets {
            let compatibility = try await compatibility(preparation, target, state, &packages)
            result.warnings += compatibility.warnings
            if let refusal = compatibility.refusal {
                result.refusals[target.supervisor] = refusal
                continue
            }
            let input = Input(base: target.base, package: target.version.package)
            let digest: ContentDigest
            if let done = known[input] {
                digest = done
            } else {
                let package = try await package(target.version)
                let layered = try await layered(request, over: target.base, package)
                result.warnings += try check(layered, request, preparation.service, target, package)
                let text = layered == .object([:]) ? "" : YAMLWriter.text(layered)
                guard text.utf8.count <= configuration.valuesBytes else {
                    throw FleetError(
                        .limitExceeded, "the values of \(preparation.service) are too large",
                        reason: "the limit valuesBytes is \(configuration.valuesBytes)")
                }
                digest = try await store(text)
                known[input] = digest
            }
            result.values[target.supervisor] = .init(
                base: target.base, version: target.version.version, values: digest)
            result.selections[target.supervisor] = PackageSelection(
                version: target.version.version, package: target.version.package, values: digest,
                bundleImage: target.version.bundleImage, bundleTree: target.version.bundleTree,
                bundleContent: target.version.bundleContent, namespace: target.namespace)
        }
        return result
    }

    private func layered(
        _ request: InstallRequest, over base: ContentDigest?, _ package: PackageDocument?
    ) async throws(FleetError) -> Value {
        var values: Value = .object([:])
        if let base { values = try await Self.values(text(base)) }
        return try ValuesLayering.layered(
            base: values, documents: request.values, names: request.valueNames, set: request.set,
            schema: package?.document[at: "spec", "valuesSchema", "openAPIv3"])
    }

    private static func values(_ text: String) throws(FleetError) -> Value {
        do throws(YAMLError) {
            return try YAMLDocuments.read(text).first { !$0.isNull } ?? .object([:])
        } catch {
            throw FleetError(.internalError, "the stored values cannot be read", reason: "\(error)")
        }
    }

    /// Warnings of unknown keys; throws when a rule of the schema is broken.
    private func check(
        _ values: Value, _ request: InstallRequest, _ service: ServiceID, _ target: InstallPreparation.Target,
        _ package: PackageDocument?
    ) throws(FleetError) -> [String] {
        guard let package else { return [] }
        if let refusal = package.refusal(of: values) { throw refusal }
        guard let schema = package.valuesSchema else { return [] }
        let violations = schema.validate(values, nullRule: .unset)
        guard violations.isEmpty else {
            let shown = violations.prefix(20).map { violation in
                let origin = ValuesLayering.origin(
                    of: violation.path, documents: request.values, names: request.valueNames, set: request.set)
                return origin.map { "\(violation) (\($0))" } ?? violation.description
            }
            let more = violations.count > shown.count ? ["and \(violations.count - shown.count) more"] : []
            throw FleetError(
                .invalidArgument, "the values do not fit \(service) \(target.version.version)",
                reason: (shown + more).joined(separator: "\n"),
                next: "correct the values; nothing was sent")
        }
        return schema.unknownKeys(in: values).map { path in
            "\(path): not in the schema of \(service.shortName) \(target.version.version)"
        }
    }

    func package(_ version: ServiceVersion) async throws(FleetError) -> PackageDocument? {
        let document = try await text(version.package)
        return try PackageRegistration([SourceDocument(name: "", text: document)]).packages.first
    }

    package func values(of key: InstallKey) async throws(FleetError) -> String {
        let state = published.withLock { $0.state }
        let key = InstallKey(service: try state.resolve(key.service), supervisor: key.supervisor)
        guard let digest = state.values(key) else {
            throw FleetError(
                .notFound, "\(key.service) is not installed on \(key.supervisor)",
                next: "flotilla service show \(key.service.shortName)")
        }
        return try await text(digest)
    }
}
