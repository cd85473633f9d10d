package import FleetModel

/// One version of a service as its files say it: a Carvel `Package` (data.packaging.carvel.dev/v1alpha1), validated as
/// kapp-controller validates it, or one of vSphere's older formats brought into the same shape.
package struct PackageDocument: Hashable, Sendable {
    package static let apiVersion = "data.packaging.carvel.dev/v1alpha1"

    /// How the service is packaged; vCenter's content types.
    package enum Format: String, Hashable, Sendable, CaseIterable {
        case carvel = "CARVEL_APPS_YAML"
        /// `SupervisorServiceDefinition`, or its predecessor in a ConfigMap.
        case vSphere = "VSPHERE_APPS_YAML"
        /// Plain manifests.
        case custom = "CUSTOM_YAML"
    }

    package var format = Format.carvel
    /// `spec.refName`: the service id.
    package var refName: String
    package var version: PackageVersion
    /// The version as written.
    package var versionText: String
    package var releaseNotes: String
    package var annotations: [String: String]
    package var valuesSchema: OpenAPISchema?
    package var compatibility = PackageCompatibility()
    /// What the document itself says of the service; nil in a Carvel Package, which has PackageMetadata for it.
    package var displayName: String?
    package var description: String?
    /// The end user licence agreement that must be accepted; empty when there is none.
    package var eula = ""
    package var fetch: Fetch
    package var template: [TemplateStep]
    package var deploy = DeployOptions()
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
        case ytt(YttOptions)
        /// `paths` are files or folders of the fetched content; `-` is the previous step's output.
        case kbld(paths: [String])
        /// vSphere's older format: `definitions` as they are, then `manifests` as a Go text template.
        case goTemplate(definitions: String?, manifests: String?)
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

    /// Reads Package and PackageMetadata documents and the older formats; anything else is refused. With `custom` the
    /// documents are plain manifests of that service. Errors name file, line and field.
    package init(
        _ sources: [SourceDocument], custom: RegistrationOptions.CustomService? = nil
    ) throws(FleetError) {
        packages = []
        var sources = sources
        if let custom { sources = [PackageReader.wrapped(sources, as: custom)] }
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
                case (PackageReader.definitionVersion, "SupervisorServiceDefinition"):
                    packages.append(try reader.serviceDefinition())
                case ("v1", "ConfigMap"): packages.append(try reader.serviceInConfigMap())
                case (PackageReader.customVersion, "CustomService"): packages.append(try reader.customService())
                default:
                    throw reader.error(
                        ["kind"], PackageReader.found(document),
                        reason: "expected a Package or PackageMetadata of \(PackageDocument.apiVersion), or a "
                            + "SupervisorServiceDefinition of \(PackageReader.definitionVersion); plain manifests are "
                            + "registered with --custom SERVICE --custom-version VERSION")
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
                reason: "metadata.name of PackageMetadata must equal spec.refName of the Package",
                next: "name the metadata file of \(first.refName), or none")
        }
    }

    static func place(_ source: SourceDocument, _ line: Int?) -> String {
        let name = source.name.isEmpty ? "document" : source.name
        return line.map { "\(name):\($0)" } ?? name
    }
}
