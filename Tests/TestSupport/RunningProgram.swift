internal import Foundation
import Synchronization

/// What a program left behind.
package struct ProgramResult: Sendable {
    package var code: Int32
    package var output: String
    package var errors: String
}

/// One of our programs, started from beside the test bundle.
package final class RunningProgram: Sendable {
    /// The program did not print what was waited for.
    package struct NeverPrinted: Error, CustomStringConvertible {
        package var description: String
    }

    private let process: Mutex<Process>
    private let output: Mutex<String>
    private let errors: Mutex<String>
    private let ended: AsyncStream<Int32>
    package let identifier: Int32

    /// One of ours by name, from beside the test bundle.
    package convenience init(_ name: String, _ arguments: [String], environment: [String: String]) throws {
        let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        try self.init(at: folder.appendingPathComponent(name).path, arguments, environment: environment)
    }

    package init(at path: String, _ arguments: [String], environment: [String: String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": "/nonexistent"].merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        let outputPipe = Pipe()
        let errorPipe = Pipe()
        process.standardOutput = outputPipe
        process.standardError = errorPipe
        let (ended, continuation) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = { process in
            continuation.yield(process.terminationStatus)
            continuation.finish()
        }
        self.output = Mutex("")
        self.errors = Mutex("")
        self.ended = ended
        try process.run()
        identifier = process.processIdentifier
        self.process = Mutex(process)
        // Threads of their own read: in a full test run the pool's queue is minutes long, and a reader that waits in it
        // makes a program look silent that has long spoken.
        follow(outputPipe.fileHandleForReading) { [weak self] text in self?.output.withLock { $0 += text } }
        follow(errorPipe.fileHandleForReading) { [weak self] text in self?.errors.withLock { $0 += text } }
    }

    private func follow(_ handle: FileHandle, _ take: @escaping @Sendable (String) -> Void) {
        let reader = Thread {
            while true {
                let piece = handle.availableData
                guard !piece.isEmpty else { return }
                take(String(decoding: piece, as: UTF8.self))
            }
        }
        reader.name = "output of \(identifier)"
        reader.start()
    }

    package var outputSoFar: String { output.withLock { $0 } }
    package var errorsSoFar: String { errors.withLock { $0 } }

    /// Waits until standard output contains the text; fails after the deadline.
    package func waitFor(_ text: String) async throws {
        let clock = ContinuousClock()
        let deadline = clock.now.advanced(by: .seconds(120))
        while !outputSoFar.contains(text) {
            guard clock.now < deadline else {
                throw NeverPrinted(
                    description: "never printed \(text): \(outputSoFar) \(errors.withLock { $0 })")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    package func interrupt() { kill(identifier, SIGINT) }
    package func terminate() { kill(identifier, SIGTERM) }
    /// As a power cut for the process: nothing of it runs any more.
    package func killAtOnce() { kill(identifier, SIGKILL) }

    package func result() async throws -> ProgramResult {
        var code: Int32 = -1
        for await status in ended { code = status }
        // The pipes may hold a last piece after the exit.
        let clock = ContinuousClock()
        let deadline = clock.now.advanced(by: .milliseconds(300))
        var last = ""
        while clock.now < deadline {
            let now = outputSoFar + errors.withLock { $0 }
            if !now.isEmpty, now == last { break }
            last = now
            try await Task.sleep(for: .milliseconds(50))
        }
        return ProgramResult(code: code, output: outputSoFar, errors: errors.withLock { $0 })
    }
}
