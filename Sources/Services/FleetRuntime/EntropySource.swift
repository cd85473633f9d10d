/// Randomness that a simulation can seed: ids, tokens, jitter.
package protocol EntropySource: Sendable {
    /// Sixty-four random bits. Real implementations draw from the system's generator.
    func next() -> UInt64
}

extension EntropySource {
    /// `count` random bytes in lower-case hexadecimal: 2 × `count` characters.
    package func hexadecimal(bytes count: Int) -> String {
        var text = ""
        while text.count < count * 2 {
            let word = String(next(), radix: 16)
            text += String(repeating: "0", count: 16 - word.count) + word
        }
        return String(text.prefix(count * 2))
    }

    /// Uniform in 0 ..< `bound` (bias below 2⁻³² for bounds up to 2³²).
    package func below(_ bound: UInt64) -> UInt64 { bound == 0 ? 0 : next() % bound }
}

/// The system's generator.
package struct SystemEntropy: EntropySource {
    package init() {}
    package func next() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }
}
