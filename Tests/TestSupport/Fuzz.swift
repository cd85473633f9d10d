internal import Foundation

/// Seeded random bytes for fuzz targets: SplitMix64, and the changes that make bad input out of good input.
package struct FuzzSource: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    package mutating func below(_ bound: Int) -> Int { bound <= 0 ? 0 : Int(next() % UInt64(bound)) }
    package mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
    package mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
    package mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) } }

    /// A few changes: bits, bytes, pieces left out, doubled, cut off, taken from another input, numbers at their ends.
    package mutating func changed(_ bytes: [UInt8], corpus: [[UInt8]] = []) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<(1 + below(5)) {
            guard !bytes.isEmpty else { return self.bytes(below(64)) }
            let at = below(bytes.count)
            switch below(8) {
            case 0: bytes[at] = UInt8(below(256))
            case 1: bytes[at] ^= 1 << UInt8(below(8))
            case 2: bytes.removeSubrange(at..<min(bytes.count, at + 1 + below(40)))
            case 3: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 1 + below(60))], at: at)
            case 4: bytes = Array(bytes.prefix(at))
            case 5: bytes.insert(contentsOf: self.bytes(1 + below(12)), at: at)
            case 6:
                let ends: [[UInt8]] = [
                    [UInt8](repeating: 0xFF, count: 9) + [1], [UInt8](repeating: 0xFF, count: 10), [0], [0x80], [0x7F],
                    Array("18446744073709551616".utf8), Array("-1".utf8), Array("1e999".utf8), [0xC0, 0x80], [0xF5],
                ]
                bytes.insert(contentsOf: pick(ends), at: at)
            default:
                guard let other = corpus.isEmpty ? nil : pick(corpus), !other.isEmpty else { continue }
                let from = below(other.count)
                bytes.insert(contentsOf: other[from..<min(other.count, from + 1 + below(80))], at: at)
            }
        }
        return bytes
    }
}

/// One fuzz target: so many inputs, or as many as `FLOTILLA_FUZZ_SECONDS` allow, from `FLOTILLA_FUZZ_SEED` on.
///
/// With `FLOTILLA_FUZZ_NOTE=FILE` the seed of each input is written down before it is tried, so that a trap names it.
package struct FuzzTarget: Sendable {
    package struct Growth: Error, CustomStringConvertible {
        package var description: String
    }

    private let name: String
    private let rounds: Int
    private static let environment = ProcessInfo.processInfo.environment

    package init(_ name: String, rounds: Int) {
        self.name = name
        self.rounds = rounds
    }

    private static func residentMebibytes() -> Int {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        let fields = text.split(separator: " ")
        return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) / 256
    }

    /// - Throws: what `body` throws; `Growth` when inputs leave memory behind; and when one input takes half a minute.
    package func run(_ body: (inout FuzzSource) async throws -> Void) async throws {
        let first = Self.environment["FLOTILLA_FUZZ_SEED"].flatMap(UInt64.init) ?? 1
        let seconds = Self.environment["FLOTILLA_FUZZ_SECONDS"].flatMap(Double.init)
        let note = Self.environment["FLOTILLA_FUZZ_NOTE"]
        let clock = ContinuousClock()
        let end = clock.now.advanced(by: .milliseconds(Int64((seconds ?? 0) * 1000)))
        var count = 0
        var begun = 0
        while seconds == nil ? count < rounds : clock.now < end {
            let seed = first &* 1_000_003 &+ UInt64(count)
            if let note { try? "\(name) \(seed)".write(toFile: note, atomically: false, encoding: .utf8) }
            var source = FuzzSource(seed: seed)
            let before = clock.now
            try await body(&source)
            // A body that never waits would keep its thread: on two cores the other targets, and the server that one of
            // them talks to, would stand still for as long as this one runs.
            await Task.yield()
            guard clock.now - before < .seconds(30) else {
                throw Growth(description: "\(name): input \(seed) took \(clock.now - before)")
            }
            count += 1
            if count == 2_000 { begun = Self.residentMebibytes() }
        }
        let grown = count > 2_000 ? Self.residentMebibytes() - begun : 0
        if seconds != nil { print("fuzz target \(name): \(count) inputs, memory \(grown) MiB more") }
        // What an allocator keeps is far below this; what every input leaves behind is not.
        if count > 20_000, grown > 240 { throw Growth(description: "\(name): memory grew by \(grown) MiB") }
    }
}
