package import FleetModel
internal import Foundation
internal import Synchronization

/// Runs docker's credential helpers: `docker-credential-<name> get`, the server's name on standard input, JSON on
/// standard output (docker-credential-helpers' protocol).
enum CredentialHelperProgram {
    /// A helper that takes longer is ended.
    static let longest: Duration = .seconds(10)
    /// What a pipe holds: one that writes more stands still until its time is over.
    private static let mostBytes = 65_536

    /// `places` is a PATH.
    static func ask(_ name: String, _ server: String, places: String) async throws(FleetError) -> [UInt8]? {
        let program = "docker-credential-\(name)"
        guard let path = find(program, places) else {
            throw FleetError(
                .notFound, "the credential helper \(program) is not in PATH",
                next: "install it, or give user and passwordFile under `registries`")
        }
        let (status, bytes): (Int32, [UInt8])
        do {
            (status, bytes) = try await run(path, input: server)
        } catch {
            throw FleetError(
                .unavailable, "the credential helper \(program) cannot be run", reason: "\(error)")
        }
        if status == 0 { return bytes }
        let words = String(decoding: bytes.prefix(500), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        if words.contains("credentials not found") { return nil }
        throw FleetError(
            .unavailable, "the credential helper \(program) has no credential for \(server)",
            reason: status == SIGTERM || status == SIGKILL ? "it took longer than \(longest)" : words)
    }

    private static func find(_ program: String, _ places: String) -> String? {
        places.split(separator: ":").map { "\($0)/\(program)" }
            .first { $0.hasPrefix("/") && FileManager.default.isExecutableFile(atPath: $0) }
    }

    private static func run(_ path: String, input: String) async throws -> (status: Int32, output: [UInt8]) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = ["get"]
        let (standardInput, standardOutput) = (Pipe(), Pipe())
        process.standardInput = standardInput
        process.standardOutput = standardOutput
        process.standardError = FileHandle.nullDevice
        let ended = AsyncStream<Int32>.makeStream()
        process.terminationHandler = { process in
            ended.continuation.yield(process.terminationStatus)
            ended.continuation.finish()
        }
        try process.run()
        // A name is far shorter than what a pipe holds: this never waits.
        try standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try standardInput.fileHandleForWriting.close()
        let identifier = process.processIdentifier
        let status = await withTaskGroup(of: Int32?.self) { group in
            group.addTask {
                for await status in ended.stream { return status }
                return nil
            }
            group.addTask {
                try? await Task.sleep(for: longest)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
        guard let status else {
            kill(identifier, SIGKILL)
            return (SIGKILL, [])
        }
        let output = try standardOutput.fileHandleForReading.read(upToCount: mostBytes) ?? Data()
        return (status, [UInt8](output))
    }
}

extension SourceSettings {
    /// What `docker-credential-<name> get` says of a server; nil when it has nothing. `path` is where it is looked for.
    @Sendable package static func askHelper(
        _ name: String, _ server: String, searching path: String
    ) async throws(FleetError) -> [UInt8]? {
        try await CredentialHelperProgram.ask(name, server, places: path)
    }
}
