/// The cluster's seeded randomness: uids and name suffixes are the same for the same seed.
package struct ClusterEntropy: RandomNumberGenerator, Sendable {
    private(set) var state: UInt64

    package init(seed: UInt64) { state = seed }

    /// SplitMix64 (public domain, Sebastiano Vigna).
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A version 4 UUID in lower case.
    package mutating func uid() -> String {
        var bytes: [UInt8] = []
        for _ in 0..<2 {
            let word = next()
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
            }
        }
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        var text = ""
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text += "-" }
            text += byte < 16 ? "0" + String(byte, radix: 16) : String(byte, radix: 16)
        }
        return text
    }

    private static let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")

    /// Characters of k8s.io/apimachinery's `rand.String`, which spells no words.
    package mutating func suffix(_ count: Int = 5) -> String {
        String((0..<count).map { _ in Self.alphabet[Int(next() % UInt64(Self.alphabet.count))] })
    }
}
