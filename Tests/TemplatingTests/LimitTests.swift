internal import Templating
internal import Testing

/// Templates come from packages: whatever they hold, rendering ends, with an error that names the limit.
struct LimitTests {
    private static let aliasBomb: String = {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1..<12 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        return text
    }()

    static let bombs: [(name: String, template: String, limit: String)] = [
        ("nested loops", "#@ for a in range(100000):\n#@ for b in range(100000):\n#@ c = a\n#@ end\n#@ end\n", "steps"),
        ("a large integer", "#@ x = 3\n#@ for i in range(40):\n#@ x = x * x\n#@ end\na: #@ x\n", "integerBits"),
        ("tuples within tuples", "#@ s = ()\n#@ for i in range(1000000):\n#@ s = (s,)\n#@ end\n", "tupleDepth"),
        (
            "fragments within fragments",
            "#@ def f(x):\nk: #@ x\n#@ end\n#@ s = 1\n#@ for i in range(20000):\n#@ s = f(s)\n#@ end\n", "yamlDepth"
        ),
        ("a huge range", "a: #@ list(range(1000000000))\n", "valueSize"),
        ("doubling strings", "#@ s = \"x\"\n#@ for i in range(100):\n#@ s = s + s\n#@ end\na: #@ s\n", "valueSize"),
        ("a repeated string", "a: #@ \"abc\" * 1000000000\n", "valueSize"),
        ("doubling lists", "#@ s = [1]\n#@ for i in range(100):\n#@ s += s\n#@ end\n", "valueSize"),
        ("endless recursion", "#@ def f(x):\n#@ return f(x + 1)\n#@ end\na: #@ f(1)\n", "callDepth"),
        ("deep code", "a: #@ " + String(repeating: "(", count: 5000) + "\n", "codeDepth"),
        ("deep flow YAML", "a: " + String(repeating: "[", count: 5000) + "\n", "yamlDepth"),
        (
            "deep block YAML",
            (0..<1000).map { String(repeating: " ", count: $0) + "a:\n" }.joined(), "yamlDepth"
        ),
        ("deep dashes", String(repeating: "- ", count: 5000) + "a\n", "yamlDepth"),
        (
            "a bomb of aliases", Self.aliasBomb, "aliasNodes"
        ),
        ("nested values", "#@ s = []\n#@ for i in range(10000):\n#@ s = [s]\n#@ end\na: #@ s\n", "yamlDepth"),
        (
            "a tree that shares itself",
            "#@ def f(v):\na: #@ v\nb: #@ v\n#@ end\n#@ x = 1\n#@ for i in range(60):\n#@ x = f(x)\n#@ end\nc: #@ x\n",
            "steps"
        ),
        (
            "a dict that shares itself",
            "#@ x = 1\n#@ for i in range(60):\n#@ x = [x, x]\n#@ end\nc: #@ x\n", "nodes"
        ),
        (
            "a chain of operators", "a: #@ 1" + String(repeating: "+1", count: 100_000) + "\n", "codeDepth"
        ),
        (
            "a chain of calls", "a: #@ f" + String(repeating: "()", count: 100_000) + "\n", "codeDepth"
        ),
        ("many nots", "a: #@ " + String(repeating: "not ", count: 100_000) + "1\n", "codeDepth"),
        ("many signs", "a: #@ " + String(repeating: "-", count: 100_000) + "1\n", "codeDepth"),
        (
            "deep expressions in deep calls",
            "#@ def f(x):\n#@ return " + String(repeating: "[", count: 150) + "f(x)"
                + String(repeating: "]", count: 150)
                + "\n#@ end\na: #@ f(1)\n", "expressionDepth"
        ),
        (
            "a long sum", "a: #@ 1" + String(repeating: "+1", count: 1500) + "\n", "expressionDepth"
        ),
        (
            "a slow match",
            "#@ load(\"@ytt:regexp\", \"regexp\")\na: #@ regexp.match(\"(a?){900}x\", \"a\" * 1000000)\n", "regexpWork"
        ),
        (
            "dotted keys",
            "#@ load(\"@ytt:toml\", \"toml\")\na: #@ toml.decode(\"a\" + \".a\" * 100000 + \"=1\")\n", "tomlDepth"
        ),
        (
            "a list in itself", "#@ s = []\n#@ s.append(s)\na: #@ s\n", "yamlDepth"
        ),
        (
            "a large expression",
            "#@ load(\"@ytt:regexp\", \"regexp\")\na: #@ regexp.match(\"((a{1000}){1000}){1000}\", \"a\")\n",
            "regexpSize"
        ),
    ]

    @Test(arguments: bombs.indices)
    func endsWithTheLimitsName(index: Int) {
        let bomb = Self.bombs[index]
        var limits = RenderLimits()
        limits.steps = 200_000
        do {
            _ = try Ytt.evaluate(
                TemplateFile(path: "bomb.yml", text: bomb.template), values: "{}", limits: limits)
            Issue.record("\(bomb.name): rendered")
        } catch {
            #expect(error.message.contains("limit '\(bomb.limit)'"), "\(bomb.name): \(error.message.prefix(300))")
        }
    }

    @Test func expressionsWithManyWaysToFailEndSoon() throws {
        let text = String(repeating: "a", count: 2000) + "!"
        let result = try Ytt.evaluate(
            TemplateFile(
                path: "a.yml",
                text: "#@ load(\"@ytt:regexp\", \"regexp\")\na: #@ regexp.match(\"^(a+)+$\", \"\(text)\")\n"),
            values: "{}")
        #expect(result.text == "a: false\n")
    }

    @Test func comparesAndPrintsWhatSharesItself() throws {
        let code = """
            #@ x = 1
            #@ y = 1
            #@ for i in range(40):
            #@ x = [x, x]
            #@ y = [y, y]
            #@ end

            """
        let printed = try Ytt.evaluate(
            TemplateFile(path: "a.yml", text: code + "a: #@ len(str(x)) > 1000\n"), values: "{}")
        #expect(printed.text == "a: true\n")
        #expect { try Ytt.evaluate(TemplateFile(path: "a.yml", text: code + "a: #@ x == y\n"), values: "{}") } throws: {
            "\($0)".contains("comparison exceeded")
        }
    }

    @Test func countsFilesAndBytes() {
        var request = RenderRequest(files: [
            TemplateFile(path: "a.yml", text: "a: 1\n"), TemplateFile(path: "b.yml", text: "b: 1\n"),
        ])
        request.limits.files = 1
        #expect { try Ytt.render(request) } throws: { "\($0)".contains("'files'") }
        request.limits = RenderLimits()
        request.limits.totalBytes = 5
        #expect { try Ytt.render(request) } throws: { "\($0)".contains("'totalBytes'") }
    }

    /// Letting go of values takes no more stack than making them did.
    @Test(arguments: ["[s]", "{1: s}", "{1: [(s, 1)]}", "[[s], 1]"])
    func valuesNestedWithoutEndAreLetGoOf(value: String) throws {
        let template = "#@ s = []\n#@ for i in range(300000):\n#@ s = \(value)\n#@ end\na: 1\n"
        #expect(try Ytt.evaluate(TemplateFile(path: "a.yml", text: template), values: "{}").text == "a: 1\n")
    }

    @Test func filesThatLoadEachOtherInALongChainAreRefused() {
        var files = (0..<200).map {
            TemplateFile(path: "f\($0).star", text: "load(\"f\($0 + 1).star\", \"x\")\ny = x\n")
        }
        files.append(TemplateFile(path: "f200.star", text: "x = 1\n"))
        #expect {
            try Ytt.render(RenderRequest(files: files))
        } throws: {
            ($0 as? TemplateError)?.message.contains("(limit 'loadDepth')") ?? false
        }
    }

    @Test func aLibraryUsedWithoutEndIsStopped() {
        let files = [
            TemplateFile(
                path: "a.yml",
                text: "#@ load(\"@ytt:library\", \"library\")\n#@ for i in range(1000000):\n"
                    + "#@ library.get(\"l\").eval()\n#@ end\n"),
            TemplateFile(
                path: "_ytt_lib/l/c.yml", text: String(repeating: "# a long comment\n", count: 4_000) + "a: 1\n"),
        ]
        #expect {
            try Ytt.render(RenderRequest(files: files))
        } throws: {
            ($0 as? TemplateError)?.message.contains("(limit 'steps')") ?? false
        }
    }
}
