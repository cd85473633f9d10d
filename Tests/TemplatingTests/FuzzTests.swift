internal import Foundation
internal import Templating
internal import TestSupport
internal import Testing

/// Broken and random input ends in output or in an error, never in a trap, a hang or growth.
///
/// A few hundred inputs by default; `FLOTILLA_FUZZ_SECONDS` runs each target for that long, `FLOTILLA_FUZZ_SEED`
/// chooses other inputs.
struct FuzzTests {
    private static func number(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap(UInt64.init)
    }

    private static let limits: RenderLimits = {
        var limits = RenderLimits()
        limits.steps = 200_000
        limits.nodes = 100_000
        limits.valueSize = 1 << 18
        return limits
    }()

    /// Templates of ytt's suites and of packages; a few lines of our own when there is no test data.
    private static let corpus: [String] = {
        var texts = [
            "a: 1\nb:\n- x\n- y: [1, 2]\n", "#@ def f(x):\nk: #@ x\n#@ end\na: #@ f(1)\n",
            "#@ load(\"@ytt:overlay\", \"overlay\")\n#@overlay/match by=overlay.all\n---\na: 1\n", "x (@= 1 @) y\n",
        ]
        guard let root = TestData.root, let walker = FileManager.default.enumerator(atPath: root.path) else {
            return texts
        }
        for case let name as String in walker {
            let suffixes = [".tpltest", ".txt", ".yaml", ".yml", ".star"]
            guard suffixes.contains(where: name.hasSuffix), let text = try? TestData.text(name) else { continue }
            texts.append(String(text.prefix(4_000)))
        }
        return texts
    }()

    private static func residentPages() -> Int {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        let fields = text.split(separator: " ")
        return fields.count > 1 ? Int(fields[1]) ?? 0 : 0
    }

    private func run(_ salt: UInt64, iterations: Int, _ body: (inout FuzzSource) -> String) {
        var source = FuzzSource(seed: (Self.number("FLOTILLA_FUZZ_SEED") ?? 1) &* 1_000_003 &+ salt)
        let clock = ContinuousClock()
        let seconds = Self.number("FLOTILLA_FUZZ_SECONDS")
        let end = clock.now.advanced(by: .seconds(Int(seconds ?? 0)))
        var count = 0
        var pages = 0
        while seconds == nil ? count < iterations : clock.now < end {
            let before = clock.now
            let input = body(&source)
            let took = clock.now - before
            if took > .seconds(30) { Issue.record("one input took \(took):\n\(input)") }
            count += 1
            if count == 2_000 { pages = Self.residentPages() }
        }
        // What an allocator keeps is far below this; what every input leaves behind is not.
        if pages > 0, count > 20_000 {
            let grown = Self.residentPages() - pages
            if grown > 60_000 { Issue.record("memory grew by \(grown) pages over \(count) inputs") }
        }
        if seconds != nil { print("fuzz target \(salt): \(count) inputs") }
    }

    @Test func readsAnyYAMLAndPrintsWhatItWouldReadAgain() {
        run(1, iterations: 300) { source in
            let text = source.chance(50) ? source.yaml() : source.mutated(source.pick(Self.corpus), of: Self.corpus)
            let plain = text.split(separator: "\n", omittingEmptySubsequences: false)
                .filter { !$0.contains("#@") && !$0.contains("#!") }.joined(separator: "\n")
            func printed(_ text: String) -> String? {
                let file = TemplateFile(path: "a.yml", text: text)
                return try? Ytt.render(RenderRequest(files: [file], limits: Self.limits)).text
            }
            if let first = printed(plain) {
                let second = printed(first)
                // A negative zero is printed as Go does, `-0`, and that reads as the integer 0, as in ytt.
                let expected = first.replacing(/(\s|^)-0(?=\s|$)/) { "\($0.output.1)0" }
                if second != first, second != expected {
                    Issue.record("printed:\n\(first)\nand then:\n\(second ?? "nothing")\nfrom:\n\(plain)")
                }
            }
            return plain
        }
    }

    @Test func evaluatesAnyTemplate() {
        run(2, iterations: 300) { source in
            let text = source.chance(50) ? source.template() : source.mutated(source.pick(Self.corpus), of: Self.corpus)
            let isText = source.chance(15)
            let file = TemplateFile(path: "a", text: text, markedAs: isText ? .textTemplate : .yamlTemplate)
            _ = try? Ytt.evaluate(file, values: "a: 1\nlist: [1, 2]\n", validating: true, limits: Self.limits)
            return text
        }
    }

    @Test func rendersAnyFolder() {
        let names = [
            "a.yml", "b/values.yml", "schema.yml", "c.lib.yml", "d.star", "e.txt", "_ytt_lib/l/f.yml",
            "_ytt_lib/l/g.star",
        ]
        run(3, iterations: 150) { source in
            var files: [TemplateFile] = []
            for _ in 0...source.below(4) {
                var text =
                    source.chance(30) ? source.template() : source.mutated(source.pick(Self.corpus), of: Self.corpus)
                if source.chance(20) { text = "#@data/values\n---\n" + source.yaml(depth: 2) + "\n" }
                if source.chance(10) { text = "#@data/values-schema\n---\n" + source.yaml(depth: 2) + "\n" }
                files.append(TemplateFile(path: source.pick(names), text: text))
            }
            let values = source.chance(30) ? [TemplateFile(path: "v.yml", text: source.yaml(depth: 2))] : []
            _ = try? Ytt.render(
                RenderRequest(
                    files: files, dataValuesFiles: values, ignoreUnknownComments: source.chance(50), limits: Self.limits
                ))
            return files.map { "\($0.path):\n\($0.text)" }.joined(separator: "\n")
        }
    }
}
