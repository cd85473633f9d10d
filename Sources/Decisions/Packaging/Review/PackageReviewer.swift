internal import FleetModel
internal import Reconciliation
package import ResourceModel
internal import Templating

/// Reviews one version of a service: pure, from its files and values.
package struct PackageReviewer {
    private let files: PackageFiles
    private let values: Value
    private let hasMetadata: Bool
    /// False when nobody gave values: a package may well need some.
    private let valuesAreGiven: Bool

    private var package: PackageDocument { files.package }
    private var review: PackageReview
    /// What came out of the template steps; empty when they failed.
    package private(set) var documents: [Value] = []

    /// The service namespace that a review renders for.
    package static func namespace(_ package: PackageDocument) -> String {
        "svc-\(ServiceID(package.refName).shortName)-domain-c0"
    }

    /// `values` nil: the defaults.
    package static func review(
        _ files: PackageFiles, values: Value? = nil, hasMetadata: Bool = true
    ) -> (review: PackageReview, documents: [Value]) {
        var reviewer = PackageReviewer(files: files, values: values, hasMetadata: hasMetadata)
        reviewer.run()
        return (reviewer.review, reviewer.documents)
    }

    private init(files: PackageFiles, values: Value?, hasMetadata: Bool) {
        self.files = files
        self.values = values ?? .object([:])
        valuesAreGiven = values != nil
        self.hasMetadata = hasMetadata
        review = PackageReview(
            service: files.package.refName, version: files.package.versionText, format: files.package.format.rawValue)
    }

    private mutating func find(
        _ severity: PackageReview.Finding.Severity, _ rule: String, _ subject: String, _ message: String
    ) {
        review.findings.append(.init(severity, rule, subject, message))
    }

    private mutating func run() {
        review.values = SchemaListing.values(files.schema)
        review.constraints = ConstraintListing.lines(package)
        checkDocument()
        checkDeployment()
        checkValues()
        let lock = readLock()
        do throws(InstallReconcile.Failure) {
            documents = try PackageRenderer.render(
                files, values: values, namespace: Self.namespace(package), properties: [:]
            ).documents.filter { !$0.apiVersion.hasPrefix("kapp.k14s.io/") }
        } catch {
            let words = valuesAreGiven ? "" : " with the defaults; give values with -f"
            find(valuesAreGiven ? .error : .warning, "rendering", "", "cannot be rendered\(words): \(error.text)")
            // What the bundle was locked to is known all the same.
            review.images = ImageListing.locked(lock)
            return sortFindings()
        }
        review.objects = ObjectListing.groups(documents)
        review.definitions = ObjectListing.definitions(documents)
        let scopes = ObjectScopes(documents)
        review.clusterScoped = documents.filter { scopes.isClusterScoped($0) && $0.kind != "CustomResourceDefinition" }
            .map(\.shortName).sorted()
        review.images = ImageListing.images(documents, lock: lock)
        review.claims = ClaimListing.claims(documents)
        checkObjects(scopes)
        checkImages()
        checkClaims()
        sortFindings()
    }

    private mutating func sortFindings() {
        let order: [PackageReview.Finding.Severity] = [.error, .warning, .info]
        review.findings = order.flatMap { severity in review.findings.filter { $0.severity == severity } }
    }

    // MARK: The document

    private mutating func checkDocument() {
        guard package.format == .carvel else { return }
        if !hasMetadata {
            find(.warning, "metadata", "", "no PackageMetadata: the service is shown by its id, without description")
        }
        if files.schema.isNull {
            find(
                .warning, "values-schema", "",
                "the Package has no valuesSchema: values are not checked before they reach a Supervisor")
        }
        for value in review.values where value.standard == nil {
            find(
                .warning, "missing-default", value.path, "has no default: what the package does without it is not told")
        }
        let isContract =
            package.template == [
                .ytt(YttOptions(paths: ["config/"])),
                .kbld(paths: ["-", ".imgpkg/images.yml"]),
            ]
        if !isContract {
            find(
                .info, "template-steps", "",
                "the template steps differ from the Supervisor's contract: "
                    + "ytt [config/], then kbld [-, .imgpkg/images.yml]"
            )
        }
    }

    private mutating func checkDeployment() {
        let idle = package.deploy.withoutEffect
        if !idle.isEmpty {
            find(.info, "deploy-options", "", "options of kapp without effect here: \(idle.joined(separator: ", "))")
        }
        if !package.deploy.waits {
            find(.warning, "deploy-options", "--wait=false", "the service counts as ready before its objects are")
        }
        if package.deploy.allowsEmpty {
            find(
                .warning, "deploy-options", "--dangerous-allow-empty-list-of-resources",
                "values that render nothing remove everything")
        }
    }

    private mutating func checkValues() {
        if let refusal = package.refusal(of: values) {
            find(.error, "values", "", [refusal.message, refusal.reason].joined(separator: ": "))
        }
        guard let schema = package.valuesSchema else { return }
        // Without values given, what is required is told, not held against the package.
        for violation in schema.validate(values, nullRule: .unset).prefix(20) {
            find(valuesAreGiven ? .error : .warning, "values", violation.path, violation.message)
        }
        for path in schema.unknownKeys(in: values).prefix(20) {
            find(.warning, "unknown-value", path, "is not in the schema")
        }
        for violation in schema.validate(schema.defaults, nullRule: .unset).prefix(20)
        where violation.kind != .required {
            find(.warning, "defaults", violation.path, "the schema's own default does not fit it: \(violation.message)")
        }
    }

    private mutating func readLock() -> ImageLock {
        guard let bytes = files.files[".imgpkg/images.yml"] else {
            if case .imgpkgBundle = package.fetch {
                find(
                    .warning, "images-lock", ".imgpkg/images.yml",
                    "the bundle has no ImagesLock: it cannot be relocated")
            }
            return .none
        }
        do throws(TemplateError) {
            return try ImageLock.parse(String(decoding: bytes, as: UTF8.self))
        } catch {
            find(.error, "images-lock", ".imgpkg/images.yml", error.message)
            return .none
        }
    }

    // MARK: What was rendered

    private mutating func checkObjects(_ scopes: ObjectScopes) {
        let namespace = Self.namespace(package)
        var seen: Set<ObjectIdentity> = []
        for document in documents {
            if document.objectName.isEmpty {
                find(.error, "name", document.kind, "an object without metadata.name")
            } else if !seen.insert(document.identity).inserted {
                find(.error, "duplicate", document.shortName, "is rendered twice")
            }
            let other = document.objectNamespace
            if !other.isEmpty, other != namespace, !scopes.isClusterScoped(document) {
                find(
                    .warning, "namespace", document.shortName,
                    "stands in namespace \(other), not in the service's: two services may collide there")
            }
            if document.kind == "Namespace", document.objectName != namespace {
                find(.warning, "namespace", document.shortName, "a namespace of its own is declared")
            }
        }
        if documents.isEmpty, !package.deploy.allowsEmpty { find(.error, "empty", "", "nothing is rendered") }
    }

    private mutating func checkImages() {
        for image in review.images where !image.reference.contains("@sha256:") {
            find(
                .warning, "tag-instead-of-digest", image.reference,
                "is named by tag: what runs may change without a new version of the package")
        }
    }

    private mutating func checkClaims() {
        for claim in review.claims where claim.deletedBy.contains(where: { $0.hasPrefix(ClaimListing.owned) }) {
            find(
                .warning, "owned-for-deletion", "\(claim.origin == "claim" ? "claim" : claim.origin): \(claim.name)",
                "kapp deletes the claim and its data with the service (\(ClaimListing.owned))")
        }
        let sources = ClaimTemplateProbe(files: files, values: values).sources(documents)
        for source in sources {
            find(
                .warning, "claim-template-from-values", source.statefulSet,
                "\(source.field) of claim template \(source.template) follows the value \(source.value): "
                    + "it is immutable, "
                    + "so a later change of the value fails or needs the StatefulSet replaced")
        }
    }
}

extension Value {
    /// `statefulset/harbor-database`.
    var shortName: String { "\(kind.lowercased())/\(objectName)" }
}
