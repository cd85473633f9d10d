package import FleetModel

/// A Carvel `Package` (data.packaging.carvel.dev/v1alpha1), validated as kapp-controller validates it.
package struct PackageDocument: Hashable, Sendable {
    package static let apiVersion = "data.packaging.carvel.dev/v1alpha1"

    /// `spec.refName`: the service id.
    package var refName: String
    package var version: PackageVersion
    /// The version as written.
    package var versionText: String
    package var releaseNotes: String
    package var annotations: [String: String]
    package var valuesSchema: OpenAPISchema?
    package var kubernetesConstraint: VersionRange?
    package var fetch: Fetch
    package var template: [TemplateStep]
    /// Extra options of `deploy[0].kapp.rawOptions`.
    package var deployOptions: [String]
    /// The whole document.
    package var document: Value

    /// Where the files come from. Other fetchers of kapp-controller are refused at registration.
    package enum Fetch: Hashable, Sendable {
        case imgpkgBundle(image: String)
        /// `image`: the same layout in a plain image.
        case image(url: String, subPath: String?)
        /// Path → text, in the package itself.
        case inline([String: String])

        package var imageReference: String? {
            switch self {
            case .imgpkgBundle(let image): image
            case .image(let url, _): url
            case .inline: nil
            }
        }
    }

    package enum TemplateStep: Hashable, Sendable {
        /// `paths` are files or folders of the fetched content; `-` is the previous step's output.
        case ytt(paths: [String], inline: [String: String], ignoreUnknownComments: Bool)
        case kbld(paths: [String])
    }
}

/// A Carvel `PackageMetadata`.
package struct PackageMetadataDocument: Hashable, Sendable {
    package var name: String
    package var displayName: String
    package var shortDescription: String
    package var providerName: String
}

/// Everything found in the files of one registration.
package struct PackageRegistration: Hashable, Sendable {
    package var packages: [PackageDocument]
    package var metadata: PackageMetadataDocument?

    /// Reads Package and PackageMetadata documents; anything else is refused. Errors name file, line and field.
    package init(_ sources: [SourceDocument]) throws(FleetError) {
        packages = []
        for source in sources {
            let documents: [Value]
            do throws(YAMLError) {
                documents = try YAMLDocuments.read(source.text)
            } catch {
                throw FleetError(
                    .invalidArgument, "\(Self.place(source, error.line)): \(error.message)",
                    reason: "the file is not valid YAML", next: "correct the file and run the command again")
            }
            for (index, document) in documents.enumerated() where !document.isNull {
                let reader = PackageReader(source: source, index: index, document: document)
                switch (document.apiVersion, document.kind) {
                case (PackageDocument.apiVersion, "Package"): packages.append(try reader.package())
                case (PackageDocument.apiVersion, "PackageMetadata"): metadata = try reader.metadata()
                default:
                    throw reader.error(
                        ["kind"], "found \(document.apiVersion) \(document.kind)",
                        reason: "expected a Package or PackageMetadata of \(PackageDocument.apiVersion)")
                }
            }
        }
        guard let first = packages.first else {
            throw FleetError(
                .invalidArgument,
                "no Package document in \(sources.map(\.name).filter { !$0.isEmpty }.joined(separator: ", "))",
                reason: "a registration needs at least one Package of \(PackageDocument.apiVersion)",
                next: "flotilla service register PACKAGE.yaml METADATA.yaml")
        }
        if let other = packages.first(where: { $0.refName != first.refName }) {
            throw FleetError(
                .invalidArgument, "packages of two services in one registration: \(first.refName), \(other.refName)",
                next: "register each service with its own command")
        }
        if let metadata, metadata.name != first.refName {
            throw FleetError(
                .invalidArgument, "PackageMetadata \(metadata.name) does not belong to package \(first.refName)",
                reason: "metadata.name of PackageMetadata must equal spec.refName of the Package")
        }
    }

    static func place(_ source: SourceDocument, _ line: Int?) -> String {
        let name = source.name.isEmpty ? "document" : source.name
        return line.map { "\(name):\($0)" } ?? name
    }
}
