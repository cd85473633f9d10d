/// Base64 with padding, as Secrets carry their values.
enum SecretText {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func base64(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var out: [UInt8] = []
        out.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let second = start + 1 < bytes.count ? bytes[start + 1] : 0
            let third = start + 2 < bytes.count ? bytes[start + 2] : 0
            let word = UInt32(bytes[start]) << 16 | UInt32(second) << 8 | UInt32(third)
            out.append(alphabet[Int(word >> 18)])
            out.append(alphabet[Int(word >> 12 & 63)])
            out.append(start + 1 < bytes.count ? alphabet[Int(word >> 6 & 63)] : 0x3D)
            out.append(start + 2 < bytes.count ? alphabet[Int(word & 63)] : 0x3D)
        }
        return String(decoding: out, as: UTF8.self)
    }
}
