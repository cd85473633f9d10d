package import FleetModel
internal import FleetRuntime
internal import Foundation
internal import Glibc
internal import ResourceModel
package import SupervisorCluster

/// The folder of one simulated Supervisor: its objects, its administrator's token, its certificate authority.
///
/// `lock` keeps a second process away; every file has mode 0600 and is replaced as a whole.
package struct StateFolder: Sendable {
    package let path: String
    /// Held open as long as the folder is used: the lock goes with it.
    private let lock: FileHandle

    /// Makes the folder (mode 0700) when it is not there.
    package init(_ path: String) throws(FleetError) {
        self.path = path
        let manager = FileManager.default
        do {
            try manager.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw FleetError(
                .invalidArgument, "the folder \(path) cannot be made", reason: "\(error)", next: "check dataDir")
        }
        let name = "\(path)/lock"
        if !manager.fileExists(atPath: name) {
            _ = manager.createFile(atPath: name, contents: nil, attributes: [.posixPermissions: 0o600])
        }
        guard let lock = FileHandle(forUpdatingAtPath: name) else {
            throw FleetError(.unauthorized, "\(name) cannot be opened", next: "check the owner of \(path)")
        }
        guard flock(lock.fileDescriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw FleetError(
                .conflict, "\(path) is in use by another simulator", next: "stop it, or give this one its own dataDir")
        }
        self.lock = lock
    }

    // MARK: Objects

    private var stateFile: String { "\(path)/state.json" }

    /// Nil when there is none yet; refused when it is another Supervisor's.
    package func snapshot(moid: String) throws(FleetError) -> ClusterSnapshot? {
        guard let data = try contents(stateFile) else { return nil }
        let value: Value
        do { value = try JSONReader.read(Array(data)) } catch {
            throw FleetError(
                .invalidArgument, "\(stateFile) is damaged", reason: "\(error)",
                next: "restore it from a backup, or remove it to begin afresh")
        }
        var snapshot: ClusterSnapshot
        do { snapshot = try ClusterSnapshot(value).applying(ChangeLog.read(folder: path)) } catch {
            throw FleetError(error.code, "\(stateFile): \(error.message)", reason: error.reason, next: error.next)
        }
        guard snapshot.moid == moid else {
            throw FleetError(
                .conflict, "\(path) holds the Supervisor \(snapshot.moid), not \(moid)",
                next: "set moid to \(snapshot.moid), or give \(moid) its own dataDir")
        }
        return snapshot
    }

    package func save(_ snapshot: ClusterSnapshot) throws(FleetError) {
        try write(Data(JSONWriter.bytes(snapshot.value)), to: stateFile)
        ChangeLog.removeFiles(folder: path, before: snapshot.revision)
    }

    /// Where changes after the snapshots go.
    package func changeLog() -> ChangeLog { ChangeLog(folder: path) }

    // MARK: Identity

    /// The kept token, else a new random one, which is kept.
    package func token() throws(FleetError) -> String {
        let file = "\(path)/token"
        if let data = try contents(file) {
            let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            guard text.count >= 16 else {
                throw FleetError(.invalidArgument, "\(file) holds no token", next: "remove it; a new one is made")
            }
            return text
        }
        let made = SystemEntropy().hexadecimal(bytes: 32)
        try write(Data((made + "\n").utf8), to: file)
        return made
    }

    /// The kept authority, else a new one, which is kept.
    package func authority() throws(FleetError) -> CertificateAuthority {
        let file = "\(path)/authority.pem"
        if let data = try contents(file) {
            do { return try CertificateAuthority(pem: String(decoding: data, as: UTF8.self)) } catch {
                throw FleetError(
                    .invalidArgument, "\(file) holds no certificate and key", reason: "\(error)",
                    next: "remove it; a new one is made, and kubeconfigs must be copied anew")
            }
        }
        do {
            let made = try CertificateAuthority()
            try write(Data(made.pem().utf8), to: file)
            return made
        } catch let error as FleetError {
            throw error
        } catch {
            throw FleetError(.internalError, "no certificate authority can be made", reason: "\(error)")
        }
    }

    // MARK: Files

    private func contents(_ file: String) throws(FleetError) -> Data? {
        guard FileManager.default.fileExists(atPath: file) else { return nil }
        guard let data = FileManager.default.contents(atPath: file) else {
            throw FleetError(.unauthorized, "\(file) cannot be read", next: "check its owner and mode (0600)")
        }
        return data
    }

    /// Beside the file, then renamed over it: a reader or a crash sees the old or the new one.
    private func write(_ data: Data, to file: String) throws(FleetError) {
        do {
            try data.write(to: URL(fileURLWithPath: file), options: .atomic)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        } catch {
            throw FleetError(
                .internalError, "\(file) cannot be written", reason: "\(error)", next: "check the room in dataDir")
        }
    }
}
