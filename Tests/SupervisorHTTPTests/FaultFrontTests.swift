import FleetModel
import FleetRuntime
import Foundation
import Logging
import ResourceModel
import SupervisorCluster
import SupervisorHTTP
import Testing

/// Faults that need a connection: shown with curl, which tells one way of failing from another by its exit code.
@Suite(.serialized, .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/curl"), "needs curl"))
struct FaultFrontTests {
    private static let maps = "/api/v1/namespaces/default/configmaps"

    /// curl's exit codes.
    private enum Exit {
        static let emptyReply: Int32 = 52
        static let partialFile: Int32 = 18
        static let receiveError: Int32 = 56
        static let certificate: Int32 = 60
    }

    private static func withServer(
        prefixed: Bool = false, _ body: @escaping @Sendable (Server) async throws -> Void
    ) async throws {
        var settings = ClusterSettings()
        settings.tokens = [.admin("secret")]
        var second = settings
        second.moid = "domain-c9"
        let supervisors = [settings, second].map {
            SimulatedSupervisor(settings: $0, time: ServedSupervisor.time)
        }
        var configuration = SupervisorFront.Configuration()
        let identity = try ServerIdentity(hosts: ["127.0.0.1"])
        configuration.identity = identity
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("front-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let authority = folder.appendingPathComponent("ca.pem")
        try Data(identity.authorityPEM.utf8).write(to: authority)
        let (ports, listening) = AsyncStream.makeStream(of: Int.self)
        let logger = Logger(label: "test")
        let front =
            prefixed
            ? SupervisorFront(prefixed: supervisors, configuration: configuration, logger: logger) {
                listening.yield($0)
            }
            : SupervisorFront(supervisors[0], configuration: configuration, logger: logger) { listening.yield($0) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await front.run() }
            group.addTask {
                for await port in ports {
                    try await body(Server(port: port, authority: authority.path))
                    return
                }
            }
            try await group.next()
            group.cancelAll()
            while let result = await group.nextResult() {
                if case .failure(let error) = result, !(error is CancellationError) { throw error }
            }
        }
    }

    struct Server: Sendable {
        var port: Int
        var authority: String

        struct Result {
            var exit: Int32
            var output: String
        }

        func curl(_ path: String, _ arguments: String...) async throws -> Result {
            try await curl(path, arguments)
        }

        func curl(_ path: String, _ arguments: [String]) async throws -> Result {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/curl")
            process.arguments =
                [
                    "-s", "-N", "-m", "20", "--cacert", authority, "-H", "Authorization: Bearer secret", "-w",
                    "\n%{http_code} %{time_total}",
                ] + arguments + ["https://127.0.0.1:\(port)\(path)"]
            let pipe = Pipe()
            process.standardOutput = pipe
            process.standardError = FileHandle.nullDevice
            let (ends, end) = AsyncStream.makeStream(of: Void.self)
            process.terminationHandler = { _ in end.finish() }
            try process.run()
            for await _ in ends {}
            let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
            return Result(exit: process.terminationStatus, output: String(decoding: data, as: UTF8.self))
        }

        func set(_ fault: String, at prefix: String = "") async throws {
            let reply = try await curl(
                "\(prefix)/flotilla-simulator/v1/faults", "-k", "-H", "Content-Type: application/json", "-d", fault)
            #expect(reply.output.contains("\n200 "), "\(reply.output)")
        }
    }

    @Test(.timeLimit(.minutes(10))) func aCutConnectionGivesNoByteAndMayHideACompletedWrite() async throws {
        try await Self.withServer { server in
            try await server.set(#"{"kind":"cut-connection","remaining":1}"#)
            let cut = try await server.curl(Self.maps)
            #expect([Exit.emptyReply, Exit.receiveError].contains(cut.exit), "\(cut)")
            #expect(try await server.curl(Self.maps).exit == 0)

            try await server.set(#"{"kind":"cut-connection","cut":"reply","method":"POST","remaining":1}"#)
            let lost = try await server.curl(
                Self.maps, "-H", "Content-Type: application/json", "-d", #"{"metadata":{"name":"lost"}}"#)
            #expect([Exit.emptyReply, Exit.receiveError].contains(lost.exit), "\(lost)")
            let found = try await server.curl("\(Self.maps)/lost")
            #expect(found.output.contains("\n200 "), "the write was carried out: \(found.output)")
        }
    }

    @Test(.timeLimit(.minutes(10))) func aWatchIsCutInTheMiddle() async throws {
        try await Self.withServer { server in
            try await server.set(#"{"kind":"cut-watch","delay":"500ms"}"#)
            let watch = try await server.curl("/api/v1/namespaces?watch=1&timeoutSeconds=15")
            #expect([Exit.partialFile, Exit.receiveError].contains(watch.exit), "\(watch.exit)")
            #expect(watch.output.contains(#""type":"ADDED""#))
        }
    }

    @Test(.timeLimit(.minutes(10))) func latencyDelaysTheReply() async throws {
        try await Self.withServer { server in
            try await server.set(#"{"kind":"latency","delay":"700ms","path":"/configmaps"}"#)
            let slow = try await server.curl(Self.maps)
            let seconds = slow.output.split(separator: " ").last.flatMap { Double($0) } ?? 0
            #expect(seconds >= 0.7, "\(slow.output)")
        }
    }

    @Test(.timeLimit(.minutes(10))) func anExpiredCertificateIsRefusedByClientsThatCheckIt() async throws {
        try await Self.withServer { server in
            try await server.set(#"{"kind":"expired-certificate"}"#)
            #expect(try await server.curl("/version").exit == Exit.certificate)
            let cleared = try await server.curl(
                "/flotilla-simulator/v1/faults/expired-certificate", "-k", "-X", "DELETE")
            #expect(cleared.output.contains("\n200 "))
            #expect(try await server.curl("/version").exit == 0)
        }
    }

    @Test(.timeLimit(.minutes(10))) func severalSupervisorsShareAPortByTheirPaths() async throws {
        try await Self.withServer(prefixed: true) { server in
            let made = try await server.curl(
                "/domain-c9\(Self.maps)", "-H", "Content-Type: application/json", "-d",
                #"{"metadata":{"name":"here"}}"#)
            #expect(made.output.contains("\n201 "), "\(made.output)")
            #expect(try await server.curl("/domain-c9\(Self.maps)/here").output.contains("\n200 "))
            #expect(try await server.curl("/domain-c8\(Self.maps)/here").output.contains("\n404 "))
            #expect(try await server.curl("/domain-c7/version").output.contains("\n404 "))
            try await server.set(#"{"kind":"error","path":"/configmaps"}"#, at: "/domain-c8")
            #expect(try await server.curl("/domain-c8\(Self.maps)").output.contains("\n500 "))
            #expect(try await server.curl("/domain-c9\(Self.maps)").output.contains("\n200 "))
        }
    }
}
