import FleetRuntime
import Foundation
import SQLiteJournal
import TestSupport
import Testing

/// Values, tokens and keys stay where they belong: a real fleet is used at the chattiest log level, then everything it
/// printed and wrote is searched for them.
@Suite struct SecretCanaryTests {
    private static let password = "Canary-4f1e8c0b-Password"
    private static let second = "Canary-77d2a9e3-Changed"

    /// Files that hold secrets by their purpose, all mode 0600: keys, and the content tables with values and packages.
    private static let vaults = ["curve-secret", "token-secret", "agent.key", "agent.key.old", "join.yaml"]

    @Test(.timeLimit(.minutes(10))) func noSecretIsWhereItDoesNotBelong() async throws {
        let fleet = try FleetOfOne()
        defer { fleet.remove() }
        var canaries: [String: String] = ["a value": Self.password, "a changed value": Self.second]
        // What is printed on purpose and once: the token of `token create`.
        var shown = ""
        do {
            try await fleet.startAll(logLevel: "trace")
            shown = try await use(fleet, &canaries)
        } catch {
            Issue.record(error)
        }
        try await fleet.stopAll()
        canaries["the coordinator's key"] = try secret("\(fleet.folder)/coordinator/curve-secret")
        canaries["the coordinator's token secret"] = try secret("\(fleet.folder)/coordinator/token-secret")
        canaries["the agent's key"] = try secret("\(fleet.folder)/agent/agent.key")
        canaries["the agent's old key"] = try secret("\(fleet.folder)/agent/agent.key.old")
        #expect(canaries.count == 8)
        #expect(shown.contains("flotilla_"))
        for (name, canary) in canaries.sorted(by: { $0.key < $1.key }) {
            #expect(canary.utf8.count >= 20)
            #expect(!fleet.printed.contains(canary), "\(name) was printed")
            #expect(
                !fleet.printed.contains(Data(canary.utf8).base64EncodedString()), "\(name) was printed as base64")
        }
        try await checkFiles(fleet, canaries)
    }

    /// Every command that shows something, with values in force; what only `token create` printed.
    private func use(_ fleet: FleetOfOne, _ canaries: inout [String: String]) async throws -> String {
        let values = "\(fleet.folder)/values.yaml"
        try "harborAdminPassword: \(Self.password)\nhostname: harbor.example.org\n".write(
            toFile: values, atomically: true, encoding: .utf8)
        let added = try await fleet.flotilla(
            "supervisor", "add", "sv-oslo", "--moid", "domain-c8", "--auto-accept", "-o", "\(fleet.folder)/join.yaml")
        #expect(added.code == 0, "\(added.errors)")
        let join = try String(contentsOfFile: "\(fleet.folder)/join.yaml", encoding: .utf8)
        canaries["the join token"] = try #require(
            join.split(separator: "\n").first { $0.hasPrefix("token: ") }
        ).dropFirst("token: ".count)
            .trimmingCharacters(in: CharacterSet(charactersIn: "\"' "))
        _ = try fleet.startAgent(logLevel: "trace")
        try await fleet.flotilla("operator", "add", "alice", "--role", "install", "--on", "sv-oslo")
        // Not through `fleet.flotilla`: it prints the token, which is its purpose.
        let token = try await RunningProgram(
            "flotilla", ["token", "create", "alice"], environment: fleet.environment
        ).result()
        canaries["the operator's token"] = try #require(
            token.output.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("flotilla_") }
        ).description
        let catalog = "\(fleet.catalog)/harbor"
        let registered = try await fleet.flotilla(
            "service", "register", "\(catalog)/2.6.1/package.yaml", "\(catalog)/metadata.yaml")
        #expect(registered.code == 0, "\(registered.errors)")
        try await fleet.flotilla("service", "add-version", "\(catalog)/2.6.3/package.yaml")
        try await fleet.connected()
        let on = ["--on", "sv-oslo"]
        try await fleet.flotilla("plan", "install", "harbor", on[0], on[1], "-f", values)
        let installed = try await fleet.flotilla(
            "install", "harbor", "--version", "2.6.1", on[0], on[1], "-f", values, "--wait", "--timeout", "120s",
            "--reason", "ticket 4711")
        #expect(installed.code == 0, "\(installed.output) \(installed.errors)")
        // Values that are refused by the schema, or are no YAML: the error text must not quote them.
        try await fleet.flotilla(
            "reconfigure", "harbor", on[0], on[1], "--set", "persistence=\(Self.password)")
        try await fleet.flotilla(
            "reconfigure", "harbor", on[0], on[1], "--set", "harborAdminPassword=[\(Self.password)")
        try await fleet.flotilla(
            "plan", "reconfigure", "harbor", on[0], on[1], "--set", "harborAdminPassword=\(Self.second)")
        try await fleet.flotilla(
            "reconfigure", "harbor", on[0], on[1], "--set", "harborAdminPassword=\(Self.second)", "--wait", "--timeout",
            "120s")
        try await fleet.flotilla("supervisor", "rotate-key", "sv-oslo")
        try await fleet.until("the key was not changed") {
            FileManager.default.fileExists(atPath: "\(fleet.folder)/agent/agent.key.old")
                && FileManager.default.fileExists(atPath: "\(fleet.folder)/agent/agent.key")
        }
        for arguments in [
            ["plan", "upgrade", "harbor", "--on", "sv-oslo", "-o", "json"], ["events", "-o", "json"], ["events"],
            ["audit", "-o", "json"], ["service", "show", "harbor", "-o", "json"],
            ["supervisor", "show", "sv-oslo", "-o", "json"], ["supervisor", "list", "-o", "yaml"],
            ["operator", "list", "-o", "json"], ["token", "list", "-o", "json"], ["task", "list", "-o", "json"],
            ["why", "harbor/sv-oslo"], ["drift", "show", "harbor/sv-oslo"], ["doctor", "-o", "json"],
            ["verify", "-o", "json"],
        ] {
            try await fleet.run(arguments)
        }
        return token.output
    }

    private func secret(_ path: String) throws -> String {
        try String(contentsOfFile: path, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Vaults are 0600 and hold their own secret only; nothing else on the disk holds any, but the content tables do,
    /// for values.
    private func checkFiles(_ fleet: FleetOfOne, _ canaries: [String: String]) async throws {
        let walker = try #require(FileManager.default.enumerator(atPath: fleet.folder))
        while let name = walker.nextObject() as? String {
            let path = "\(fleet.folder)/\(name)"
            guard try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType == .typeRegular
            else { continue }
            let last = name.split(separator: "/").last.map(String.init) ?? name
            if Self.vaults.contains(last) || name.contains(".db") || name.contains(".sqlite") {
                #expect(try fleet.mode(path) == 0o600, "\(name) can be read by others")
            }
            guard !Self.vaults.contains(last), last != "values.yaml" else { continue }
            guard !name.contains(".sqlite"), !name.contains(".db") else { continue }
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            for (secret, canary) in canaries.sorted(by: { $0.key < $1.key }) where !isSimulated(name) {
                #expect(bytes.range(of: Data(canary.utf8)) == nil, "\(name) holds \(secret)")
            }
        }
        // Of the databases: records, which are the feed and the audit, and snapshots; values live in content tables.
        for side in ["coordinator", "agent"] {
            let storage = try SQLiteStorage(directory: "\(fleet.folder)/\(side)")
            var written = Data(try await storage.journal.snapshot()?.payload ?? [])
            var position: UInt64 = 1
            while let last = try await storage.journal.records(from: position, limit: 1_000).last?.position {
                for record in try await storage.journal.records(from: position, limit: 1_000) {
                    written.append(contentsOf: record.payload)
                }
                position = last + 1
            }
            await storage.close()
            #expect(written.count > 1_000)
            for (secret, canary) in canaries.sorted(by: { $0.key < $1.key }) {
                #expect(written.range(of: Data(canary.utf8)) == nil, "the \(side)'s journal holds \(secret)")
            }
        }
    }

    /// The simulator is the cluster: its Secrets hold what was applied to it.
    private func isSimulated(_ name: String) -> Bool { name.hasPrefix("kubeconfig") }
}
