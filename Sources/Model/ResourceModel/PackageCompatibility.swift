package import FleetModel

/// What a package demands of the Supervisor and of the version it replaces (VMware's compatibility.md and
/// kapp-controller's `kubernetesVersionSelection`).
package struct PackageCompatibility: Hashable, Sendable {
    package static let supervisorVersions = "appplatform.vmware.com/supervisor-version-constraints"
    package static let vCenterVersions = "appplatform.vmware.com/vcenter-version-constraints"
    package static let sourceVersions = "appplatform.vmware.com/source-version-upgrade-constraints"
    package static let destinationVersions = "appplatform.vmware.com/destination-version-upgrade-constraints"
    package static let requiredCapability = "appplatform.vmware.com/required_capability"

    /// A constraint and how it was written.
    package struct Rule<Grammar: Hashable & Sendable>: Hashable, Sendable {
        package var text: String
        package var grammar: Grammar
        package init(text: String, grammar: Grammar) {
            self.text = text
            self.grammar = grammar
        }
    }

    /// `spec.kubernetesVersionSelection.constraints`.
    package var kubernetes: Rule<VersionRange>?
    package var supervisor: Rule<VersionConstraints>?
    /// On the target package, tested against the version that is installed.
    package var source: Rule<VersionRange>?
    /// On the installed package, tested against the version it is to become.
    package var destination: Rule<VersionRange>?
    /// Capabilities that must be active.
    package var capabilities: [String] = []
    /// The HTTP question to ask of the installed package before it is replaced.
    package var hook: CompatibilityHook?
    /// What the installed package's hook is asked with.
    package var hookData: String?

    package init() {}

    package struct Finding: Hashable, Sendable {
        package enum Severity: String, Hashable, Sendable { case error = "ERROR", warning = "WARNING", info = "INFO" }

        package var severity: Severity
        package var message: String
        package init(_ severity: Severity, _ message: String) {
            self.severity = severity
            self.message = message
        }
    }

    /// The Supervisor that a package is to run on.
    package struct Site: Hashable, Sendable {
        package var name: String
        /// Nil until its agent has reported.
        package var kubernetes: String?
        package var facts: SupervisorFacts?
        package init(name: String, kubernetes: String?, facts: SupervisorFacts?) {
            self.name = name
            self.kubernetes = kubernetes
            self.facts = facts
        }
    }
}

extension PackageDocument {
    /// What speaks against this package on `site` over the version that is installed there.
    ///
    /// What is not known of a Supervisor is a warning: its agent checks again when the package comes to it.
    package func findings(
        on site: PackageCompatibility.Site, installed: PackageDocument?, installedVersion: String?
    ) -> [PackageCompatibility.Finding] {
        if format == .carvel, site.facts?.generation == 7 {
            return [
                .init(
                    .error,
                    "\(site.name) is a vSphere 7 Supervisor, which does not support Supervisor Services packaged with "
                        + "Carvel")
            ]
        }
        return [kubernetesFinding(site), supervisorFinding(site)].compactMap(\.self) + capabilityFindings(site)
            + upgradeFindings(installed: installed, version: installedVersion)
    }

    private func kubernetesFinding(_ site: PackageCompatibility.Site) -> PackageCompatibility.Finding? {
        guard let rule = compatibility.kubernetes else { return nil }
        let words = "kubernetesVersionSelection \"\(rule.text)\""
        guard let reported = site.kubernetes else {
            return .init(.warning, "\(words) is not checked: the Kubernetes version of \(site.name) is not known yet")
        }
        guard let version = PackageVersion(tolerant: reported) else {
            return .init(.warning, "\(words) is not checked: \(site.name) runs \(reported), which is no version")
        }
        if rule.grammar.contains(version) { return nil }
        return .init(.error, "\(words) does not admit Kubernetes \(reported) of \(site.name)")
    }

    private func supervisorFinding(_ site: PackageCompatibility.Site) -> PackageCompatibility.Finding? {
        guard let rule = compatibility.supervisor else { return nil }
        let words = "\(PackageCompatibility.supervisorVersions) \"\(rule.text)\""
        guard let reported = site.facts?.version, let version = SegmentedVersion(reported) else {
            return .init(.warning, "\(words) is not checked: the Supervisor version of \(site.name) is not known")
        }
        if rule.grammar.contains(version) { return nil }
        return .init(.error, "\(words) does not admit Supervisor version \(reported) of \(site.name)")
    }

    private func capabilityFindings(_ site: PackageCompatibility.Site) -> [PackageCompatibility.Finding] {
        compatibility.capabilities.compactMap { name in
            let words = "\(PackageCompatibility.requiredCapability) \"\(name)\""
            guard let facts = site.facts else {
                return .init(.warning, "\(words) is not checked: the capabilities of \(site.name) are not known yet")
            }
            guard let known = facts.capabilities else {
                return .init(.error, "\(words): \(site.name) tells no capabilities")
            }
            if known[name] == true { return nil }
            return .init(
                .error, "\(words) is \(known[name] == false ? "not active" : "not there") on \(site.name)")
        }
    }

    private func upgradeFindings(
        installed: PackageDocument?, version: String?
    ) -> [PackageCompatibility.Finding] {
        guard let from = version ?? installed?.versionText, from != versionText else { return [] }
        var findings: [PackageCompatibility.Finding] = []
        if let rule = compatibility.source, let version = PackageVersion(tolerant: from),
            !rule.grammar.contains(version)
        {
            findings.append(
                .init(
                    .error,
                    "\(PackageCompatibility.sourceVersions) \"\(rule.text)\" of \(versionText) "
                        + "does not admit an upgrade "
                        + "from \(from)"))
        }
        if let rule = installed?.compatibility.destination, !rule.grammar.contains(self.version) {
            findings.append(
                .init(
                    .error,
                    "\(PackageCompatibility.destinationVersions) \"\(rule.text)\" of the installed \(from) does not "
                        + "admit an upgrade to \(versionText)"))
        }
        return findings
    }
}
