internal import FleetModel
internal import FleetRuntime
internal import Foundation
internal import Packaging
internal import PackageSources
internal import ResourceModel

/// Finds packages on disk, without a coordinator.
///
/// A path is a file, a folder with `package.yaml` (its bundle in `bundle/`, its metadata in it or above it), a folder
/// of such folders (`<version>/`, `<name>/<version>/`), or a folder of YAML files.
struct PackageFolder {
    struct Found {
        var file: String
        var package: PackageDocument
        var hasMetadata: Bool
        var bundle: String?
    }

    /// A bundle's folder or OCI layout, instead of the one beside the package.
    var bundle: String?

    private static func isFolder(_ path: String) -> Bool {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return attributes?[.type] as? FileAttributeType == .typeDirectory
    }

    private static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    func packages(_ paths: [String]) throws(FleetError) -> [Found] {
        var found: [Found] = []
        for path in paths {
            let clean = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
            let some = try packages(in: clean, depth: 0)
            guard !some.isEmpty else {
                throw FleetError(
                    .notFound, "no package in \(path)",
                    reason: "expected a package file, or a folder with package.yaml in it or up to two levels below")
            }
            found += some
        }
        return found
    }

    private func packages(in path: String, depth: Int) throws(FleetError) -> [Found] {
        guard Self.isFolder(path) else { return try read([path]) }
        if Self.exists("\(path)/package.yaml") { return try read(["\(path)/package.yaml"]) }
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
        var found: [Found] = []
        for name in names where depth < 2 && !name.hasPrefix(".") && Self.isFolder("\(path)/\(name)") {
            found += try packages(in: "\(path)/\(name)", depth: depth + 1)
        }
        if !found.isEmpty || depth > 0 { return found }
        let files = names.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.map { "\(path)/\($0)" }
        return files.isEmpty ? [] : try read(files)
    }

    private func read(_ files: [String]) throws(FleetError) -> [Found] {
        let folder = files[0].split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let place = folder.isEmpty ? (files[0].hasPrefix("/") ? "/" : ".") : folder
        var documents = try Files.documents(files)
        var registration = try PackageRegistration(documents)
        if registration.metadata == nil {
            for beside in ["\(place)/metadata.yaml", "\(place)/../metadata.yaml"] where Self.exists(beside) {
                documents.append(SourceDocument(name: beside, text: try Files.text(beside)))
                registration = try PackageRegistration(documents)
                break
            }
        }
        let beside = ["\(place)/bundle", place].first { Self.exists("\($0)/config") || Self.exists("\($0)/.imgpkg") }
        return registration.packages.map { package in
            Found(
                file: files[0], package: package,
                hasMetadata: registration.metadata != nil || package.format != .carvel, bundle: bundle ?? beside)
        }
    }

    /// The files that a package's template steps work on.
    func files(_ found: Found) async throws(FleetError) -> PackageFiles {
        let package = found.package
        try PackageTemplates.check(package, in: found.file)
        if case .inline(let files) = package.fetch {
            return PackageFiles(package: package, values: "", files: files.mapValues { Array($0.utf8) })
        }
        guard let folder = found.bundle else {
            throw FleetError(
                .notFound, "the bundle of \(package.refName) \(package.versionText) is not beside \(found.file)",
                reason: "its files (config/, .imgpkg/) are needed to render it",
                next: "flotilla package check \(found.file) --bundle FOLDER")
        }
        let image = package.fetch.imageReference
        let reference = BundleReference(refName: package.refName, version: package.versionText, image: image)
        let place: SourceMap.Place =
            Self.exists("\(folder)/oci-layout")
            ? .ociLayout(folder) : folder.hasSuffix(".tar") ? .archive(folder) : .directory(folder)
        let source = SourceMap(rules: [.init(match: .package(package.refName, version: nil), place: place)])
        return PackageFiles(package: package, values: "", files: try await source.fetch(reference).files)
    }
}
