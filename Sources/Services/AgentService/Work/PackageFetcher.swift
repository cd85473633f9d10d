internal import FleetModel
internal import FleetRuntime
internal import Packaging
internal import PackageSources
internal import Reconciliation
internal import ResourceModel

/// Gets a package's document, values and bundle.
struct PackageFetcher: Sendable {
    let content: @Sendable (ContentDigest) async throws -> [UInt8]
    let bundles: any BundleSource
    private let documents = PackageDocuments()

    init(content: @escaping @Sendable (ContentDigest) async throws -> [UInt8], bundles: any BundleSource) {
        self.content = content
        self.bundles = bundles
    }

    func fetch(
        _ selection: PackageSelection, service: ServiceID
    ) async throws(InstallReconcile.Failure) -> PackageFiles {
        do {
            let package = try await package(selection.package, service, version: selection.version)
            let values = String(decoding: try await content(selection.values), as: UTF8.self)
            return PackageFiles(package: package, values: values, files: try await files(package, selection))
        } catch let error as FleetError {
            let cause = [error.message, error.reason].filter { !$0.isEmpty }.joined(separator: ": ")
            let text = error.next.isEmpty ? cause : "\(cause). To add it: \(error.next)"
            throw InstallReconcile.Failure(text, isUnreachable: error.code == .unavailable)
        } catch {
            throw InstallReconcile.Failure(String(describing: error))
        }
    }

    /// A package's document by the digest of its content.
    func package(_ digest: ContentDigest, _ service: ServiceID, version: String) async throws -> PackageDocument {
        if let known = documents.package(digest), known.refName == service.rawValue, known.versionText == version {
            return known
        }
        let text = String(decoding: try await content(digest), as: UTF8.self)
        let registration = try PackageRegistration([SourceDocument(name: "\(service) package", text: text)])
        guard
            let package = registration.packages.first(where: {
                $0.refName == service.rawValue && $0.versionText == version
            })
        else { throw FleetError(.notFound, "the package content \(digest) has no \(service) \(version)") }
        documents.keep(package, digest)
        return package
    }

    private func files(
        _ package: PackageDocument, _ selection: PackageSelection
    ) async throws -> [String: [UInt8]] {
        switch package.fetch {
        case .inline(let files): return files.mapValues { Array($0.utf8) }
        case .imgpkgBundle(let image): return try await bundle(package, selection, image, isPlain: false)
        case .image(let image, let subPath):
            let files = try await bundle(package, selection, image, isPlain: true)
            guard let subPath, !subPath.isEmpty else { return files }
            let prefix = subPath.hasSuffix("/") ? subPath : subPath + "/"
            var inside: [String: [UInt8]] = [:]
            for (path, bytes) in files where path.hasPrefix(prefix) {
                inside[String(path.dropFirst(prefix.count))] = bytes
            }
            return inside
        }
    }

    private func bundle(
        _ package: PackageDocument, _ selection: PackageSelection, _ image: String, isPlain: Bool
    ) async throws -> [String: [UInt8]] {
        let carried = selection.bundleContent.map { digest in
            CarriedBundle(digest: digest) { [content] () async throws(FleetError) -> [UInt8] in
                do {
                    return try await content(digest)
                } catch {
                    throw error as? FleetError
                        ?? FleetError(.unavailable, "the bundle did not come", reason: "\(error)")
                }
            }
        }
        return try await bundles.fetch(
            BundleReference(
                refName: package.refName, version: package.versionText, image: image, pinned: selection.bundleTree,
                isPlainImage: isPlain),
            carried: carried
        ).files
    }
}
