internal import FleetModel
internal import Foundation
internal import ResourceModel
internal import SupervisorCluster
internal import Synchronization

/// Appends every change to a file before anybody is told of it: a killed process loses nothing it acknowledged.
///
/// A file belongs to the snapshot whose revision it is named after; the next snapshot begins the next file. Power loss
/// may cost what the operating system had not written yet (`flush` bounds it), and a line cut short is left out.
package final class ChangeLog: Sendable {
    private struct State {
        var file: FileHandle?
        var bytes = 0
        var failure: String?
    }
    private let path: String
    private let state = Mutex(State())

    init(folder: String) { path = folder }

    /// Bytes in the present file.
    var bytes: Int { state.withLock { $0.bytes } }

    /// What went wrong since the last question.
    package func takeFailure() -> String? {
        state.withLock { state in
            defer { state.failure = nil }
            return state.failure
        }
    }

    static func name(_ revision: Int) -> String { "changes-\(revision).jsonl" }

    /// Goes on in a new file.
    func begin(at revision: Int) throws(FleetError) {
        let name = "\(path)/\(Self.name(revision))"
        let manager = FileManager.default
        if !manager.fileExists(atPath: name) {
            _ = manager.createFile(atPath: name, contents: nil, attributes: [.posixPermissions: 0o600])
        }
        guard let file = FileHandle(forWritingAtPath: name), (try? file.seekToEnd()) != nil else {
            throw FleetError(.internalError, "\(name) cannot be written", next: "check the room in dataDir")
        }
        state.withLock { $0 = State(file: file) }
    }

    func append(_ change: ClusterChange) {
        var line = JSONWriter.bytes(change.value)
        line.append(0x0A)
        state.withLock { state in
            guard let file = state.file else { return }
            do { try file.write(contentsOf: Data(line)) } catch {
                state.failure = "the change log cannot be written: \(error)"
            }
            state.bytes += line.count
        }
    }

    /// Notes a change that could not be told; the next snapshot has it.
    func miss() { state.withLock { $0.failure = "a change reaches further back than what is known of it" } }

    /// Waits until the disk has it.
    func flush() {
        try? state.withLock { $0.file }?.synchronize()
    }

    // MARK: Reading

    /// All files' changes; a last line that was cut short is not one of them.
    static func read(folder: String) throws(FleetError) -> [ClusterChange] {
        var changes: [ClusterChange] = []
        for name in files(folder) {
            let file = "\(folder)/\(name)"
            guard let data = FileManager.default.contents(atPath: file) else {
                throw FleetError(.unauthorized, "\(file) cannot be read", next: "check its owner and mode (0600)")
            }
            let lines = data.split(separator: 0x0A)
            for (index, line) in lines.enumerated() {
                if let value = try? JSONReader.read(Array(line)), let change = ClusterChange(value) {
                    changes.append(change)
                } else if index < lines.count - 1 {
                    throw FleetError(
                        .invalidArgument, "\(file) is damaged", reason: "line \(index + 1) is no change",
                        next: "restore it from a backup, or remove it and lose what it holds")
                }
            }
        }
        return changes
    }

    /// Removes the files of snapshots older than `revision`.
    static func removeFiles(folder: String, before revision: Int) {
        for name in files(folder) where number(name) ?? Int.max < revision {
            try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
        }
    }

    private static func number(_ name: String) -> Int? {
        guard name.hasPrefix("changes-"), name.hasSuffix(".jsonl") else { return nil }
        return Int(name.dropFirst("changes-".count).dropLast(".jsonl".count))
    }

    private static func files(_ folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { number($0) != nil }.sorted { (number($0) ?? 0) < (number($1) ?? 0) }
    }
}
