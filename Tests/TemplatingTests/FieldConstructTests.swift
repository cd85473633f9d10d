import Templating
import Testing

/// Constructs that packages of the field use and ytt's own cases do not.
struct FieldConstructTests {
    private static func render(_ files: [String: String]) throws(TemplateError) -> String {
        try Ytt.render(RenderRequest(files: files.map { TemplateFile(path: $0.key, text: $0.value) })).text
    }

    @Test func anAnnotationBeforeALoopIsThatOfEveryTurn() throws {
        let base = "spec:\n  env:\n  - {name: X, value: \"0\"}\n  args: [server, --features=]\n"
        let overlay = """
            #@ load("@ytt:overlay", "overlay")
            #@overlay/match by=overlay.all
            ---
            spec:
              env:
              #@overlay/match by="name", missing_ok=True
              #@ if True:
              #@ for name in ["X", "Z"]:
              - name: #@ name
                value: "1"
              #@ end
              #@ end
              args:
                #@overlay/append
                - --more
                #@overlay/match by=overlay.subset("--features=")
                - #@ "--features=" + "CSI"
            """
        #expect(
            try Self.render(["base.yml": base, "overlay.yml": overlay])
                == """
                spec:
                  env:
                  - name: X
                    value: "1"
                  - name: Z
                    value: "1"
                  args:
                  - server
                  - --features=CSI
                  - --more

                """)
    }

    @Test func aTextTemplateIsALibraryOfFunctions() throws {
        let library =
            "\n(@ def conf(user): -@)\n[Global]\nuser = \"(@=user.replace(\"\\\"\", \"\\\\\\\"\") @)\"\n(@ end -@)\n"
        let main = """
            #@ load("/conf.lib.txt", "conf")
            #@yaml/text-templated-strings
            conf.(@= "x" @): #@ conf('a"b')
            """
        #expect(
            try Self.render(["conf.lib.txt": library, "sub/main.yml": main])
                == "conf.x: |\n  [Global]\n  user = \"a\\\"b\"\n")
    }

    @Test func overlaysAreAppliedOverFunctionsWithTemplatedKeys() throws {
        let main = """
            #@ load("@ytt:overlay", "overlay")
            #@ def base():
            metadata: {name: a}
            selector: {arch: amd64}
            data:
            #@ end
            #@ def change(key, value):
            metadata:
              name: #@ "a-{}".format(value)
            selector:
              #@overlay/match missing_ok=True
              #@yaml/text-templated-strings
              (@= key @): #@ value
            #@overlay/match-child-defaults missing_ok=True
            data:
              config.json: "{}"
            #@ end
            --- #@ overlay.apply(base(), change("k:v".rsplit(":")[0], "k:v".rsplit(":")[1]))
            """
        #expect(
            try Self.render(["main.yml": main])
                == "metadata:\n  name: a-v\nselector:\n  arch: amd64\n  k: v\ndata:\n  config.json: '{}'\n")
    }
}
