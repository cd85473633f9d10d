internal import Foundation
internal import ResourceModel
internal import Templating
internal import TestSupport
internal import Testing

struct DataValuesTests {
    private static let template = TemplateFile(
        path: "out.yml", text: "#@ load(\"@ytt:data\", \"data\")\n---\nvalues: #@ data.values\n")

    private func render(_ files: [(String, String)], plain: [(String, String)] = []) throws -> String {
        try Ytt.render(
            RenderRequest(
                files: files.map { TemplateFile(path: $0.0, text: $0.1) } + [Self.template],
                dataValuesFiles: plain.map { TemplateFile(path: $0.0, text: $0.1) })
        ).text
    }

    private func failure(_ files: [(String, String)], plain: [(String, String)] = []) -> String {
        do {
            return "rendered: \(try render(files, plain: plain))"
        } catch {
            return "\(error)"
        }
    }

    private static let schema = (
        "schema.yml",
        """
        #@data/values-schema
        ---
        host: ""
        port: 0
        #@schema/nullable
        note: ""
        #@schema/type any=True
        extra: {a: 1}
        #@schema/default ["one"]
        names:
        - ""
        #@schema/validation min=1, max=3
        count: 2
        nested:
          list:
          - key: ""
            size: 5

        """
    )

    @Test func schemaGivesTheDefaults() throws {
        #expect(
            try render([Self.schema]) == """
                values:
                  host: ""
                  port: 0
                  note: null
                  extra:
                    a: 1
                  names:
                  - one
                  count: 2
                  nested:
                    list: []

                """)
    }

    @Test func plainValuesAreMergedAndFilledIn() throws {
        let text = try render(
            [Self.schema],
            plain: [
                ("a.yml", "host: one\nnested:\n  list:\n  - key: x\n"), ("b.yml", "host: two\nextra: [1]\nnames: []\n"),
            ])
        #expect(
            text == """
                values:
                  host: two
                  port: 0
                  note: null
                  extra:
                  - 1
                  names: []
                  count: 2
                  nested:
                    list:
                    - key: x
                      size: 5

                """)
    }

    @Test func laterPlainValuesWinOverDataValuesFiles() throws {
        let values = ("values.yml", "#@data/values\n---\na: 1\nb:\n  c: [1, 2]\n  d: x\n")
        #expect(
            try render([values], plain: [("one.yml", "b:\n  c: [3]\nnew: true\n"), ("two.yml", "a: 2\n")])
                == "values:\n  a: 2\n  b:\n    c:\n    - 3\n    d: x\n  new: true\n")
    }

    @Test func namesAKeyThatIsNotInTheSchema() {
        #expect(
            failure(
                [("schema.yml", "#@data/values-schema\n---\ntap_install: \"\"\n")], plain: [("v.yml", "shared: 1\n")])
                    == """
                    Overlaying data values (in following order: additional data values): \

                    One or more data values were invalid
                    ====================================

                    Given data value is not declared in schema
                    v.yml:
                        |
                      1 | shared: 1
                        |

                        = found: shared
                        = expected: a map item with the key named "tap_install" (from schema.yml:2)


                    """)
    }

    @Test func namesAValueOfTheWrongType() {
        #expect(
            failure([Self.schema], plain: [("v.yml", "host: ok\nport: high\nprt: 1\n")])
                == """
                Overlaying data values (in following order: additional data values): \

                One or more data values were invalid
                ====================================

                Given data value is not declared in schema
                v.yml:
                    |
                  3 | prt: 1
                    |

                    = found: prt
                    = expected: one of { count, extra, host, names, nested, note, port } (from schema.yml:2)
                    = hint: did you mean "port"?

                v.yml:
                    |
                  2 | port: high
                    |

                    = found: string
                    = expected: integer (by schema.yml:4)


                """)
    }

    @Test func aDefaultOfTheWrongTypeIsShownAtItsAnnotation() {
        let schema = "#@data/values-schema\n---\n#@schema/default [{\"size\": 1}]\nname: text\n"
        let message = failure([("schema.yml", schema)])
        #expect(
            message.contains(
                """
                schema.yml:
                    |
                  3 | #@schema/default [{"size": 1}]
                  4 | name: text
                    |

                    = found: array (at schema.yml:3)
                    = expected: string (by schema.yml:4)
                """), "\(message)")
    }

    @Test func rulesOfTheSchemaAreChecked() {
        #expect(
            failure([Self.schema], plain: [("v.yml", "count: 7\n")])
                == """
                Validating final data values:
                  count
                    from: v.yml:1
                    - must be: a value <= 3 (by: schema.yml:12)
                      found: value > 3


                """)
    }

    @Test func plainValuesMustBePlain() {
        #expect(failure([], plain: [("v.yml", "#@ a = 1\nb: 1\n")]).contains("Expected to be plain YAML"))
    }

    @Test func valuesFilesHoldValuesOnly() {
        let text = failure([("values.yml", "#@data/values\n---\na: 1\n---\nkind: ConfigMap\n")])
        #expect(text.contains("Expected data values file 'values.yml' to only have data values documents"))
    }

    @Test func errorsOfLoadedFilesTellBothPlaces() {
        let text = failure([
            (
                "lib.star",
                "load(\"@ytt:assert\", \"assert\")\n\ndef check():\n  assert.fail(\"no host\")\nend\n\ncheck()\n"
            ),
            ("a.yml", "#@ load(\"lib.star\", \"check\")\n---\na: 1\n"),
        ])
        #expect(
            text == """

                - cannot load lib.star: Evaluating starlark template:\u{20}
                    in <toplevel>
                      a.yml:1 | #@ load("lib.star", "check")

                    reason:
                     - assert.fail: fail: no host
                         in check
                           lib.star:4 |   assert.fail("no host")
                         in <toplevel>
                           lib.star:7 | check()
                """)
    }

    @Test(.enabled(if: TestData.exists("packages/harbor"), "no shared test data"))
    func harborTakesItsValuesPlainAsAPackageInstallGivesThem() throws {
        let fixture = try #require(try PackageFiles.fixture("harbor/2.6.3", "default"))
        let plain = TemplateFile(
            path: "values.yaml", text: fixture.text.replacing("#@data/values", with: "").replacing("---", with: ""))
        let files = try PackageFiles.files(in: "packages/harbor/2.6.3/bundle/config")
        let result = try Ytt.render(RenderRequest(files: files, dataValuesFiles: [plain]))
        #expect(result.text == (try TestData.text("rendered/harbor-2.6.3.yaml")))
    }

    @Test func anUnknownModuleIsNamed() {
        #expect(
            failure([("a.yml", "#@ load(\"@ytt:nothing\", \"nothing\")\n---\na: 1\n")])
                .contains("builtin ytt library does not have module 'nothing'"))
    }
}
