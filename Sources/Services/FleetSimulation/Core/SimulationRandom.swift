/// The seed's numbers (SplitMix64). Each part of the simulation draws from its own stream, so that a change in one part
/// does not shift the numbers of another.
package struct SimulationRandom: Hashable, Sendable {
    private var state: UInt64

    package init(seed: UInt64, stream: String) {
        var mixed = TraceHash()
        mixed.mix(seed)
        mixed.mix(stream)
        state = mixed.value
    }

    /// The same for the same text, in every process.
    static func number(of text: String) -> UInt64 {
        var mixed = TraceHash()
        mixed.mix(text)
        return mixed.value
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Uniform in 0 ..< `bound`; 0 when the bound is.
    package mutating func below(_ bound: Int) -> Int { bound < 1 ? 0 : Int(next() % UInt64(bound)) }

    package mutating func number(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + below(range.upperBound - range.lowerBound + 1)
    }

    /// True in `percent` of 100 draws, in steps of a tenth.
    package mutating func chance(_ percent: Double) -> Bool { Double(next() % 1000) < percent * 10 }

    package mutating func milliseconds(_ range: ClosedRange<Int>) -> Duration { .milliseconds(number(range)) }

    package mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
}
