/// Text in the form of a PEM block, made from a name: equal names give equal text. It is not a certificate or a key.
enum PlausiblePEM {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func text(_ label: String, of name: String, lines: Int = 12) -> String {
        var state: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in "\(label)\n\(name)".utf8 { state = (state ^ UInt64(byte)) &* 0x0100_0000_01B3 }
        var body = ""
        for _ in 0..<lines {
            var line: [UInt8] = []
            for _ in 0..<64 {
                // xorshift64*: spreads the name's hash over the block.
                state ^= state >> 12
                state ^= state << 25
                state ^= state >> 27
                line.append(alphabet[Int((state &* 0x2545_F491_4F6C_DD1D) >> 58)])
            }
            body += String(decoding: line, as: UTF8.self) + "\n"
        }
        return "-----BEGIN \(label)-----\n\(body)-----END \(label)-----\n"
    }
}
