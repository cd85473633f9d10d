/// What a person should know of a package before it is registered: what it makes, and what will hurt later.
package struct PackageReview: Hashable, Codable, Sendable {
    package struct Finding: Hashable, Codable, Sendable {
        package enum Severity: String, Hashable, Codable, Sendable { case error, warning, info }

        package var severity: Severity
        /// A stable word: `images-lock`, `tag-instead-of-digest` …
        package var rule: String
        /// What it is about: `statefulset/harbor-database`, a value's path; empty for the package as a whole.
        package var subject: String
        package var message: String

        package init(_ severity: Severity, _ rule: String, _ subject: String, _ message: String) {
            self.severity = severity
            self.rule = rule
            self.subject = subject
            self.message = message
        }
    }

    package struct Group: Hashable, Codable, Sendable {
        /// `apps/v1 Deployment`.
        package var kind: String
        package var names: [String]
    }

    package struct Image: Hashable, Codable, Sendable {
        /// As it comes to the cluster.
        package var reference: String
        /// As the manifests write it, when the lock replaced it.
        package var written: String?
        package var usedBy: [String]
    }

    package struct Claim: Hashable, Codable, Sendable {
        package var name: String
        package var size: String
        /// Empty: the cluster's default.
        package var storageClass: String
        /// `claim`, or `template of statefulset/<name>`.
        package var origin: String
        /// What removes it with its data.
        package var deletedBy: [String]
    }

    package struct DataValue: Hashable, Codable, Sendable {
        package var path: String
        package var type: String
        /// As YAML on one line; nil when the schema has none.
        package var standard: String?
    }

    package var service: String
    package var version: String
    /// vCenter's content type.
    package var format: String
    package var objects: [Group] = []
    package var images: [Image] = []
    package var claims: [Claim] = []
    /// Custom resource definitions: `<plural>.<group> (<versions>)`.
    package var definitions: [String] = []
    /// Objects that belong to no namespace, definitions left out.
    package var clusterScoped: [String] = []
    package var values: [DataValue] = []
    package var constraints: [String] = []
    package var findings: [Finding] = []

    package init(service: String, version: String, format: String) {
        self.service = service
        self.version = version
        self.format = format
    }

    package var hasErrors: Bool { findings.contains { $0.severity == .error } }
    package var objectCount: Int { objects.reduce(0) { $0 + $1.names.count } }

    /// In one line: `29 objects, 12 images, 5 claims; 2 warnings`.
    package var summary: String {
        func count(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }
        var parts = [
            count(objectCount, "object"), count(images.count, "image"), count(claims.count, "claim"),
            count(definitions.count, "CRD"), count(values.count, "value"),
        ].joined(separator: ", ")
        let errors = findings.count { $0.severity == .error }
        let warnings = findings.count { $0.severity == .warning }
        if errors > 0 { parts += "; " + count(errors, "error") }
        if warnings > 0 { parts += "; " + count(warnings, "warning") }
        return parts
    }
}
