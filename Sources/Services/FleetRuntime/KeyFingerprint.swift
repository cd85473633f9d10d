internal import FleetModel

/// What people compare a public key by: 128 bits of the SHA-256 of its Z85 text, in groups of four digits.
package enum KeyFingerprint {
    package static func text(of key: String) -> String {
        let digits = Array(ContentDigest(sha256Of: Array(key.utf8)).rawValue.dropFirst("sha256:".count).prefix(32))
        return stride(from: 0, to: digits.count, by: 4).map { String(digits[$0..<min($0 + 4, digits.count)]) }
            .joined(separator: "-")
    }
}
