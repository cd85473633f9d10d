import ResourceModel
import Templating
import Testing

/// Output and messages as Go's `text/template` has them.
struct GoTemplateTests {
    static let data = GoValue([
        "service": ["namespace": "svc-velero-domain-c8", "prefix": "velero-domain-c8"],
        "Values": ["registryName": "registry.example.com", "count": "3", "empty": ""],
        "list": ["a", "b", "c"], "map": ["x": 1, "y": 2], "number": 5, "yes": true, "half": 0.5,
    ])

    static func render(_ text: String) throws -> String {
        try GoTemplate(name: "operator.yaml", text: text).render(data)
    }

    @Test(arguments: [
        ("plain text {no} action", "plain text {no} action"),
        ("{{ .service.namespace }}", "svc-velero-domain-c8"),
        ("{{.Values.missing}}|{{.Values.missing.deeper}}", "<no value>|<no value>"),
        ("{{ if .Values.registryName }}a{{ else }}b{{ end }}", "a"),
        ("{{ if .Values.empty }}a{{ else if eq .Values.count \"3\" }}c{{ else }}b{{ end }}", "c"),
        ("a \n {{- /* gone */ -}} \n b", "ab"),
        ("{{ range .list }}{{ . }},{{ end }}", "a,b,c,"),
        ("{{ range $i, $e := .list }}{{ $i }}={{ $e }} {{ end }}", "0=a 1=b 2=c "),
        ("{{ range $k, $v := .map }}{{ $k }}{{ $v }}{{ else }}none{{ end }}", "x1y2"),
        ("{{ range .Values.missing }}x{{ else }}none{{ end }}", "none"),
        ("{{ range .list }}{{ if eq . \"b\" }}{{ continue }}{{ end }}{{ . }}{{ end }}", "ac"),
        ("{{ range .list }}{{ if eq . \"b\" }}{{ break }}{{ end }}{{ . }}{{ end }}", "a"),
        ("{{ range $i := 3 }}{{ $i }}{{ end }}", "012"),
        ("{{ with .Values }}{{ .count }}{{ end }}{{ with .nothing }}x{{ else }}y{{ end }}", "3y"),
        ("{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ $x := 7 }}{{ end }}{{ $x }}", "2"),
        ("{{ define \"t\" }}[{{ . }}]{{ end }}{{ template \"t\" .number }}{{ template \"t\" }}", "[5][<no value>]"),
        ("{{ block \"b\" .list }}{{ len . }}{{ end }}", "3"),
        ("{{ .list | len | printf \"%03d\" }}", "003"),
        ("{{ (index .list 1) }}{{ index .map \"y\" }}{{ slice \"abcdef\" 1 3 }}", "b2bc"),
        ("{{ (.service).prefix }}{{ $.number }}", "velero-domain-c85"),
        (
            "{{ printf \"%q %v %-4s| %5.2f %x %t\" \"a\\\"b\" .list \"x\" .half 255 .yes }}",
            "\"a\\\"b\" [a b c] x   |  0.50 ff true"
        ),
        ("{{ printf \"%d %s\" \"x\" }}", "%!d(string=x) %!s(MISSING)"),
        ("{{ print 1 2 \"a\" \"b\" 3 }}|{{ println \"x\" 1 }}", "1 2ab3|x 1\n"),
        ("{{ html \"<a href='x'>&\\\"\" }}", "&lt;a href=&#39;x&#39;&gt;&amp;&#34;"),
        ("{{ js \"it's <b>\" }} {{ urlquery \"a b&c\" }}", "it\\'s \\u003Cb\\u003E a+b%26c"),
        ("{{ and 1 0 }}{{ and 1 \"x\" }}{{ or 0 \"\" \"z\" }}{{ not 0 }}", "0xztrue"),
        (
            "{{ eq 1 2 1 }}{{ ne \"a\" \"b\" }}{{ lt 1 2 }}{{ le 2 2 }}{{ gt 1 2 }}{{ ge 2 2 }}",
            "truetruetruetruefalsetrue"
        ),
        ("{{ eq .Values.missing \"a\" }}", "false"),
        ("{{ `raw \"text\"` }}{{ 'a' }}{{ 0x10 }}{{ 1_000 }}{{ 1.5 }}", "raw \"text\"97161000" + "1.5"),
        ("{{ or .Values.missing \"docker.io\" | printf \"%s/velero\" }}", "docker.io/velero"),
        ("{{ .Values.missing | default \"docker.io\" | quote }}", "\"docker.io\""),
        (
            "{{printf \"{\\\"auths\\\": {\\\"%s\\\": \\\"%s\\\"}}\" .Values.registryName (printf \"%s:%s\" \"u\" \"p\" | b64enc) | b64enc}}",
            "eyJhdXRocyI6IHsicmVnaXN0cnkuZXhhbXBsZS5jb20iOiAiZFRwdyJ9fQ=="
        ),
        ("x:{{ \"a\\nb\" | nindent 2 }}", "x:\n  a\n  b"),
    ])
    func printsWhatGoPrints(_ text: String, _ wanted: String) throws {
        #expect(try Self.render(text) == wanted)
    }

    @Test(arguments: [
        ("a\n{{ if .x }}", "template: operator.yaml:2: unexpected EOF"),
        ("{{ end }}", "template: operator.yaml:1: unexpected {{end}}"),
        ("\n\n{{ .Values.x | toYaml }}", "template: operator.yaml:3: function \"toYaml\" not defined"),
        ("{{ $x }}", "template: operator.yaml:1: undefined variable \"$x\""),
        ("{{ if }}{{ end }}", "template: operator.yaml:1: missing value for if"),
        ("{{ .x ", "template: operator.yaml:1: unclosed action"),
        ("{{ \"abc }}", "template: operator.yaml:1: unterminated quoted string"),
        ("{{ .x | 3 }}", "template: operator.yaml:1: non executable command in pipeline stage 2"),
        ("{{ break }}", "template: operator.yaml:1: {{break}} outside {{range}}"),
        ("{{ (1 }}", "template: operator.yaml:1: unclosed left paren"),
        ("{{ .Values.a, }}", "template: operator.yaml:1: unexpected \",\" in operand"),
        ("{{/* x }}", "template: operator.yaml:1: unclosed comment"),
        (
            "{{ .Values.count.deeper }}",
            "template: operator.yaml:1:10: executing \"operator.yaml\" at <.Values.count.deeper>: "
                + "can't evaluate field deeper in type interface {}"
        ),
        (
            "a\n  {{ len .number }}",
            "template: operator.yaml:2:5: executing \"operator.yaml\" at <len .number>: error calling len: "
                + "len of type int"
        ),
        (
            "{{ index .list 7 }}",
            "template: operator.yaml:1:3: executing \"operator.yaml\" at <index .list 7>: error calling index: "
                + "index out of range: 7"
        ),
        (
            "{{ template \"nowhere\" }}",
            "template: operator.yaml:1:12: executing \"operator.yaml\" at <{{template \"nowhere\"}}>: "
                + "template \"nowhere\" not defined"
        ),
        (
            "{{ lt 1 \"a\" }}",
            "template: operator.yaml:1:3: executing \"operator.yaml\" at <lt 1 \"a\">: error calling lt: "
                + "incompatible types for comparison"
        ),
        (
            "{{ range .number.x }}{{ end }}",
            "template: operator.yaml:1:16: executing \"operator.yaml\" at <.number.x>: "
                + "can't evaluate field x in type interface {}"
        ),
        (
            "{{ not 1 2 }}",
            "template: operator.yaml:1:3: executing \"operator.yaml\" at <not>: wrong number of args for not: "
                + "want 1 got 2"
        ),
        (
            "{{ .service \"x\" }}{{ .number 1 }}",
            "template: operator.yaml:1:3: executing \"operator.yaml\" at <.service>: "
                + "service is not a method but has arguments"
        ),
    ])
    func errorsAreGos(_ text: String, _ wanted: String) {
        let error = #expect(throws: TemplateError.self) { try Self.render(text) }
        #expect(error?.message == wanted)
        #expect(error?.file == "operator.yaml")
    }

    @Test func endlessWorkEndsInAnError() {
        var limits = RenderLimits()
        limits.steps = 10_000
        limits.valueSize = 100_000
        for text in [
            "{{ define \"a\" }}{{ template \"a\" }}{{ end }}{{ template \"a\" }}",
            "{{ range 1000000000 }}{{ end }}", "{{ range 9000 }}{{ printf \"%1000d\" 1 }}{{ end }}",
            String(repeating: "{{ if 1 }}", count: 1_000), String(repeating: "{{(", count: 5_000),
            "{{" + String(repeating: "(", count: 5_000) + "1" + String(repeating: ")", count: 5_000) + "}}",
            "{{ if 1 }}" + String(repeating: "{{ else if 1 }}", count: 5_000) + "{{ end }}",
        ] {
            #expect(throws: TemplateError.self) {
                try GoTemplate(name: "t", text: text, limits: limits).render(.none, limits: limits)
            }
        }
    }

    @Test func damagedTemplatesNeverTrap() {
        let text =
            "{{- range $i, $e := .list -}}{{ if eq $e \"b\" }}{{ printf \"%5.2f\" 'a' | html }}{{ end }}"
            + "{{- else }}{{ template \"x\" (index .map \"y\") }}{{ end }}{{ define `x` }}{{ $.a.b }}{{ end }}"
        let bytes = Array(text.utf8)
        var seed: UInt64 = 7
        for _ in 0..<3_000 {
            var changed = bytes
            for _ in 0..<3 {
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let place = Int(seed >> 33) % changed.count
                if seed & 1 == 0 {
                    changed.remove(at: place)
                } else {
                    changed[place] = UInt8(truncatingIfNeeded: seed >> 20)
                }
            }
            _ = try? Self.render(String(decoding: changed, as: UTF8.self))
        }
    }
}
