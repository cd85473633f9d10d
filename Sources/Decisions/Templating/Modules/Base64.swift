/// Base64 as RFC 4648 has it.
enum Base64 {
    private static let standard = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let url = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    static func encode(_ bytes: [UInt8], urlSafe: Bool = false, padded: Bool = true) -> String {
        let table = urlSafe ? url : standard
        var result: [UInt8] = []
        result.reserveCapacity((bytes.count + 2) / 3 * 4)
        var index = 0
        while index < bytes.count {
            let left = bytes.count - index
            let word =
                Int(bytes[index]) << 16 | (left > 1 ? Int(bytes[index + 1]) << 8 : 0)
                | (left > 2 ? Int(bytes[index + 2]) : 0)
            result.append(table[word >> 18 & 63])
            result.append(table[word >> 12 & 63])
            if left > 1 { result.append(table[word >> 6 & 63]) } else if padded { result.append(61) }
            if left > 2 { result.append(table[word & 63]) } else if padded { result.append(61) }
            index += 3
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// nil when the text is no base64; line ends are passed over.
    static func decode(_ text: String, urlSafe: Bool = false, padded: Bool = true) -> [UInt8]? {
        let table = urlSafe ? url : standard
        var values: [UInt8: Int] = [:]
        for (value, byte) in table.enumerated() { values[byte] = value }
        var bytes = text.utf8.filter { $0 != 10 && $0 != 13 }
        if padded {
            guard bytes.count % 4 == 0 else { return nil }
            var padding = 0
            while padding < 2, bytes.last == 61 {
                bytes.removeLast()
                padding += 1
            }
        }
        if bytes.count % 4 == 1 { return nil }
        var result: [UInt8] = []
        var word = 0
        var bits = 0
        for byte in bytes {
            guard let value = values[byte] else { return nil }
            word = (word << 6 | value) & 0xFFFFFF
            bits += 6
            if bits >= 8 {
                bits -= 8
                result.append(UInt8(word >> bits & 255))
            }
        }
        return result
    }
}
