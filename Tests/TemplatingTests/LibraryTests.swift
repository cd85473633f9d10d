internal import Templating
internal import Testing

/// Libraries in `_ytt_lib`: values, schemas, exports, references, and what is refused.
struct LibraryTests {
    struct Case: Sendable {
        var name: String
        var files: [(String, String)]
        var output: String?
        var error: String?
    }

    private static let loads = "#@ load(\"@ytt:template\", \"template\")\n#@ load(\"@ytt:library\", \"library\")\n"
    private static let data = "#@ load(\"@ytt:data\", \"data\")\n"
    private static let replaced = "--- #@ template.replace(library.get(\"db\").eval())\n"
    private static let database: [(String, String)] = [
        ("_ytt_lib/db/values.yml", "#@data/values\n---\nsize: 1\nname: small\n"),
        ("_ytt_lib/db/config.yml", data + "size: #@ data.values.size\nname: #@ data.values.name\n"),
    ]

    static let cases: [Case] = [
        Case(name: "evaluates", files: database + [("a.yml", loads + replaced)], output: "size: 1\nname: small\n"),
        Case(
            name: "takes values in order",
            files: database + [
                (
                    "a.yml",
                    loads
                        + "#@ db = library.get(\"db\").with_data_values({\"size\": 2})\n"
                        + "#@ db = db.with_data_values({\"size\": 3})\n"
                        + "--- #@ template.replace(db.eval())\n" + replaced
                )
            ], output: "size: 3\nname: small\n---\nsize: 1\nname: small\n"),
        Case(
            name: "values by reference, below and above what the module gives",
            files: database + [
                (
                    "v.yml",
                    "#@library/ref \"@db~main\"\n#@data/values\n---\nsize: 5\nname: below\n"
                        + "#@library/ref \"@~main\"\n#@data/values after_library_module=True\n---\nname: above\n"
                ),
                (
                    "a.yml",
                    loads + "#@ db = library.get(\"db\", alias=\"main\").with_data_values({\"size\": 7})\n"
                        + "--- #@ template.replace(db.eval())\n"
                ),
            ], output: "size: 7\nname: above\n"),
        Case(
            name: "exports",
            files: database + [
                (
                    "_ytt_lib/db/f.star",
                    "load(\"@ytt:data\", \"data\")\ndef f(x):\n  return [x, data.values.size]\nend\n"
                ),
                ("a.yml", loads + "a: #@ library.get(\"db\").with_data_values({\"size\": 9}).export(\"f\")(\"q\")\n"),
            ], output: "a:\n- q\n- 9\n"),
        Case(
            name: "data_values",
            files: database + [("a.yml", loads + "a: #@ library.get(\"db\").data_values().name\n")],
            output: "a: small\n"),
        Case(
            name: "libraries within libraries",
            files: [
                ("a.yml", loads + "--- #@ template.replace(library.get(\"outer\").eval())\n"),
                ("v.yml", "#@library/ref \"@outer@inner\"\n#@data/values\n---\nx: from above\n"),
                ("_ytt_lib/outer/c.yml", loads + "--- #@ template.replace(library.get(\"inner\").eval())\n"),
                ("_ytt_lib/outer/_ytt_lib/inner/v.yml", "#@data/values\n---\nx: own\n"),
                ("_ytt_lib/outer/_ytt_lib/inner/c.yml", data + "x: #@ data.values.x\n"),
            ], output: "x: from above\n"),
        Case(
            name: "schema by reference and by call",
            files: [
                (
                    "a.yml",
                    loads + "#@ def more():\n#@overlay/match missing_ok=True\nthird: 3\n#@ end\n"
                        + "#@ lib = library.get(\"s\").with_data_values_schema(more())\n"
                        + "--- #@ template.replace(lib.with_data_values({\"third\": 4}).eval())\n"
                ),
                (
                    "r.yml",
                    "#@library/ref \"@s\"\n#@data/values-schema\n---\n#@overlay/match missing_ok=True\nsecond: 2\n"
                ),
                ("_ytt_lib/s/schema.yml", "#@data/values-schema\n---\nfirst: 1\n"),
                ("_ytt_lib/s/c.yml", data + "all: #@ data.values\n"),
            ], output: "all:\n  first: 1\n  second: 2\n  third: 4\n"),
        Case(
            name: "options of the library",
            files: [
                (
                    "a.yml",
                    loads + "--- #@ template.replace(library.get(\"o\", ignore_unknown_comments=True, "
                        + "implicit_map_key_overrides=True).eval())\n"
                ),
                ("_ytt_lib/o/c.yml", "# a comment\n#@ x = 1\na: 1\nb: #@ x\na: 2\n"),
            ], output: "b: 1\na: 2\n"),
        Case(
            name: "a file of a library by its root",
            files: [
                ("a.yml", "#@ load(\"@p/q:sub/f.lib.yml\", \"f\")\na: #@ f()\n"),
                ("_ytt_lib/p/q/sub/f.lib.yml", "#@ load(\"/top.star\", \"t\")\n#@ def f():\nx: #@ t\n#@ end\n"),
                ("_ytt_lib/p/q/top.star", "t = \"top\"\n"),
            ], output: "a:\n  x: top\n"),
        Case(
            name: "a reference nobody takes",
            files: database + [
                ("v.yml", "#@library/ref \"@other\"\n#@data/values\n---\nsize: 1\n"), ("a.yml", loads + replaced),
            ],
            error:
                "Expected all provided library data values documents to be used but found unused: Data Value belonging "
                + "to library '@other' on line v.yml:3"),
        Case(
            name: "two exports of one name",
            files: [
                ("a.yml", loads + "a: #@ library.get(\"e\").export(\"f\")\n"),
                ("_ytt_lib/e/a.lib.yml", "#@ def f(): return 1\n"), ("_ytt_lib/e/b.lib.yml", "#@ def f(): return 2\n"),
            ], error: "found multiple across files: a.lib.yml, b.lib.yml"),
        Case(
            name: "an error inside names the library and the file",
            files: [
                ("a.yml", loads + "--- #@ template.replace(library.get(\"bad\").eval())\n"),
                ("_ytt_lib/bad/c.yml", "a: #@ 1 + None\n"),
            ], error: "- library.eval: Evaluating library 'bad': "),
        Case(name: "no private folder", files: [("a.yml", loads + replaced)], error: "Could not find private library"),
        Case(
            name: "an empty alias", files: [("v.yml", "#@library/ref \"@db~\"\n#@data/values\n---\na: 1\n")],
            error: "Expected library alias to not be empty"),
        Case(
            name: "an annotation in the wrong place", files: [("v.yml", "---\n#@data/values\na: 1\n")],
            error: "Found @data/values on map item (v.yml:3); only documents (---) can be annotated with @data/values"),
    ]

    @Test(arguments: cases.indices)
    func rendersAsYttDoes(index: Int) throws {
        let item = Self.cases[index]
        let request = RenderRequest(files: item.files.map { TemplateFile(path: $0.0, text: $0.1) })
        do {
            let result = try Ytt.render(request)
            #expect(result.text == item.output, "\(item.name)")
        } catch {
            let wanted = try #require(item.error, "\(item.name): \(error)")
            #expect(error.message.contains(wanted), "\(item.name): \(error)")
        }
    }

    @Test func fileMarksChangeWhatAFileIs() throws {
        let files = [
            ("a.yml", "a: 1 #@ 2\n"), ("dir/b.txt", "b: #@ 1 + 1\n"), ("dir/c.yml", "c: 3\n"), ("d.yml", "d: 4\n"),
        ].map { TemplateFile(path: $0.0, text: $0.1) }
        let marked = try Ytt.render(
            RenderRequest(
                files: files,
                fileMarks: ["a.yml:type=yaml-plain", "dir/*.txt:type=yaml-template", "d.yml:exclude=true"]))
        #expect(marked.text == "a: 1\n---\nb: 2\n---\nc: 3\n")
        let only = try Ytt.render(
            RenderRequest(files: files, fileMarks: ["**/*.yml:type=yaml-plain", "dir/c.yml:exclusive-for-output=true"]))
        #expect(only.text == "c: 3\n")
        #expect(throws: TemplateError.self) {
            try Ytt.render(RenderRequest(files: files, fileMarks: ["nothing.yml:exclude=true"]))
        }
    }

    @Test func whatAFileMadeCannotBeChangedByAnother() throws {
        let files = [
            TemplateFile(
                path: "a.star", text: "numbers = [1]\nnames = {\"a\": 1}\ndef add():\n  numbers.append(2)\nend\n"),
            TemplateFile(path: "b.yml", text: "#@ load(\"a.star\", \"numbers\", \"add\")\na: #@ add()\n"),
        ]
        #expect {
            try Ytt.render(RenderRequest(files: files))
        } throws: {
            ($0 as? TemplateError)?.message.contains("append: cannot append to frozen list") ?? false
        }
    }

    @Test func aListDoesNotChangeWhileALoopRunsOverIt() {
        let template = "#@ list = [1]\n#@ for x in list:\n#@ list.append(x)\n#@ end\n"
        #expect {
            try Ytt.evaluate(TemplateFile(path: "a.yml", text: template), values: "{}")
        } throws: {
            ($0 as? TemplateError)?.message.contains("cannot append to list during iteration") ?? false
        }
    }

    @Test(arguments: [
        ("#@ load(\"a.star\", \"_x\")\na: 1\n", "load: names with leading underscores are not exported: _x"),
        ("#@ if True:\n#@ load(\"a.star\", \"x\")\n#@ end\na: 1\n", "load statement within a conditional"),
        ("#@ return 1\na: 1\n", "return statement not within a function"),
        ("#@ break\na: 1\n", "break not in a loop"),
        ("#@ def f(a, a):\n#@ end\nb: 1\n", "duplicate parameter: a"),
        ("a: #@ dict(a=1, a=2)\n", "keyword argument a repeated"),
        ("a: #@ max(key=len, [1])\n", "positional argument may not follow named"),
    ])
    func programsAreCheckedBeforeTheyRun(template: String, message: String) {
        #expect {
            try Ytt.evaluate(TemplateFile(path: "a.yml", text: template), values: "{}")
        } throws: {
            ($0 as? TemplateError)?.message.contains(message) ?? false
        }
    }
}
