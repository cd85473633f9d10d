package import FleetModel
import FleetRuntime

/// The digest of a folder's files: independent of time stamps, owners and the order of reading.
package enum TreeDigest {
    /// SHA-256 over `path NUL sha256(content) LF` for every file, sorted by path's bytes.
    package static func of(_ files: [String: [UInt8]]) -> ContentDigest {
        var listing: [UInt8] = []
        for (path, bytes) in files.sorted(by: { Array($0.key.utf8).lexicographicallyPrecedes(Array($1.key.utf8)) }) {
            listing += Array(path.utf8) + [0] + Array(ContentDigest(sha256Of: bytes).rawValue.utf8) + [0x0A]
        }
        return ContentDigest(sha256Of: listing)
    }
}
