internal import Foundation

/// Bytes that are read by position: in memory, or in a file too large to be held.
protocol ByteStore {
    var count: Int { get }
    /// Exactly these bytes; `offset + count` is within `self.count`.
    func bytes(at offset: Int, count: Int) throws(ArchiveFailure) -> [UInt8]
}

extension [UInt8]: ByteStore {
    func bytes(at offset: Int, count: Int) throws(ArchiveFailure) -> [UInt8] { Array(self[offset..<offset + count]) }
}

/// A file, opened once and read in pieces.
final class FileBytes: ByteStore {
    let count: Int
    private let handle: FileHandle

    /// Nil when there is no such file, or it is not a plain one.
    init?(path: String) {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard attributes?[.type] as? FileAttributeType == .typeRegular,
            let size = (attributes?[.size] as? NSNumber)?.intValue, let handle = FileHandle(forReadingAtPath: path)
        else { return nil }
        count = size
        self.handle = handle
    }

    deinit { try? handle.close() }

    func bytes(at offset: Int, count: Int) throws(ArchiveFailure) -> [UInt8] {
        do {
            try handle.seek(toOffset: UInt64(offset))
            if let data = try handle.read(upToCount: count), data.count == count { return [UInt8](data) }
        } catch {
            throw .damaged("it cannot be read at byte \(offset)")
        }
        guard count > 0 else { return [] }
        throw .damaged("it is cut at byte \(offset)")
    }
}
