import FleetModel
import Foundation
import Settings
import Testing

@Suite struct ClientSettingsTests {
    private func withFile(_ text: String, _ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("ctx-\(UUID().uuidString)")
        let inner = folder.appendingPathComponent("flotilla")
        try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(text.utf8).write(to: inner.appendingPathComponent("config.yaml"))
        try body(folder.path)
    }

    private static let file = """
        current-context: lab
        contexts:
          - {name: lab, server: "unix:///lab.sock"}
          - {name: far, server: "http://127.0.0.1:9", token-file: /t}
        """

    private func resolve(
        _ folder: String, server: String? = nil, context: String? = nil, environment: [String: String] = [:]
    ) throws -> ClientSettings {
        try ClientSettings.resolve(
            server: server, context: context, tokenFile: nil,
            environment: environment.merging(["XDG_CONFIG_HOME": folder]) { $1 }, systemFile: "/nonexistent")
    }

    @Test func flagThenEnvironmentThenContextThenTheHostsSocket() throws {
        try withFile(Self.file) { (folder: String) throws -> Void in
            let found1 = try resolve(folder, server: "/x.sock")
            #expect(found1.server == "/x.sock")
            let found2 = try resolve(folder, environment: ["FLOTILLA_SERVER": "/e.sock"])
            #expect(found2.server == "/e.sock")
            let found3 = try resolve(folder)
            #expect(found3.server == "unix:///lab.sock")
            let found4 = try resolve(folder, environment: ["FLOTILLA_CONTEXT": "far"])
            #expect(found4.tokenFile == "/t")
            let found5 = try resolve(folder, context: "far")
            #expect(found5.server == "http://127.0.0.1:9")
        }
        #expect(try resolve("/nonexistent").server == "unix:///run/flotilla/operator.sock")
    }

    @Test func anUnknownContextIsNamedWithTheNearest() throws {
        try withFile(Self.file) { (folder: String) throws -> Void in
            let error = #expect(throws: FleetError.self) { try resolve(folder, context: "lap") }
            #expect(error?.exitCode == 7)
            #expect(error?.reason == "Did you mean lab?")
        }
    }

    @Test(arguments: [
        ("contexts: [{name: lab, server: /x, tokenFile: /t}]", "Did you mean token-file?"),
        ("current: lab", "Did you mean current-context?"), ("contexts: {lab: {server: /x}}", "a list is expected"),
    ])
    func whatTheContextFileDoesNotKnowIsRefused(text: String, reason: String) throws {
        try withFile(text) { (folder: String) throws -> Void in
            let error = #expect(throws: FleetError.self) { try resolve(folder) }
            #expect(error?.reason == reason)
            #expect(error?.next.isEmpty == false)
        }
    }

    @Test func joinFilesReadBack() throws {
        let join = JoinFile(
            supervisor: SupervisorID("sv-oslo"), moid: "domain-c8", coordinator: "tcp://127.0.0.1:7440",
            enrolment: "tcp://127.0.0.1:7441", coordinatorKey: "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID",
            token: "t0ken", expires: Timestamp(milliseconds: 1_795_000_000_000))
        let again = try JoinFileDocument.read(JoinFileDocument.text(of: join), name: "join.yaml")
        #expect(again == join)
        #expect(throws: FleetError.self) { try JoinFileDocument.read("a: 1", name: "x") }
    }
}
