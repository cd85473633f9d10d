internal import Templating
internal import Testing

/// Starlark and templates in small: each expression with what it prints.
struct LanguageTests {
    static let expressions: [(code: String, text: String)] = [
        ("7 // 2", "3"), ("-7 // 2", "-4"), ("-7 % 3", "2"), ("7 / 2", "3.5"), ("2 * 3 + 4 << 1", "20"),
        ("1 if [] else 2", "2"), ("not 0 and \"a\" or \"b\"", "a"), ("[1, 2, 3][-2:]", "[2, 3]"),
        ("\"hello\"[1:4]", "ell"), ("\"hello\"[::-1]", "olleh"),
        ("[x * y for x in range(3) for y in [1, 2] if x]", "[1, 2, 2, 4]"),
        ("{k: v for k, v in [(\"a\", 1)]}", "{\"a\": 1}"), ("\"%s-%d-%r\" % (\"a\", 3, \"b\")", "a-3-\"b\""),
        ("\"{} {x!r} {}\".format(1, 2, x=\"y\")", "1 \"y\" 2"), ("sorted([3, 1, 2], reverse=True)", "[3, 2, 1]"),
        ("sorted([\"bb\", \"a\"], key=len)", "[\"a\", \"bb\"]"),
        ("list(zip([1, 2], \"ab\".elems()))", "[(1, \"a\"), (2, \"b\")]"),
        ("list(enumerate([\"a\"], 5))", "[(5, \"a\")]"), ("max([1, 5, 3])", "5"), ("min(\"b\", \"a\")", "a"),
        ("\"a,b,c\".split(\",\", 1)", "[\"a\", \"b,c\"]"), ("\" a  b \".split()", "[\"a\", \"b\"]"),
        ("\"a.b.c\".rsplit(\".\", 1)", "[\"a.b\", \"c\"]"), ("\"a-b\".partition(\"-\")", "(\"a\", \"-\", \"b\")"),
        ("\"xxaxx\".strip(\"x\")", "a"), ("\"Hello World\".title()", "Hello World"),
        ("\"ab\".replace(\"\", \"-\")", "-a-b-"),
        ("\"abcabc\".rfind(\"b\")", "4"), ("\"abc\".startswith((\"x\", \"ab\"))", "True"), ("\"é\".upper()", "É"),
        ("len(\"é\")", "2"), ("ord(\"A\")", "65"), ("chr(955)", "λ"), ("int(\"ff\", 16)", "255"), ("int(3.9)", "3"),
        ("float(\"1.5\")", "1.5"), ("str(1.0)", "1"), ("1e6 * 10", "1e+07"), ("type({})", "dict"),
        ("type(len)", "builtin_function_or_method"),
        ("dict(a=1, **{\"b\": 2})", "{\"a\": 1, \"b\": 2}"), ("(lambda *a, **k: [a, k])(1, x=2)", "[(1,), {\"x\": 2}]"),
        ("\"x\" in {\"x\": 1}", "True"), ("3 not in [1, 2]", "True"), ("None == False", "False"), ("1 == 1.0", "True"),
        ("[1, 2] < [1, 3]", "True"), ("any([0, \"\"])", "False"), ("all([])", "True"), ("reversed([1, 2])", "[2, 1]"),
        ("hasattr(\"\", \"lower\")", "True"), ("getattr(\"A\", \"lower\")()", "a"), ("hash(\"abc\")", "96354"),
        ("range(10)[2:8:3]", "[2, 5]"), ("set([1, 2, 2])", "set([1, 2])"), ("5 & 3 | 8 ^ 1", "9"), ("~5", "-6"),
        ("\"a\" \"b\" if False else \"c\"", "error"), ("r\"\\d\"", "\\d"), ("\"\\t\".isspace()", "True"),
        ("(1,)", "(1,)"), ("9223372036854775807 + 1", "9223372036854775808"),
        ("-9223372036854775808 - 1", "-9223372036854775809"),
        ("(1 << 100) // 7", "181092942889747057356671886482"), ("-(1 << 100) % 1000", "624"), ("(1 << 100) >> 98", "4"),
        ("0xffffffffffffffffffff & (1 << 70)", "1180591620717411303424"), ("int(1e20)", "100000000000000000000"),
        ("1 << 64 == 18446744073709551616.0", "True"), ("1 << 64 < (1 << 64) + 1", "True"),
        ("\"%x\" % (1 << 68)", "100000000000000000"),
        ("int(\"123456789012345678901234567890\")", "123456789012345678901234567890"),
        ("-(1 << 65) // (1 << 64)", "-2"),
        ("[] * 9223372036854775807", "[]"), ("9223372036854775807 in range(-5, 5)", "False"),
        ("9223372036854775807 * \"\"", ""), ("() * 9223372036854775807", "()"),
        ("{1 << 80: 1}[1 << 80]", "1"), ("10 * 10000000000000000000 // 100000000000000000000", "1"),
    ]

    @Test(arguments: expressions.indices)
    func evaluates(index: Int) throws {
        let item = Self.expressions[index]
        let file = TemplateFile(path: "a.txt", text: "(@= str(\(item.code)) @)")
        if item.text == "error" {
            #expect(throws: TemplateError.self) { try Ytt.evaluate(file, values: "{}") }
        } else {
            #expect(try Ytt.evaluate(file, values: "{}").text == item.text, "\(item.code)")
        }
    }

    static let failures: [(code: String, text: String)] = [
        ("1 + \"a\"", "unknown binary op: int + string"), ("[][0]", "list index 0 out of range: empty list"),
        ("{}[\"a\"]", "key \"a\" not in dict"), ("1 // 0", "floored division by zero"),
        ("len(1)", "len: value of type int has no len"),
        ("[1, 2].index(3)", "index: value not in list"), ("int(\"x\")", "int: invalid literal with base 10: x"),
        ("\"{}\".format()", "format: tuple index out of range"),
        ("\"%d\" % \"a\"", "%d format requires integer: cannot convert string to int"),
        ("{[]: 1}", "unhashable type: list"),
        ("(lambda a: a)(1, 2)", "function lambda accepts 1 positional argument (2 given)"),
        ("(lambda a: a)(b=1)", "function lambda got an unexpected keyword argument \"b\""),
        ("\"\".foo", "string has no .foo field or method"),
        ("\"\".lowr()", "string has no .lowr field or method (did you mean .lower?)"),
        ("3()", "invalid call of non-function (int)"), ("[1] < 2", "list < int not implemented"),
        ("[x for x in 3]", "int value is not iterable"),
        ("[1, 2, 1].index(1, 1, 2)", "index: value not in list"),
        ("\"\".splitlines(1)", "splitlines: for parameter 1: got int, want bool"),
        ("dict([((1, []), 2)])", "unhashable type: list"),
        ("sorted([1], reverse=1)", "sorted: for parameter reverse: got int, want bool"),
        ("dict(a=1, **{\"a\": 2})", "dict: duplicate keyword arg: \"a\""),
        ("[x for _ in [3] for x in x]", "local variable x referenced before assignment"),
    ]

    @Test(arguments: failures.indices)
    func failsInStarlarksWords(index: Int) {
        let item = Self.failures[index]
        #expect {
            try Ytt.evaluate(TemplateFile(path: "a.yml", text: "a: #@ \(item.code)\n"), values: "{}")
        } throws: {
            ($0 as? TemplateError)?.message.hasPrefix("\n- \(item.text)\n    in ") ?? false
        }
    }

    static let yaml: [(read: String, printed: String)] = [
        ("a: yes\nb: 0x10\nc: 010\nd: 1_000\ne: 1e3\nf: 1.5e+3\n", "a: true\nb: 16\nc: 8\nd: 1000\ne: 1e3\nf: 1500\n"),
        ("a: ~\nb:\nc: \"\"\nd: 'null'\n", "a: null\nb: null\nc: \"\"\nd: \"null\"\n"),
        ("a: 2001-01-01\nb: \"12:30:45\"\nc: on\n", "a: \"2001-01-01\"\nb: \"12:30:45\"\nc: true\n"),
        ("a: |\n  x\n   y\n\nb: >-\n  one\n  two\n\n  three\n", "a: |\n  x\n   y\nb: |-\n  one two\n  three\n"),
        ("a: |+\n  x\n\nb: 1\n", "a: |+\n  x\n\nb: 1\n"), ("a: |2\n    x\n", "a: |2\n    x\n"),
        ("a: &x {b: 1}\nc: *x\nd:\n  <<: *x\n  e: 2\n", "a:\n  b: 1\nc:\n  b: 1\nd:\n  b: 1\n  e: 2\n"),
        ("- - a\n  - b\n- c: d\n  e:\n  - f\n", "- - a\n  - b\n- c: d\n  e:\n  - f\n"),
        ("a: \"x\\ty\"\nb: 'it''s'\nc: \"a: b\"\n", "a: \"x\\ty\"\nb: it's\nc: 'a: b'\n"),
        ("a: plain\n  goes on\nb: {x: [1, 2], z: }\n", "a: plain goes on\nb:\n  x:\n  - 1\n  - 2\n  z: null\n"),
        ("? a\n: b\n", "a: b\n"), ("a: 1\n? [b]\n: c\n", "error"), ("a: b: c\n", "error"), ("a: [1, 2\n", "error"),
        ("a: *b\n", "error"),
        ("a:\n\t- b\n", "error"),
        ("a: !!str 12\nb: !!int \"3\"\n", "a: \"12\"\nb: 3\n"), ("---\na: 1\n...\n---\nb: 2\n", "a: 1\n---\nb: 2\n"),
        ("a: \"😀\"\nb: \"é\"\n", "a: \"\\U0001F600\"\nb: é\n"),
        ("a: 'x #y'\nb: x#y\nc: '- z'\n", "a: 'x #y'\nb: x#y\nc: '- z'\n"),
        ("a: 100000000\nb: 12345678.5\nc: 0.00001\n", "a: 100000000\nb: 1.23456785e+07\nc: 1e-05\n"),
    ]

    @Test(arguments: yaml.indices)
    func readsAndPrintsYAML(index: Int) throws {
        let item = Self.yaml[index]
        let file = TemplateFile(path: "a.yml", text: item.read)
        if item.printed == "error" {
            #expect(throws: TemplateError.self) { try Ytt.evaluate(file, values: "{}") }
        } else {
            #expect(try Ytt.evaluate(file, values: "{}").text == item.printed)
        }
    }

    static let templates: [(template: String, printed: String)] = [
        (
            "#@ load(\"@ytt:regexp\", \"regexp\")\n"
                + "a: #@ regexp.replace(\"(?i)([a-z]+)[0-9]+\", \"__hello123__HI456__\", \"$1\")\n",
            "a: __hello__HI__\n"
        ),
        (
            "#@ load(\"@ytt:md5\", \"md5\")\na: #@ md5.sum(\"data\")\n", "a: 8d777f385d3dfec8815d20f7496026dc\n"
        ),
        (
            "#@ load(\"@ytt:ip\", \"ip\")\n"
                + "#@ c = ip.parse_cidr(\"10.1.2.3/20\")\n"
                + "a: #@ c.net.string()\nb: #@ c.addr.is_ipv4()\n"
                + "c: #@ ip.parse_addr(\"2001:db8:0:0::1\").string()\n",
            "a: 10.1.0.0/20\nb: true\nc: 2001:db8::1\n"
        ),
        (
            "#@ load(\"@ytt:url\", \"url\")\n"
                + "a: #@ url.query_params_encode({\"y\":[\"2\",\"3\"],\"x\":[\"1\"],\"w\":[]})\n"
                + "b: #@ url.query_params_decode(\"y=2&x=1&y=3;z\")\nc: #@ url.path_segment_encode(\"a b/c\")\n",
            "a: x=1&y=2&y=3\nb:\n  x:\n  - \"1\"\n  \"y\":\n  - \"2\"\n  - \"3\"\n  z:\n  - \"\"\nc: a%20b%2Fc\n"
        ),
        (
            "#@ load(\"@ytt:overlay\", \"overlay\")\n#@ def left():\n- null\n#@ end\n#@ def right():\n"
                + "#@overlay/match by=overlay.all\n- - bar\n#@ end\n---\na: #@ overlay.apply(left(), right())\n",
            "a:\n- - bar\n"
        ),
        (
            "#@ def f(v):\n  #@ if v == 1:\nx: #@ v\n    #@ return\ny: 2\n  #@ else:\nz: #@ v\n  #@ end\n#@ end\n"
                + "a: #@ f(1)\nb: #@ f(2)\n", "a:\n  x: 1\nb:\n  z: 2\n"
        ),
        (
            "#@ load(\"@ytt:assert\", \"assert\")\na: #@ assert.one_of(\"x\", \"y\").check(\"y\")\n"
                + "b: #@ assert.try_to(lambda: assert.one_of(\"x\", \"y\").check(\"z\"))\n",
            "a: true\nb:\n- null\n- 'fail: not one of allowed values'\n"
        ),
        (
            "#@ load(\"@ytt:yaml\", \"yaml\")\n"
                + "#@ def docs():\n---\na: 1\n---\nb: 2\n#@ end\n---\nx: #@ yaml.encode(docs())\n",
            "x: |\n  a: 1\n  ---\n  b: 2\n"
        ),
    ]

    @Test(arguments: templates.indices)
    func rendersTemplates(index: Int) throws {
        let item = Self.templates[index]
        #expect(
            try Ytt.evaluate(TemplateFile(path: "a.yml", text: item.template), values: "{}").text == item.printed)
    }
}
