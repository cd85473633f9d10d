import Foundation

/// One kubectl, run in a folder of its own; every call has a deadline.
struct Kubectl {
    /// The clients there are: kubectl of the `PATH` (or `KUBECTL`), and Debian's 1.20, the oldest one supported.
    enum Client: String, CaseIterable, CustomStringConvertible {
        case current
        case debian

        var path: String? {
            let environment = ProcessInfo.processInfo.environment
            let manager = FileManager.default
            switch self {
            case .current:
                if let named = environment["KUBECTL"] { return named }
                return (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/kubectl" }
                    .first { manager.isExecutableFile(atPath: $0) }
            case .debian:
                let tools = environment["FLOTILLA_TOOLS"] ?? "/usr/local/lib/flotilla"
                let kept = "\(tools)/kubernetes-client/usr/bin/kubectl"
                return manager.isExecutableFile(atPath: kept) ? kept : nil
            }
        }

        var description: String { rawValue }
    }

    static let path: String? = Client.current.path

    struct Result {
        var exit: Int32
        var output: String
        var errors: String
    }

    /// Longer than any `--timeout` of a test.
    static let deadline = Duration.seconds(90)

    let home: URL
    let program: String
    var environment: [String: String] = [:]

    init(_ client: Client = .current) throws {
        program = client.path ?? "/usr/bin/kubectl"
        home = FileManager.default.temporaryDirectory.appendingPathComponent("kubectl-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
    }

    func remove() { try? FileManager.default.removeItem(at: home) }

    var kubeconfig: String { home.appendingPathComponent("kubeconfig").path }

    func with(_ variable: String, _ value: String) -> Kubectl {
        var other = self
        other.environment[variable] = value
        return other
    }

    /// Arguments separated by blanks.
    func run(_ arguments: String, input: String? = nil) async throws -> Result {
        try await run(arguments.split(separator: " ").map(String.init), input: input)
    }

    func run(
        _ arguments: [String], input: String? = nil, deadline: Duration = Kubectl.deadline
    ) async throws -> Result {
        let name = UUID().uuidString
        let files = ["out", "err", "in"].map { home.appendingPathComponent("\(name).\($0)") }
        for (file, text) in zip(files, ["", "", input ?? ""]) {
            try Data(text.utf8).write(to: file)
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["--kubeconfig", kubeconfig] + arguments
        process.environment = ["HOME": home.path, "PATH": "/usr/bin:/bin"].merging(environment) { $1 }
        process.standardOutput = try FileHandle(forWritingTo: files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        process.standardInput = try FileHandle(forReadingFrom: files[2])
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        process.terminationHandler = { _ in end.finish() }
        try process.run()
        let identifier = process.processIdentifier
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in ends {} }
            group.addTask {
                try? await Task.sleep(for: deadline)
                if !Task.isCancelled { kill(identifier, SIGKILL) }
            }
            await group.next()
            group.cancelAll()
        }
        process.waitUntilExit()
        return Result(
            exit: process.terminationStatus, output: try String(contentsOf: files[0], encoding: .utf8),
            errors: try String(contentsOf: files[1], encoding: .utf8))
    }
}
