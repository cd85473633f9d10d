package import FleetModel
internal import FleetRuntime

/// The `sources:` of a configuration: which places may hold which bundle.
///
/// Every rule that matches is tried in order until one has the bundle.
package struct SourceMap: BundleSource {
    package struct Rule: Hashable, Sendable {
        package var match: Match
        package var place: Place

        package init(match: Match, place: Place) {
            self.match = match
            self.place = place
        }
    }

    package enum Match: Hashable, Sendable {
        /// `package: harbor.example.com`, `version: 2.6.1` (nil = every version).
        case package(String, version: String?)
        /// `image: registry.example.com/harbor`: matches the reference up to `@`, `:` or `/`; `*` matches every image.
        case imagePrefix(String)
    }

    package enum Place: Hashable, Sendable {
        case directory(String)
        case ociLayout(String)
        /// A tar archive: of `imgpkg copy --to-tar`, or an OCI layout in one file.
        case archive(String)
        /// `harbor.example.com/mirror`, which stands for the matched prefix; `*` = the image's own registry.
        case registry(String)
        /// What the coordinator holds, over the link.
        case coordinator
    }

    package var rules: [Rule]
    package var limits: BundleLimits
    /// Nil: rules that name a registry are refused.
    package var registries: RegistryAccess?
    /// The coordinator is asked when no rule had the bundle.
    package var asksCoordinator: Bool

    package init(
        rules: [Rule], limits: BundleLimits = BundleLimits(), registries: RegistryAccess? = nil,
        asksCoordinator: Bool = false
    ) {
        self.rules = rules
        self.limits = limits
        self.registries = registries
        self.asksCoordinator = asksCoordinator
    }

    package func fetch(_ reference: BundleReference, carried: CarriedBundle?) async throws(FleetError) -> Bundle {
        var allowance = limits.nestedBundles
        return try await fetch(reference, carried: carried, nested: &allowance)
    }

    /// The bundle at registration, by whose digest it is pinned; nil when no rule matches.
    package func pin(_ reference: BundleReference) async throws(FleetError) -> Bundle? {
        guard rules.contains(where: { $0.place != .coordinator && Self.matches($0, reference) }) else { return nil }
        try Failpoint.packagesPin.failService()
        return try await fetch(reference)
    }

    func fetch(
        _ reference: BundleReference, carried: CarriedBundle?, nested: inout Int
    ) async throws(FleetError) -> Bundle {
        try Failpoint.packagesFetch.failService()
        var search = BundleSearch(reference: reference, rules: rules.count)
        for rule in rules where Self.matches(rule, reference) {
            do throws(PlaceFailure) {
                return try await bundle(reference, at: rule, carried, nested: &nested)
            } catch {
                search.note(rule.place, title(rule, reference), error)
            }
        }
        if asksCoordinator, !rules.contains(where: { $0.place == .coordinator && Self.matches($0, reference) }) {
            do throws(PlaceFailure) {
                return try await CoordinatorPlace(limits: limits).bundle(reference, carried)
            } catch {
                search.note(.coordinator, "the coordinator", error)
            }
        }
        throw search.error
    }

    private func bundle(
        _ reference: BundleReference, at rule: Rule, _ carried: CarriedBundle?, nested: inout Int
    ) async throws(PlaceFailure) -> Bundle {
        switch rule.place {
        case .directory(let folder):
            let files = try DirectoryPlace(folder: folder, limits: limits).read()
            let digest = TreeDigest.of(files)
            guard let pinned = reference.pinned, pinned != digest else { return Bundle(files: files, digest: digest) }
            throw .refused(
                "the folder's tree digest is \(digest), pinned at registration was \(pinned)"
                    + (pinned == reference.imageDigest ? " (an image digest, which no folder has)" : ""))
        case .ociLayout(let folder):
            return try await image(reference, at: OCILayoutPlace(tree: FolderTree(folder: folder)), nested: &nested)
        case .archive(let path):
            let tree = try ArchiveTree(path: path)
            if try tree.read(OCILayoutPlace.marker, limit: 4096) != nil {
                return try await image(reference, at: OCILayoutPlace(tree: tree), nested: &nested)
            }
            return try await image(reference, at: ImageArchivePlace(tree: tree), nested: &nested)
        case .registry:
            guard let registries else { throw .refused("registries are not set up in this program") }
            let name = try repository(rule, reference)
            let client = RegistryClient(access: registries, host: name.registry, repository: name.repository)
            return try await image(reference, at: RegistryPlace(client: client), nested: &nested)
        case .coordinator: return try await CoordinatorPlace(limits: limits).bundle(reference, carried)
        }
    }

    // MARK: Rules

    private static func matches(_ rule: Rule, _ reference: BundleReference) -> Bool {
        switch rule.match {
        case .package(let name, let version):
            name == reference.refName && (version == nil || version == reference.version)
        case .imagePrefix(let prefix):
            reference.image.map { image in
                prefix == "*" || matches(image, prefix) || matches((try? ImageName(image))?.description ?? "", prefix)
            } ?? false
        }
    }

    private static func matches(_ image: String, _ prefix: String) -> Bool {
        guard image.hasPrefix(prefix) else { return false }
        guard let next = image.dropFirst(prefix.count).first else { return true }
        return prefix.hasSuffix("/") || "/@:".contains(next)
    }

    private func title(_ rule: Rule, _ reference: BundleReference) -> String {
        switch rule.place {
        case .directory(let folder): "folder \(folder)"
        case .ociLayout(let folder): "OCI layout \(folder)"
        case .archive(let path): "archive \(path)"
        case .registry(let text): "registry \((try? repository(rule, reference))?.context ?? text)"
        case .coordinator: "the coordinator"
        }
    }

    /// The repository that a rule puts in the place of the image's own.
    private func repository(_ rule: Rule, _ reference: BundleReference) throws(PlaceFailure) -> ImageName {
        let image = try imageName(reference)
        guard case .registry(let text) = rule.place, text != "*" else { return image }
        var base = text[...]
        while base.hasSuffix("/") { base = base.dropLast() }
        var target = String(base)
        if case .imagePrefix(let prefix) = rule.match {
            var rest = image.context[...]
            let raw = (reference.image ?? "").prefix { $0 != "@" }
            for whole in [image.context[...], raw] where prefix != "*" && whole.hasPrefix(prefix) {
                rest = whole.dropFirst(prefix.count).prefix { $0 != ":" }
                break
            }
            if prefix == "*" { rest = image.repository[...] }
            while rest.hasPrefix("/") { rest = rest.dropFirst() }
            if !rest.isEmpty { target += "/\(rest)" }
        }
        guard let name = try? ImageName(target), name.tag == nil, name.digest == nil else {
            throw .refused("\(target) is not a repository; correct `registry` in `sources`")
        }
        return name
    }

    func imageName(_ reference: BundleReference) throws(PlaceFailure) -> ImageName {
        do throws(FleetError) {
            return try ImageName(reference.image ?? "")
        } catch {
            throw .refused("\(error.message): \(error.reason)")
        }
    }
}
