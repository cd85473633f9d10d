package import FleetModel
package import FleetRuntime
import Synchronization

/// What it takes to talk to registries: connections, credentials, time, and the tokens got so far.
package final class RegistryAccess: Sendable {
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
    private let connector: @Sendable (RegistryEndpoint) throws(FleetError) -> any HTTPExchange
    private let tokens = Mutex<[String: Token]>([:])
    private static let mostTokens = 1000

    /// `connector` makes (or has) the connection to a server.
    package init(
        settings: [RegistrySetting] = [], dockerConfig: DockerConfig? = nil, cache: BundleCache? = nil,
        limits: RegistryLimits = RegistryLimits(), time: TimeSource, entropy: any EntropySource,
        connector: @escaping @Sendable (RegistryEndpoint) throws(FleetError) -> any HTTPExchange
    ) {
        self.settings = Dictionary(settings.map { ($0.host, $0) }) { first, _ in first }
        self.dockerConfig = dockerConfig
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

    package func credential(for host: String) throws(FleetError) -> RegistryCredential? {
        if let known = settings[host]?.credential { return known }
        return try dockerConfig?.credential(for: host)
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
