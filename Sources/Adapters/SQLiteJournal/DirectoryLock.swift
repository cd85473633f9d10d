internal import FleetModel
internal import Foundation
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Holds a directory for one process: an advisory lock on its file `lock`, given back when the process ends.
final class DirectoryLock: Sendable {
    private let handle: Mutex<FileHandle?>

    /// Makes the directory (0700) when it is missing and takes the lock, or says who holds it.
    init(directory: String) throws(FleetError) {
        let path = directory + "/lock"
        do {
            let manager = FileManager.default
            try manager.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try manager.setAttributes([.posixPermissions: 0o700], ofItemAtPath: directory)
            if !manager.fileExists(atPath: path) {
                _ = manager.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
            }
        } catch {
            throw FleetError(
                .unavailable, "the state directory \(directory) cannot be made", reason: "\(error)",
                next: "check its owner and mode")
        }
        guard let opened = FileHandle(forUpdatingAtPath: path) else {
            throw FleetError(
                .unavailable, "the lock file \(path) cannot be opened", next: "check the owner and mode of \(directory)"
            )
        }
        guard flock(opened.fileDescriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = (try? opened.readToEnd()).flatMap { String(decoding: $0, as: UTF8.self) } ?? ""
            throw FleetError(
                .conflict, "the state directory \(directory) is in use by another process",
                reason: holder.isEmpty ? "its lock is held" : "its lock is held by process \(holder)",
                next: "stop that process, or give this one its own state directory")
        }
        try? opened.truncate(atOffset: 0)
        try? opened.write(contentsOf: Data("\(ProcessInfo.processInfo.processIdentifier)".utf8))
        handle = Mutex(opened)
    }

    /// The process that holds the directory now, `?` when it did not say; nil when it is free. Changes nothing.
    static func holder(of directory: String) -> String? {
        guard let file = FileHandle(forReadingAtPath: directory + "/lock") else { return nil }
        defer { try? file.close() }
        guard flock(file.fileDescriptor, LOCK_SH | LOCK_NB) != 0 else { return nil }
        let text = (try? file.readToEnd()).flatMap { String(decoding: $0, as: UTF8.self) } ?? ""
        return text.isEmpty ? "?" : text
    }

    func release() {
        handle.withLock { handle in
            try? handle?.close()
            handle = nil
        }
    }
}
