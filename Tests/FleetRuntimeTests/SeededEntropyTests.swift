import FleetRuntime
import Testing

@Suite struct SeededEntropyTests {
    @Test func theSameSeedGivesTheSameNumbers() {
        let first = SeededEntropy(seed: 7)
        let second = SeededEntropy(seed: 7)
        #expect((0..<100).map { _ in first.next() } == (0..<100).map { _ in second.next() })
    }

    @Test func hexadecimalHasTwoDigitsPerByte() {
        #expect(SeededEntropy(seed: 1).hexadecimal(bytes: 5).count == 10)
    }
}
