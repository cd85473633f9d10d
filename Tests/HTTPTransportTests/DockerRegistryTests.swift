import FleetModel
import FleetRuntime
import Foundation
import HTTPTransport
import PackageSources
import TestSupport
import Testing

/// Bundles from Debian's docker-registry, pushed by its own API and pulled as an agent pulls them.
@Suite(.enabled(if: DockerRegistry.isInstalled, "docker-registry is not installed: run Scripts/setup"), .serialized)
struct DockerRegistryTests {
    private static let repository = "team/web"

    /// What the test pushed.
    private struct Pushed {
        var manifest: ContentDigest
        var layer: ContentDigest
    }

    private func endpoint(_ registry: DockerRegistry, tls: Bool) throws -> HTTPEndpoint {
        HTTPEndpoint(
            baseURL: "\(tls ? "https" : "http")://localhost:\(registry.port)",
            certificateAuthorityPEM: tls ? try pem(registry) : nil)
    }

    private func pem(_ registry: DockerRegistry) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(registry.folder)/registry.pem")))
    }

    private func push(
        _ bytes: [UInt8], _ exchange: any HTTPExchange, _ authorization: [HTTPHeader]
    ) async throws -> ContentDigest {
        let digest = ContentDigest(sha256Of: bytes)
        let begun = try await exchange.send(
            HTTPExchangeRequest(
                method: "POST", target: "/v2/\(Self.repository)/blobs/uploads/", headers: authorization))
        #expect(begun.status == 202)
        let location = try #require(begun.header("Location"))
        let target =
            location.hasPrefix("/")
            ? location : "/" + location.split(separator: "/").dropFirst(2).joined(separator: "/")
        let put = try await exchange.send(
            HTTPExchangeRequest(
                method: "PUT", target: "\(target)\(target.contains("?") ? "&" : "?")digest=\(digest)",
                headers: authorization + [HTTPHeader("Content-Type", "application/octet-stream")], body: bytes))
        #expect(put.status == 201)
        return digest
    }

    /// The bundle, by tag `1.0`.
    private func pushBundle(
        _ exchange: any HTTPExchange, _ authorization: [HTTPHeader] = []
    ) async throws -> Pushed {
        let archive = TarWriter.archive([
            "config/a.yaml": Array("a: 1".utf8), "config/large.yaml": [UInt8](repeating: 0x23, count: 3_000_000),
            ".imgpkg/images.yml": Array(
                "apiVersion: imgpkg.carvel.dev/v1alpha1\nkind: ImagesLock\nimages: []\n".utf8),
        ])
        let layer = try await push(archive, exchange, authorization)
        let config = Array(#"{"config":{"Labels":{"dev.carvel.imgpkg.bundle":"true"}}}"#.utf8)
        let configDigest = try await push(config, exchange, authorization)
        let type = "application/vnd.docker.distribution.manifest.v2+json"
        let manifest = Array(
            (#"{"schemaVersion":2,"mediaType":"\#(type)","config":{"mediaType":"#
                + #""application/vnd.docker.container.image.v1+json","size":\#(config.count),"#
                + #""digest":"\#(configDigest)"},"#
                + #""layers":[{"mediaType":"application/vnd.docker.image.rootfs.diff.tar","size":\#(archive.count),"#
                + #""digest":"\#(layer)"}]}"#).utf8)
        let put = try await exchange.send(
            HTTPExchangeRequest(
                method: "PUT", target: "/v2/\(Self.repository)/manifests/1.0",
                headers: authorization + [HTTPHeader("Content-Type", type)], body: manifest))
        #expect(put.status == 201)
        return Pushed(manifest: ContentDigest(sha256Of: manifest), layer: layer)
    }

    private func map(
        _ setting: RegistrySetting, _ pool: HTTPTransportPool, tokens: TokenServer? = nil
    ) -> SourceMap {
        let time = TimeSource(clock: ContinuousClock()) {
            Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        }
        var limits = RegistryLimits()
        limits.backoffFirst = .milliseconds(10)
        let access = RegistryAccess(settings: [setting], limits: limits, time: time, entropy: SystemEntropy()) {
            endpoint throws(FleetError) in
            if let tokens, endpoint.origin == TokenServer.origin { return tokens }
            return try pool.exchange(
                HTTPEndpoint(baseURL: endpoint.origin, certificateAuthorityPEM: endpoint.certificateAuthorityPEM))
        }
        return SourceMap(rules: [.init(match: .imagePrefix("*"), place: .registry("*"))], registries: access)
    }

    private func wanted(_ registry: DockerRegistry, _ rest: String) -> BundleReference {
        BundleReference(
            refName: "web.example.com", version: "1.0.0", image: "localhost:\(registry.port)/\(Self.repository)\(rest)")
    }

    private func withRegistry(
        tls: Bool = false, access: DockerRegistry.Access = .open,
        _ body: (DockerRegistry, HTTPTransportPool) async throws -> Void
    ) async throws {
        let registry = try await DockerRegistry(tls: tls, access: access)
        let pool = HTTPTransportPool()
        do {
            try await body(registry, pool)
        } catch {
            Issue.record(error)
        }
        await pool.shutdown()
        try await registry.stop()
    }

    @Test(arguments: [(false, false), (true, false), (false, true), (true, true)])
    func aBundleIsPulledByTagAndByDigest(tls: Bool, password: Bool) async throws {
        try await withRegistry(tls: tls, access: password ? .password : .open) { registry, pool in
            let exchange = try pool.exchange(endpoint(registry, tls: tls))
            let basic = "Basic \(Data("robot:s3cret".utf8).base64EncodedString())"
            let pushed = try await pushBundle(exchange, password ? [HTTPHeader("Authorization", basic)] : [])
            var setting = RegistrySetting(
                host: "localhost:\(registry.port)", usesPlainHTTP: !tls,
                certificateAuthorityPEM: tls ? try pem(registry) : nil)
            if password {
                let refused = await #expect(throws: FleetError.self) {
                    try await map(setting, pool).fetch(wanted(registry, ":1.0"))
                }
                #expect(refused?.code == .unauthorized)
                setting.credential = .password(user: "robot", password: "s3cret")
            }
            let source = map(setting, pool)
            let byTag = try await source.fetch(wanted(registry, ":1.0"))
            #expect(byTag.digest == pushed.manifest)
            #expect(byTag.files["config/a.yaml"] == Array("a: 1".utf8))
            #expect(byTag.files["config/large.yaml"]?.count == 3_000_000)
            #expect(try await source.fetch(wanted(registry, "@\(pushed.manifest)")) == byTag)
            let other = ContentDigest(sha256Of: [1])
            let absent = await #expect(throws: FleetError.self) {
                try await source.fetch(wanted(registry, "@\(other)"))
            }
            #expect(absent?.code == .notFound)
            #expect(absent?.reason.contains("404 MANIFEST_UNKNOWN") == true)
        }
    }

    @Test func aCertificateThatNobodyVouchedForIsRefused() async throws {
        try await withRegistry(tls: true) { registry, pool in
            let source = map(RegistrySetting(host: "localhost:\(registry.port)"), pool)
            let error = await #expect(throws: FleetError.self) { try await source.fetch(wanted(registry, ":1.0")) }
            #expect(error?.code == .unavailable)
            #expect(error?.reason.contains("TLS") == true)
        }
    }

    @Test func aContentThatIsDamagedInTheRegistryIsRefused() async throws {
        try await withRegistry { registry, pool in
            let pushed = try await pushBundle(try pool.exchange(endpoint(registry, tls: false)))
            let hex = pushed.layer.rawValue.dropFirst(7)
            let path = "\(registry.folder)/data/docker/registry/v2/blobs/sha256/\(hex.prefix(2))/\(hex)/data"
            let handle = try #require(FileHandle(forWritingAtPath: path))
            try handle.seek(toOffset: 700)
            try handle.write(contentsOf: Data("damage".utf8))
            try handle.close()
            let source = map(RegistrySetting(host: "localhost:\(registry.port)", usesPlainHTTP: true), pool)
            let error = await #expect(throws: FleetError.self) { try await source.fetch(wanted(registry, ":1.0")) }
            #expect(error?.code == .refused)
            #expect(error?.reason.contains("is damaged: what came has the digest") == true)
        }
    }

    @Test func aTokenOfATokenServerLetsIn() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("issuer-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await DockerRegistry.makeCertificate(in: folder, name: "issuer")
        let access = DockerRegistry.Access.token(
            realm: "\(TokenServer.origin)/token", service: "test-registry", issuer: "test-issuer",
            bundle: "\(folder)/issuer.pem")
        try await withRegistry(access: access) { registry, pool in
            let token = try await TokenServer.token(folder: folder, repository: Self.repository)
            _ = try await pushBundle(
                try pool.exchange(endpoint(registry, tls: false)), [HTTPHeader("Authorization", "Bearer \(token)")])
            let tokens = TokenServer(token: token)
            let setting = RegistrySetting(
                host: "localhost:\(registry.port)", usesPlainHTTP: true,
                credential: .password(user: "robot", password: "s3cret"))
            let bundle = try await map(setting, pool, tokens: tokens).fetch(wanted(registry, ":1.0"))
            #expect(bundle.files["config/a.yaml"] == Array("a: 1".utf8))
            let bad = TokenServer(token: token.dropLast(8) + "AAAAAAAA")
            let error = await #expect(throws: FleetError.self) {
                try await map(setting, pool, tokens: bad).fetch(wanted(registry, ":1.0"))
            }
            #expect(error?.code == .unauthorized)
        }
    }
}
