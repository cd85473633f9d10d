internal import Foundation
internal import Templating
internal import TestSupport
internal import Testing

/// Broken files are refused; nothing a file holds may stop the process.
@Suite(.enabled(if: TestData.exists("ytt"), "no shared test data"))
struct BrokenInputTests {
    /// A small generator with a seed, so that a failure can be had again.
    struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    private static let pieces: [String] = [
        "[", "]", "{", "}", "(", ")", "@)", "(@", "#@ ", "#@ end\n", "---\n", "- ", ": ", "|", ">", "\"", "'", "&a ",
        "*a",
        "!!int ", "\n", "  ", "\t", "<<: ", "\\", "\\u", "%", "é", "😀",
        "#@overlay/match by=\"a\"\n", "#@ def f():\n",
        "? ",
        "...\n", "0x", "1e9", "-", ",", "#", "\u{0}", "lambda", "for", "not", "in", ".", "=", "**", "//",
    ]

    @Test(arguments: 0..<40)
    func brokenTemplatesAreErrors(seed: Int) throws {
        var generator = Generator(state: UInt64(seed) &* 7919 &+ 17)
        var limits = RenderLimits()
        limits.steps = 20_000
        for name in TemplateCaseTests.cases where Int.random(in: 0..<8, using: &generator) == 0 {
            let text = try TestData.text("ytt/\(name)").components(separatedBy: "\n+++").first ?? ""
            let isText = name.hasSuffix(".txt")
            var bytes = Array(text.utf8)
            for _ in 0..<Int.random(in: 1...6, using: &generator) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes.remove(at: place)
                case 1:
                    bytes.insert(
                        contentsOf: Array((Self.pieces.randomElement(using: &generator) ?? "").utf8), at: place)
                case 2:
                    bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...20, using: &generator)))
                default: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                }
            }
            let broken = String(decoding: bytes, as: UTF8.self)
            _ = try? Ytt.evaluate(
                TemplateFile(path: "stdin", text: broken, markedAs: isText ? .textTemplate : .yamlTemplate),
                values: TemplateCaseTests.values, validating: true, limits: limits)
        }
    }
}
