import FleetModel
import FleetRuntime
import Foundation
import Logging
import OperatorClient
import OperatorHTTP
import TestSupport
import Testing

/// An operator server over a scripted backend, on a unix socket in its own scratch folder.
struct RunningServer: Sendable {
    let backend: ScriptedBackend
    let socket: String
    let client: OperatorClient

    /// Starts, runs `body` and stops, whatever happens.
    static func with(
        limits: OperatorServer.Limits = OperatorServer.Limits(),
        backend: ScriptedBackend = ScriptedBackend(), socket given: String? = nil,
        extra: [OperatorServer.Listener] = [], certificate: OperatorCertificate? = nil,
        onPort: @Sendable @escaping (Int) -> Void = { _ in },
        _ body: @Sendable @escaping (RunningServer) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("fl-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let socket = given ?? folder.appendingPathComponent("operator.sock").path
        let (ready, isReady) = AsyncStream.makeStream(of: Int.self)
        var logger = Logger(label: "test")
        logger.logLevel = .error
        let server = OperatorServer(
            backend: backend, listeners: [.unixSocket(path: socket)] + extra, certificate: certificate,
            limits: limits,
            time: TimeSource(
                clock: ContinuousClock(),
                wall: { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }),
            logger: logger,
            onListening: { index, port in
                if let port { onPort(port) }
                isReady.yield(index)
            })
        let client = try OperatorClient(endpoint: .unixSocket(path: socket))
        let running = RunningServer(backend: backend, socket: socket, client: client)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await server.run()
                return false
            }
            group.addTask {
                var waiting = 1 + extra.count
                for await _ in ready {
                    waiting -= 1
                    if waiting == 0 { break }
                }
                try await body(running)
                return true
            }
            var failure: (any Error)?
            do {
                while let done = try await group.next(), !done {}
            } catch { failure = error }
            group.cancelAll()
            await client.shutdown()
            if let failure { throw failure }
        }
    }

    /// Runs the `flotilla` program against this server.
    func flotilla(_ arguments: String..., environment: [String: String] = [:]) async throws -> ProgramResult {
        try await start(arguments, environment: environment).result()
    }

    func start(_ arguments: [String], environment: [String: String] = [:]) throws -> RunningProgram {
        var all = environment
        all["FLOTILLA_SERVER"] = "unix://\(socket)"
        return try RunningProgram("flotilla", arguments, environment: all)
    }
}
