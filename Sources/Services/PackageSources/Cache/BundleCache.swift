package import FleetModel
package import FleetRuntime
internal import Foundation
import Synchronization

/// What was pulled from registries, on disk by digest, within a size.
///
/// A kill at any moment leaves whole files or files that are thrown away: content is written beside and renamed, and
/// whoever reads it checks the digest again. The least recently used goes first when the limit is reached.
package final class BundleCache: Sendable {
    private struct Item {
        var bytes: Int
        var lastUse: UInt64
    }

    private struct State {
        var items: [String: Item] = [:]
        var bytes = 0
        var uses: UInt64 = 0
    }

    /// Answers that are no content (is an image there) are kept as files of this suffix.
    private static let noteSuffix = ".note"
    /// Downloads that broke off.
    private static let begunSuffix = ".part"

    private let folder: String
    private let limit: Int
    private let time: TimeSource
    private let state: Mutex<State>

    /// `limit` in bytes. Makes the folder (mode 0700); what is no content of ours in it is removed.
    package init(folder: String, limit: Int, time: TimeSource) throws(FleetError) {
        self.folder = folder
        self.limit = limit
        self.time = time
        let manager = FileManager.default
        do {
            try manager.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw FleetError(
                .invalidArgument, "the folder \(folder) for bundles cannot be made",
                reason: error.localizedDescription, next: "set bundleCache.path to a place that may be written")
        }
        var found: [(name: String, bytes: Int, used: Double)] = []
        for name in (try? manager.contentsOfDirectory(atPath: folder)) ?? [] {
            let attributes = try? manager.attributesOfItem(atPath: "\(folder)/\(name)")
            guard Self.isOurs(name), attributes?[.type] as? FileAttributeType == .typeRegular,
                let size = (attributes?[.size] as? NSNumber)?.intValue
            else {
                if name.hasPrefix(".") { try? manager.removeItem(atPath: "\(folder)/\(name)") }
                continue
            }
            found.append((name, size, (attributes?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0))
        }
        var state = State()
        for item in found.sorted(by: { ($0.used, $0.name) < ($1.used, $1.name) }) {
            state.uses += 1
            state.items[item.name] = Item(bytes: item.bytes, lastUse: state.uses)
            state.bytes += item.bytes
        }
        self.state = Mutex(state)
        evict()
    }

    /// Bytes on disk.
    package var bytes: Int { state.withLock { $0.bytes } }

    /// Nil when it is not there, or not any more what its digest says: then it is removed.
    package func content(_ digest: ContentDigest) -> [UInt8]? {
        guard digest.isWellFormed else { return nil }
        let name = String(digest.rawValue.dropFirst(7))
        if Failpoint.packagesCacheRead.fails() { return nil }
        guard let bytes = read(name) else { return nil }
        guard ContentDigest(sha256Of: bytes) == digest else {
            remove(name)
            return nil
        }
        return bytes
    }

    /// Keeps content; what is larger than a quarter of the limit is not kept, and a full disk is no error.
    package func store(_ digest: ContentDigest, _ bytes: [UInt8]) {
        guard digest.isWellFormed, bytes.count <= limit / 4 else { return }
        write(String(digest.rawValue.dropFirst(7)), bytes)
    }

    /// What came of a content before its download broke off; whoever reads it on checks the digest of the whole.
    func begun(_ digest: ContentDigest) -> [UInt8] {
        guard digest.isWellFormed else { return [] }
        return read(Self.begunName(digest)) ?? []
    }

    /// Adds to what came of a content. A kill leaves fewer bytes, never others.
    func continueBegun(_ digest: ContentDigest, at offset: Int, _ bytes: ArraySlice<UInt8>) {
        guard digest.isWellFormed, offset + bytes.count <= limit / 4 else { return }
        let name = Self.begunName(digest)
        let path = "\(folder)/\(name)"
        if offset == 0 { _ = FileManager.default.createFile(atPath: path, contents: nil) }
        guard let file = FileHandle(forWritingAtPath: path) else { return }
        defer { try? file.close() }
        guard (try? file.seekToEnd()) == UInt64(offset), (try? file.write(contentsOf: Data(bytes))) != nil else {
            remove(name)
            return
        }
        state.withLock { state in
            state.uses += 1
            state.bytes += bytes.count + (state.items[name] == nil ? offset : 0)
            state.items[name] = Item(bytes: offset + bytes.count, lastUse: state.uses)
        }
        evict()
    }

    func forgetBegun(_ digest: ContentDigest) { remove(Self.begunName(digest)) }

    private static func begunName(_ digest: ContentDigest) -> String {
        "\(digest.rawValue.dropFirst(7))\(begunSuffix)"
    }

    /// An answer that was noted under a key, and how long ago.
    func note(_ key: String) -> (text: String, age: Duration)? {
        guard let bytes = read(Self.noteName(key)) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let space = text.firstIndex(of: " "), let stamp = Int64(text[..<space]) else { return nil }
        let age = max(0, time.now.milliseconds - min(stamp, time.now.milliseconds))
        return (String(text[text.index(after: space)...]), .milliseconds(age))
    }

    func setNote(_ key: String, _ text: String) {
        write(Self.noteName(key), Array("\(time.now.milliseconds) \(text)".utf8))
    }

    private static func noteName(_ key: String) -> String {
        "\(ContentDigest(sha256Of: Array(key.utf8)).rawValue.dropFirst(7))\(noteSuffix)"
    }

    private static func isOurs(_ name: String) -> Bool {
        let suffix = [noteSuffix, begunSuffix].first { name.hasSuffix($0) } ?? ""
        let digest = name.dropLast(suffix.count)
        return ContentDigest("sha256:\(digest)").isWellFormed
    }

    private func read(_ name: String) -> [UInt8]? {
        guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)") else { return nil }
        let isKnown = state.withLock { state in
            guard state.items[name] != nil else { return false }
            state.uses += 1
            state.items[name]?.lastUse = state.uses
            return true
        }
        if isKnown {
            let now = Date(timeIntervalSince1970: Double(time.now.milliseconds) / 1000)
            try? FileManager.default.setAttributes([.modificationDate: now], ofItemAtPath: "\(folder)/\(name)")
        }
        return [UInt8](data)
    }

    private func write(_ name: String, _ bytes: [UInt8]) {
        if Failpoint.packagesCacheWrite.fails() { return }
        do {
            // Foundation writes a hidden file beside it and renames that.
            try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name)"), options: .atomic)
        } catch {
            return
        }
        state.withLock { state in
            state.uses += 1
            state.bytes += bytes.count - (state.items[name]?.bytes ?? 0)
            state.items[name] = Item(bytes: bytes.count, lastUse: state.uses)
        }
        evict()
    }

    private func remove(_ name: String) {
        try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
        state.withLock { state in
            state.bytes -= state.items.removeValue(forKey: name)?.bytes ?? 0
        }
    }

    private func evict() {
        let victims = state.withLock { state -> [String] in
            var victims: [String] = []
            guard state.bytes > limit else { return [] }
            for (name, item) in state.items.sorted(by: { $0.value.lastUse < $1.value.lastUse }) {
                guard state.bytes > limit else { break }
                state.items[name] = nil
                state.bytes -= item.bytes
                victims.append(name)
            }
            return victims
        }
        for name in victims { try? FileManager.default.removeItem(atPath: "\(folder)/\(name)") }
    }
}
