/// RFC 4648 base64, for Secret data and continue tokens.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var out: [UInt8] = []
        out.reserveCapacity((bytes.count + 2) / 3 * 4)
        var index = 0
        while index < bytes.count {
            let count = min(3, bytes.count - index)
            var word = 0
            for offset in 0..<3 { word = word << 8 | (offset < count ? Int(bytes[index + offset]) : 0) }
            for position in 0..<4 {
                out.append(position <= count ? alphabet[word >> (18 - 6 * position) & 63] : 0x3D)
            }
            index += 3
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Whether a Secret may hold it: padded, in the standard alphabet, line breaks allowed (Go's StdEncoding).
    static func isStandard(_ text: String) -> Bool {
        let plain = text.utf8.filter { $0 != 0x0A && $0 != 0x0D }
        return plain.count % 4 == 0 && !plain.contains(0x2D) && !plain.contains(0x5F)
            && decode(String(decoding: plain, as: UTF8.self)) != nil
    }

    /// Where a decoder stops: the first byte outside the alphabet, else the end.
    static func firstForeignByte(_ text: String) -> Int {
        Array(text.utf8).firstIndex { !alphabet.contains($0) && $0 != 0x0A && $0 != 0x0D } ?? text.utf8.count
    }

    /// nil when the text is not base64, in the standard or the URL alphabet.
    static func decode(_ text: String) -> [UInt8]? {
        var out: [UInt8] = []
        var word = 0
        var bits = 0
        var digits = 0
        var padding = 0
        for byte in text.utf8 {
            let value: Int
            switch byte {
            case 0x41...0x5A: value = Int(byte) - 0x41
            case 0x61...0x7A: value = Int(byte) - 0x61 + 26
            case 0x30...0x39: value = Int(byte) - 0x30 + 52
            case 0x2B, 0x2D: value = 62
            case 0x2F, 0x5F: value = 63
            case 0x3D:
                padding += 1
                continue
            default: return nil
            }
            guard padding == 0 else { return nil }
            digits += 1
            word = (word << 6 | value) & 0xFF_FFFF
            bits += 6
            if bits >= 8 {
                bits -= 8
                out.append(UInt8(word >> bits & 0xFF))
            }
        }
        guard digits % 4 != 1, padding <= 2 else { return nil }
        return out
    }
}
