import Foundation
import Synchronization

/// kubectl from `KUBECTL` or the `PATH`, run in a folder of its own.
struct Kubectl {
    static let path: String? = {
        let environment = ProcessInfo.processInfo.environment
        if let named = environment["KUBECTL"] { return named }
        return (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/kubectl" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    struct Result {
        var exit: Int32
        var output: String
        var errors: String
    }

    let home: URL

    init() throws {
        home = FileManager.default.temporaryDirectory.appendingPathComponent("kubectl-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
    }

    func remove() { try? FileManager.default.removeItem(at: home) }

    var kubeconfig: String { home.appendingPathComponent("kubeconfig").path }

    /// Arguments separated by blanks; `--request-timeout` bounds each request.
    func run(_ arguments: String, input: String? = nil) async throws -> Result {
        try await run(arguments.split(separator: " ").map(String.init), input: input)
    }

    func run(_ arguments: [String], input: String? = nil) async throws -> Result {
        let name = UUID().uuidString
        let files = ["out", "err", "in"].map { home.appendingPathComponent("\(name).\($0)") }
        for (file, text) in zip(files, ["", "", input ?? ""]) {
            try Data(text.utf8).write(to: file)
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.path ?? "/usr/bin/kubectl")
        process.arguments = ["--kubeconfig", kubeconfig] + arguments
        process.environment = ["HOME": home.path, "PATH": "/usr/bin:/bin"]
        process.standardOutput = try FileHandle(forWritingTo: files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        process.standardInput = try FileHandle(forReadingFrom: files[2])
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in continuation.resume() }
            do { try process.run() } catch {
                process.terminationHandler = nil
                continuation.resume(throwing: error)
            }
        }
        return Result(
            exit: process.terminationStatus, output: try String(contentsOf: files[0], encoding: .utf8),
            errors: try String(contentsOf: files[1], encoding: .utf8))
    }
}
