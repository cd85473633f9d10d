import Foundation
import TestSupport

/// Debian's `docker-registry` on a free port of the loopback, with a folder of its own.
final class DockerRegistry: Sendable {
    enum Access: Sendable {
        case open
        /// `robot` with the password `s3cret`.
        case password
        /// Tokens of a server whose certificate is in `bundle`.
        case token(realm: String, service: String, issuer: String, bundle: String)
    }

    struct NeverListened: Error, CustomStringConvertible { var description: String }

    static let program = "/usr/bin/docker-registry"
    static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: program) }
    static let missing: String = "docker-registry is not installed: run Scripts/setup"
    /// As `htpasswd -B` writes it.
    private static let passwords = "robot:$2b$05$ruTgC8pNThj4B7jTYu69XuHG/te5S4lUBNbtYoN3Y5mo9gWcQ2wgy\n"

    let folder: String
    let port: Int
    private let process: RunningProgram

    init(tls: Bool = false, access: Access = .open) async throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("registry-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var config = """
            version: 0.1
            log: {level: info, accesslog: {disabled: true}}
            storage: {filesystem: {rootdirectory: \(folder)/data}, delete: {enabled: true}}
            http:
              addr: 127.0.0.1:0

            """
        if tls {
            try await Self.makeCertificate(in: folder)
            config += "  tls: {certificate: \(folder)/registry.pem, key: \(folder)/registry.key}\n"
        }
        switch access {
        case .open: break
        case .password:
            try Self.passwords.write(toFile: "\(folder)/htpasswd", atomically: true, encoding: .utf8)
            config += "auth: {htpasswd: {realm: test, path: \(folder)/htpasswd}}\n"
        case .token(let realm, let service, let issuer, let bundle):
            config += "auth: {token: {realm: \"\(realm)\", service: \(service), issuer: \(issuer), "
            config += "rootcertbundle: \(bundle)}}\n"
        }
        try config.write(toFile: "\(folder)/config.yml", atomically: true, encoding: .utf8)
        process = try RunningProgram(at: Self.program, ["serve", "\(folder)/config.yml"], environment: [:])
        port = try await Self.port(of: process)
    }

    /// A certificate of its own for `localhost`, good for a day.
    static func makeCertificate(in folder: String, name: String = "registry") async throws {
        let openssl = try RunningProgram(
            at: "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
                "-keyout", "\(folder)/\(name).key", "-out", "\(folder)/\(name).pem",
            ], environment: [:])
        _ = try await openssl.result()
    }

    /// The port that it says it listens on.
    private static func port(of process: RunningProgram) async throws -> Int {
        let clock = ContinuousClock()
        let deadline = clock.now.advanced(by: .seconds(120))
        while true {
            let said = process.errorsSoFar + process.outputSoFar
            if let found = said.firstRange(of: "listening on 127.0.0.1:") {
                let digits = said[found.upperBound...].prefix { $0.isNumber }
                if let port = Int(digits), said[found.upperBound...].count > digits.count { return port }
            }
            guard clock.now < deadline else {
                process.interrupt()
                throw NeverListened(description: "docker-registry does not listen: \(said)")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    func stop() async throws {
        process.interrupt()
        _ = try await process.result()
        try? FileManager.default.removeItem(atPath: folder)
    }
}
