package import FleetModel
package import FleetRuntime
import Synchronization

/// What it takes to talk to registries: connections, credentials, time, and the tokens got so far.
package final class RegistryAccess: Sendable {
    /// Asks the program `docker-credential-<name>` for a server's credential; gives what it wrote, or nil when it has
    /// none.
    package typealias CredentialHelper =
        @Sendable (
            _ name: String, _ server: String
        ) async throws(FleetError) -> [UInt8]?

    private struct Token {
        var text: String
        var validUntil: Timestamp
    }

    let time: TimeSource
    let entropy: any EntropySource
    let limits: RegistryLimits
    let cache: BundleCache?
    private let settings: [String: RegistrySetting]
    private let dockerConfig: DockerConfig?
    private let helper: CredentialHelper?
    private let connector: @Sendable (RegistryEndpoint) throws(FleetError) -> any HTTPExchange
    private let helped = Mutex<[String: (credential: RegistryCredential?, until: Timestamp)]>([:])
    /// How long a helper's answer is believed, in milliseconds.
    private static let helperValidity: Int64 = 300_000
    private let tokens = Mutex<[String: Token]>([:])
    private static let mostTokens = 1000

    /// `connector` makes (or has) the connection to a server.
    package init(
        settings: [RegistrySetting] = [], dockerConfig: DockerConfig? = nil, helper: CredentialHelper? = nil,
        cache: BundleCache? = nil,
        limits: RegistryLimits = RegistryLimits(), time: TimeSource, entropy: any EntropySource,
        connector: @escaping @Sendable (RegistryEndpoint) throws(FleetError) -> any HTTPExchange
    ) {
        self.settings = Dictionary(settings.map { ($0.host, $0) }) { first, _ in first }
        self.dockerConfig = dockerConfig
        self.helper = helper
        self.cache = cache
        self.limits = limits
        self.time = time
        self.entropy = entropy
        self.connector = connector
    }

    /// `http` only where the configuration says so.
    func address(of host: String) -> WebAddress {
        let server = host == ImageName.dockerHub ? "registry-1.docker.io" : host
        return WebAddress(
            scheme: settings[host]?.usesPlainHTTP == true ? "http" : "https", authority: server, target: "/")
    }

    /// The configured authority counts for its own host; other hosts of a redirect are trusted as the system says.
    func exchange(_ address: WebAddress) throws(FleetError) -> any HTTPExchange {
        try connector(
            RegistryEndpoint(
                origin: address.origin, certificateAuthorityPEM: settings[address.authority]?.certificateAuthorityPEM))
    }

    package func credential(for host: String) async throws(FleetError) -> RegistryCredential? {
        if let known = settings[host]?.credential { return known }
        switch try dockerConfig?.entry(for: host) {
        case .credential(let found): return found
        case .helper(let name): return try await credential(for: host, helper: name)
        case nil: return nil
        }
    }

    private func credential(for host: String, helper name: String) async throws(FleetError) -> RegistryCredential? {
        guard let helper else {
            throw FleetError(
                .unsupported, "\(host) is left to the credential helper docker-credential-\(name)",
                reason: "helpers are not run here", next: "give user and passwordFile under `registries`")
        }
        let now = time.now
        if let known = helped.withLock({ $0[host] }), known.until > now { return known.credential }
        var found: RegistryCredential?
        if let answer = try await helper(name, DockerConfig.server(of: host)) {
            found = try DockerConfig.credential(ofHelper: answer, name: name)
        }
        let credential = found
        let until = now.advanced(byMilliseconds: Self.helperValidity)
        helped.withLock { helped in
            if helped.count >= Self.mostTokens { helped = [:] }
            helped[host] = (credential, until)
        }
        return credential
    }

    func token(_ key: String) -> String? {
        let now = time.now
        return tokens.withLock { tokens in
            guard let token = tokens[key], token.validUntil > now else { return nil }
            return token.text
        }
    }

    func setToken(_ key: String, _ text: String, validFor seconds: Int) {
        let until = time.now.advanced(byMilliseconds: Int64(min(max(seconds - 10, 1), 86_400)) * 1000)
        tokens.withLock { tokens in
            if tokens.count >= Self.mostTokens { tokens = [:] }
            tokens[key] = Token(text: text, validUntil: until)
        }
    }

    func forgetToken(_ key: String) { tokens.withLock { $0[key] = nil } }

    /// The wait before try number `attempt` (2, 3, …): doubled each time, drawn from the upper half.
    func backoff(before attempt: Int) -> Duration {
        let longest = limits.backoffFirst * (1 << min(max(attempt - 2, 0), 10))
        let half = min(longest, limits.backoffLongest) / 2
        return half + half * Double(entropy.below(1000)) / 1000
    }
}
