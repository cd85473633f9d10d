internal import Crypto
package import FleetModel

/// The digest of content that comes in pieces.
package struct ContentHasher: Sendable {
    private var hash = SHA256()

    package init() {}

    package mutating func update(_ bytes: [UInt8]) { hash.update(data: bytes) }

    /// `sha256:…` of everything so far.
    package func finish() -> ContentDigest {
        let digits = hash.finalize().map { byte in
            let text = String(byte, radix: 16)
            return byte < 16 ? "0" + text : text
        }
        return ContentDigest(rawValue: "sha256:" + digits.joined())
    }
}
