import FleetModel
import FleetRuntime
import Foundation
import PackageSources
import Settings
import TestSupport
import Testing

/// Docker's credential helpers are run as docker runs them.
@Suite struct CredentialHelperTests {
    private static func answer(_ script: String) async throws -> [UInt8]? {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("helper-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let program = folder.appendingPathComponent("docker-credential-test")
        try Data("#!/bin/sh\n\(script)\n".utf8).write(to: program)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: program.path)
        return try await SourceSettings.askHelper("test", "r.example.com", searching: folder.path)
    }

    @Test func theServerIsOnStandardInputAndTheAnswerOnStandardOutput() async throws {
        let script = #"read server; echo "{\"ServerURL\":\"$server\",\"Username\":\"$1\",\"Secret\":\"s\"}""#
        let bytes = try #require(try await Self.answer(script))
        #expect(
            try DockerConfig.credential(ofHelper: bytes, name: "test") == .password(user: "get", password: "s"))
        #expect(String(decoding: bytes, as: UTF8.self).contains("r.example.com"))
    }

    @Test func nothingKnownIsNoError() async throws {
        #expect(try await Self.answer("echo credentials not found in native keychain; exit 1") == nil)
    }

    @Test func itsOwnWordsAreTold() async throws {
        let error = await #expect(throws: FleetError.self) { try await Self.answer("echo the vault is shut; exit 1") }
        #expect(error?.reason == "the vault is shut")
    }

    @Test func oneThatIsNotThereIsNamed() async throws {
        let error = await #expect(throws: FleetError.self) {
            try await SourceSettings.askHelper("absent", "r.example.com", searching: "/nowhere")
        }
        #expect(error?.message == "the credential helper docker-credential-absent is not in PATH")
    }
}
