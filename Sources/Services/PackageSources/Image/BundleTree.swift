internal import ResourceModel

/// Layers laid over each other, with the marks that take files of lower layers away (OCI image specification).
struct BundleTree {
    private static let whiteout = ".wh."
    private static let opaque = ".wh..wh..opq"

    private(set) var files: [String: [UInt8]] = [:]
    private let limits: BundleLimits

    init(limits: BundleLimits) { self.limits = limits }

    /// `layer` is a tar archive, plain or packed with gzip.
    mutating func add(layer: [UInt8]) throws(ArchiveFailure) {
        let isPacked = layer.starts(with: [0x1F, 0x8B])
        let bound = min(limits.archiveBytes, max(layer.count * limits.ratio, 1 << 20))
        let archive = isPacked ? try Self.unpack(layer, limit: bound) : layer
        let added = try TarReader.files(archive, limits: limits)
        for path in added.keys.sorted() { hide(path) }
        for (path, bytes) in added where !Self.name(path).hasPrefix(Self.whiteout) { files[path] = bytes }
        guard files.count <= limits.files else { throw .tooLarge("more than \(limits.files) files") }
        guard files.values.reduce(0, { $0 + $1.count }) <= limits.bytes else {
            throw .tooLarge("more than \(limits.bytes) bytes in all files")
        }
    }

    private static func unpack(_ layer: [UInt8], limit: Int) throws(ArchiveFailure) -> [UInt8] {
        do throws(Gzip.Failure) { return try Gzip.unpack(layer, limit: limit) } catch {
            switch error {
            case .damaged(let text): throw .damaged(text)
            case .tooLarge: throw .tooLarge("more than \(limit) bytes unpacked")
            }
        }
    }

    /// No path is a file and a folder at once.
    func check() throws(ArchiveFailure) {
        for path in files.keys {
            var folder = path[...]
            while let slash = folder.lastIndex(of: "/") {
                folder = folder[..<slash]
                if files[String(folder)] != nil { throw .forbidden("\(folder) is a file and a folder at once") }
            }
        }
    }

    private mutating func hide(_ path: String) {
        let name = Self.name(path)
        guard name.hasPrefix(Self.whiteout) else { return }
        let folder = path.dropLast(name.count)
        if name == Self.opaque {
            for known in files.keys where known.hasPrefix(folder) { files[known] = nil }
        } else {
            let hidden = folder + name.dropFirst(Self.whiteout.count)
            for known in files.keys where known == hidden || known.hasPrefix(hidden + "/") { files[known] = nil }
        }
    }

    private static func name(_ path: String) -> Substring { path.split(separator: "/").last ?? "" }
}
