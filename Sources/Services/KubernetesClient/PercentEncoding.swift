/// Percent-encoding of path segments and query values (RFC 3986).
enum PercentEncoding {
    /// Keeps unreserved characters and `:`, which names of roles hold.
    static func segment(_ text: String) -> String { encode(text) { $0 == 0x3A } }

    static func queryValue(_ text: String) -> String { encode(text) { _ in false } }

    /// `?a=b&c=d`, empty for no items.
    static func query(_ items: [(String, String)]) -> String {
        guard !items.isEmpty else { return "" }
        return "?" + items.map { "\($0.0)=\(queryValue($0.1))" }.joined(separator: "&")
    }

    private static func encode(_ text: String, keeping extra: (UInt8) -> Bool) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var out: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: out.append(byte)
            case let byte where extra(byte): out.append(byte)
            default: out += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
