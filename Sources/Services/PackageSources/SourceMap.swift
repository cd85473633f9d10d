package import FleetModel

/// The `sources:` of a configuration: which place holds which bundle.
///
/// Rules are tried in order; the first that matches serves the bundle. A rule for a package and version is more than a
/// rule for an image prefix only by standing before it.
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
        /// `image: registry.example.com/harbor`: matches the reference up to `@`, `:` or `/`.
        case imagePrefix(String)
    }

    package enum Place: Hashable, Sendable {
        case directory(String)
        case ociLayout(String)
    }

    package var rules: [Rule]
    package var limits: BundleLimits

    package init(rules: [Rule], limits: BundleLimits = BundleLimits()) {
        self.rules = rules
        self.limits = limits
    }

    package func fetch(_ reference: BundleReference) async throws(FleetError) -> Bundle {
        guard let rule = rule(for: reference) else {
            throw FleetError(
                .notFound,
                "no source for the bundle of \(reference.refName) \(reference.version)"
                    + (reference.image.map { " (\($0))" } ?? ""),
                reason: "none of the \(rules.count) rules under `sources` in the configuration matches",
                next: "add a rule with `package` and `version`, or `image`, and a `directory` or `ociLayout`")
        }
        switch rule.place {
        case .directory(let folder): return try await DirectorySource(folder: folder, limits: limits).fetch(reference)
        case .ociLayout(let folder): return try await OCILayoutSource(folder: folder, limits: limits).fetch(reference)
        }
    }

    /// The digest to pin at registration: of a directory its tree, of an image its manifest; nil when no rule matches.
    package func pin(_ reference: BundleReference) async throws(FleetError) -> ContentDigest? {
        guard rule(for: reference) != nil else { return nil }
        return try await fetch(reference).digest
    }

    private func rule(for reference: BundleReference) -> Rule? {
        rules.first { rule in
            switch rule.match {
            case .package(let name, let version):
                name == reference.refName && (version == nil || version == reference.version)
            case .imagePrefix(let prefix): reference.image.map { Self.matches($0, prefix) } ?? false
            }
        }
    }

    private static func matches(_ image: String, _ prefix: String) -> Bool {
        guard image.hasPrefix(prefix) else { return false }
        guard let next = image.dropFirst(prefix.count).first else { return true }
        return prefix.hasSuffix("/") || "/@:".contains(next)
    }
}
