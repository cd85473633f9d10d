/// What a package's deploy step asks of kapp (`deploy[0].kapp`), as far as it changes what is done here.
package struct DeployOptions: Hashable, Sendable {
    /// `intoNs`: every namespaced object goes there.
    package var intoNamespace: String?
    /// `mapNs`: each object's namespace must be among the keys.
    package var mappedNamespaces: [String: String] = [:]
    /// `--wait-timeout`, `--apply-timeout`.
    package var waitTimeout: Duration?
    package var applyTimeout: Duration?
    /// `--wait`.
    package var waits = true
    /// `--dangerous-allow-empty-list-of-resources`.
    package var allowsEmpty = false
    /// Options that kapp-controller takes and that change nothing here, as written.
    package var withoutEffect: [String] = []

    package init() {}

    enum Failure: Error {
        /// kapp-controller itself would refuse it.
        case unknown(String)
        /// The option, and why it is not taken.
        case refused(String, reason: String)
    }

    /// Printing, pacing and what kapp keeps for itself: nothing that reaches the cluster differs.
    private static let idle: Set<String> = [
        "--column", "--debug", "--json", "--tty", "--kube-api-qps", "--kube-api-burst", "--diff-changes",
        "--diff-context", "--diff-line-numbers", "--diff-mask", "--diff-summary", "--diff-anchored",
        "--apply-check-interval", "--apply-concurrency", "--wait-check-interval", "--wait-concurrency",
        "--existing-non-labeled-resources-check-concurrency", "--logs", "--logs-all", "--app-changes-max-to-keep",
    ]

    /// Taken when they say what holds anyway.
    private static let standard: [String: Bool] = [
        "--diff-against-last-applied": true, "--diff-run": false, "--apply-ignored": false, "--wait-ignored": false,
        "--exit-early-on-apply-error": true, "--exit-early-on-wait-error": true,
        "--existing-non-labeled-resources-check": true, "--patch": false,
        "--dangerous-ignore-failing-api-services": false,
        "--dangerous-scope-to-fallback-allowed-namespaces": false,
        "--dangerous-override-ownership-of-existing-resources": false,
    ]

    private static let refused: Set<String> = [
        "--filter", "--filter-age", "--filter-kind", "--filter-kind-name", "--filter-kind-ns", "--filter-kind-ns-name",
        "--filter-name", "--filter-ns", "--labels", "--apply-default-update-strategy",
    ]

    /// One of `rawOptions` (kapp-controller's allowed ones, `pkg/deploy/kapp_restrict.go`).
    mutating func add(_ option: String) throws(Failure) {
        let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let (name, value) = (parts[0], parts.count > 1 ? parts[1] : nil)
        if Self.idle.contains(name) {
            withoutEffect.append(option)
        } else if let standard = Self.standard[name] {
            guard try Self.flag(value, option) == standard else {
                throw .refused(option, reason: "only \(name)=\(standard), kapp's default, is supported")
            }
        } else if Self.refused.contains(name) {
            throw .refused(option, reason: "what a package declares is applied whole, as kapp does by default")
        } else {
            try addEffective(name, value, option)
        }
    }

    private mutating func addEffective(_ name: String, _ value: String?, _ option: String) throws(Failure) {
        switch name {
        case "--wait": waits = try Self.flag(value, option)
        case "--dangerous-allow-empty-list-of-resources": allowsEmpty = try Self.flag(value, option)
        case "--wait-timeout": waitTimeout = try Self.duration(value, option)
        case "--apply-timeout": applyTimeout = try Self.duration(value, option)
        case "--into-ns": intoNamespace = value
        case "--map-ns": try map(value ?? "")
        default: throw .unknown(name)
        }
    }

    /// `from=to`.
    mutating func map(_ pair: String) throws(Failure) {
        let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else {
            throw .refused(pair, reason: "Expected map namespace '\(pair)' to be in 'src-ns=dst-ns' format")
        }
        mappedNamespaces[parts[0]] = parts[1]
    }

    private static func flag(_ value: String?, _ option: String) throws(Failure) -> Bool {
        switch value {
        case nil, "true", "1", "t", "T", "TRUE", "True": return true
        case "false", "0", "f", "F", "FALSE", "False": return false
        default: throw .refused(option, reason: "must be true or false")
        }
    }

    /// Go's duration, of which kapp's options need h, m, s and ms; at most a day.
    private static func duration(_ text: String?, _ option: String) throws(Failure) -> Duration {
        let wrong = Failure.refused(option, reason: "must be a duration from 1s to 24h, such as 15m or 1h30m")
        var rest = Substring(text ?? "")
        var milliseconds = 0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard digits.utf8.count < 10, let number = Int(digits) else { throw wrong }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isLetter }
            guard let factor = ["h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1][unit] else { throw wrong }
            milliseconds += number * factor
            rest = rest.dropFirst(unit.count)
        }
        guard (1000...86_400_000).contains(milliseconds) else { throw wrong }
        return .milliseconds(milliseconds)
    }
}
