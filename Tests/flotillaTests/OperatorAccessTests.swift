import Crypto
import FleetModel
import FleetRuntime
import Foundation
import OperatorClient
import OperatorHTTP
import SwiftASN1
import Synchronization
import Testing
import X509

/// Operators over TLS: tokens, client certificates, and what is refused.
@Suite(.serialized) struct OperatorAccessTests {
    /// A self-signed certificate and its key, as PEM files of a folder.
    struct Identity {
        var certificate: String
        var key: String
        var digest: ContentDigest

        init(_ name: String, in folder: URL) throws {
            let key = P256.Signing.PrivateKey()
            let subject = try DistinguishedName { CommonName(name) }
            let signed = try Certificate(
                version: .v3, serialNumber: Certificate.SerialNumber(),
                publicKey: Certificate.PrivateKey(key).publicKey, notValidBefore: Date(timeIntervalSinceNow: -60),
                notValidAfter: Date(timeIntervalSinceNow: 3600), issuer: subject, subject: subject,
                signatureAlgorithm: .ecdsaWithSHA256,
                extensions: Certificate.Extensions {
                    SubjectAlternativeNames([
                        .dnsName("localhost"), .ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1])),
                    ])
                },
                issuerPrivateKey: Certificate.PrivateKey(key))
            let certificateFile = folder.appendingPathComponent("\(name).pem")
            let keyFile = folder.appendingPathComponent("\(name)-key.pem")
            try signed.serializeAsPEM().pemString.write(to: certificateFile, atomically: true, encoding: .utf8)
            try key.pemRepresentation.write(to: keyFile, atomically: true, encoding: .utf8)
            var serializer = DER.Serializer()
            try signed.serialize(into: &serializer)
            self.certificate = certificateFile.path
            self.key = keyFile.path
            digest = ContentDigest(
                "sha256:"
                    + SHA256.hash(data: serializer.serializedBytes).map { byte in
                        (byte < 16 ? "0" : "") + String(byte, radix: 16)
                    }.joined())
        }
    }

    static func with(
        renewing: (@Sendable (OperatorCertificate) -> Void)? = nil,
        _ body: @Sendable @escaping (RunningServer, OperatorEndpoint, Identity, Identity) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("fl-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let server = try Identity("server", in: folder)
        let client = try Identity("client", in: folder)
        let port = Mutex(0)
        let shown = try OperatorCertificate(
            certificates: try String(contentsOfFile: server.certificate, encoding: .utf8),
            key: try String(contentsOfFile: server.key, encoding: .utf8))
        renewing?(shown)
        try await RunningServer.with(
            extra: [.tls(host: "127.0.0.1", port: 0)], certificate: shown,
            onPort: { number in port.withLock { $0 = number } }
        ) { running in
            try await body(
                running, try OperatorEndpoint("https://127.0.0.1:\(port.withLock { $0 })"), server, client)
        }
    }

    @Test func aRenewedCertificateIsShownToTheNextConnection() async throws {
        let shown = Mutex<OperatorCertificate?>(nil)
        try await Self.with(renewing: { certificate in shown.withLock { $0 = certificate } }) {
            running, endpoint, server, other in
            func ask(_ authority: String) async throws {
                let client = try OperatorClient(
                    endpoint: endpoint, token: "flotilla_alice", trust: .init(authorityFile: authority))
                defer { Task { await client.shutdown() } }
                _ = try await client.submit(.deactivateService(ScriptedBackend.harbor), id: CommandID("c-1"))
            }
            let certificate = try #require(shown.withLock { $0 })
            try await ask(server.certificate)
            let new = try String(contentsOfFile: other.certificate, encoding: .utf8)
            let wrongKey = try String(contentsOfFile: server.key, encoding: .utf8)
            let error = #expect(throws: FleetError.self) { try certificate.replace(certificates: new, key: wrongKey) }
            #expect(error?.message.contains("operator.tlsListen") == true)
            try await ask(server.certificate)
            try certificate.replace(certificates: new, key: String(contentsOfFile: other.key, encoding: .utf8))
            try await ask(other.certificate)
            await #expect(throws: FleetError.self) { try await ask(server.certificate) }
        }
    }

    @Test func aTokenNamesItsOperator() async throws {
        try await Self.with { running, endpoint, server, _ in
            let client = try OperatorClient(
                endpoint: endpoint, token: "flotilla_alice", trust: .init(authorityFile: server.certificate),
                reason: "ticket 4711")
            _ = try await client.submit(.deactivateService(ScriptedBackend.harbor), id: CommandID("c-1"))
            await client.shutdown()
            #expect(await running.backend.commands.first?.by.name == "operator:alice")
            #expect(await running.backend.commands.first?.by.from == "127.0.0.1")
            #expect(await running.backend.reasons == ["ticket 4711"])
        }
    }

    @Test func aClientCertificateNamesItsOperator() async throws {
        try await Self.with { running, endpoint, server, client in
            let caller = try OperatorClient(
                endpoint: endpoint,
                trust: .init(
                    authorityFile: server.certificate, certificateFile: client.certificate, keyFile: client.key))
            _ = try await caller.submit(.deactivateService(ScriptedBackend.harbor), id: CommandID("c-1"))
            await caller.shutdown()
            #expect(await running.backend.commands.first?.by.credential == .certificate(client.digest))
        }
    }

    @Test func whoShowsNothingIsRefusedAndNoted() async throws {
        try await Self.with { running, endpoint, server, _ in
            for token in [nil, "wrong"] {
                let client = try OperatorClient(
                    endpoint: endpoint, token: token, trust: .init(authorityFile: server.certificate))
                let error = await #expect(throws: FleetError.self) { try await client.status() }
                #expect(error?.exitCode == 4)
                await client.shutdown()
            }
            let refusals = await running.backend.refusals
            #expect(refusals.count == 2)
            #expect(refusals.allSatisfy { $0.hasPrefix("127.0.0.1 GET /v1/status: ") })
        }
    }

    @Test func rightsAreAskedForBeforeValuesOperatorsAndTheAudit() async throws {
        try await Self.with { running, endpoint, server, _ in
            await running.backend.grant([.read])
            let client = try OperatorClient(
                endpoint: endpoint, token: "flotilla_alice", trust: .init(authorityFile: server.certificate))
            _ = try await client.services()
            let key = InstallKey(service: ScriptedBackend.harbor, supervisor: SupervisorID("sv-oslo"))
            for call in [
                { _ = try await client.values(of: key) }, { _ = try await client.operators() },
                { _ = try await client.audit(AuditFilter(), limit: 10) },
            ] as [() async throws -> Void] {
                let error = await #expect(throws: FleetError.self) { try await call() }
                #expect(error?.code == .unauthorized)
            }
            await running.backend.grant([.read, .install, .administer])
            #expect(try await client.operators().count == 1)
            #expect(try await client.audit(AuditFilter(), limit: 10).count == 1)
            await client.shutdown()
        }
    }

    @Test func aLockedOperatorsStreamEndsWithTheNextEvent() async throws {
        try await Self.with { running, endpoint, server, _ in
            await running.backend.emit(reason: "First", message: "first")
            let client = try OperatorClient(
                endpoint: endpoint, token: "flotilla_alice", trust: .init(authorityFile: server.certificate))
            let backend = running.backend
            let seen = Mutex<[String]>([])
            await #expect(throws: FleetError.self) {
                try await client.follow(
                    after: 0, filter: EventFilter(),
                    onReconnect: { _ in }
                ) { (event) async throws(FleetError) -> Bool in
                    seen.withLock { $0.append(event.reason) }
                    await backend.grant([])
                    await backend.emit(reason: "Secret", message: "not for alice")
                    return true
                }
            }
            #expect(seen.withLock { $0 } == ["First"])
            await client.shutdown()
        }
    }
}
