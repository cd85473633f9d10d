import ResourceModel
import Testing

@Suite struct QuantityTests {
    @Test(arguments: [
        ("1024Mi", "1Gi"), ("0.5", "500m"), ("1000m", "1"), ("10Gi", "10Gi"), ("1.5Gi", "1536Mi"), ("1e3", "1e3"),
        ("100", "100"), ("12345678", "12345678"), ("2000k", "2M"), ("0", "0"), ("-5Gi", "-5Gi"),
        ("0.1Gi", "107374182400m"),
        ("1Ki", "1Ki"), ("512", "512"), ("1u", "1u"),
    ])
    func readsAndWritesTheCanonicalForm(text: String, canonical: String) {
        #expect(Quantity(text)?.description == canonical)
    }

    @Test(arguments: ["", "5GB0", "Gi", "1.2.3", "1 Gi", "1e", "1e99", "--1", "99999999999999999999999999999Ei", "0x1"])
    func refusesWhatIsNoQuantity(text: String) {
        #expect(Quantity(text) == nil)
    }

    @Test func comparesAcrossUnits() throws {
        let values = try ["1Gi", "1G", "1024Mi", "1000M"].map { try #require(Quantity($0)) }
        #expect(values[0] == values[2])
        #expect(values[1] == values[3])
        #expect(values[1] < values[0])
    }
}

@Suite struct SelectorTests {
    @Test(arguments: [
        ("a=b", true), ("a==b", true), ("a!=b", false), ("a", true), ("!z", true), ("a in (x, b),c", true),
        ("a notin (b)", false), ("z notin (b)", true), ("n>4", true), ("n<4", false), ("", true),
    ])
    func selectsByLabels(text: String, matches: Bool) throws {
        #expect(try LabelSelector(parsing: text).matches(["a": "b", "c": "", "n": "5"]) == matches)
    }

    @Test(arguments: ["a===b", "a in b", ",", "a,", "a b", "(", "a in (x"])
    func refusesBrokenSelectors(text: String) {
        #expect(throws: SelectorError.self) { try LabelSelector(parsing: text) }
    }

    @Test func selectsByFields() throws {
        let pod: Value = ["metadata": ["name": "p"], "status": ["phase": "Running"]]
        #expect(try FieldSelector(parsing: "metadata.name=p,status.phase!=Failed").matches(pod))
        #expect(try !FieldSelector(parsing: "metadata.name!=p").matches(pod))
    }
}

@Suite struct PatchTests {
    @Test func mergesAndRemoves() {
        let object: Value = ["a": ["b": 1, "c": 2], "l": [1, 2]]
        #expect(
            MergePatch.apply(["a": ["b": nil, "d": 3], "l": [3]], to: object) == ["a": ["c": 2, "d": 3], "l": [3]])
        let changed: Value = ["a": ["c": 2], "x": 1]
        #expect(MergePatch.apply(MergePatch.difference(from: object, to: changed), to: object) == changed)
    }

    @Test func appliesJSONPatchOperations() throws {
        let object: Value = ["a": [1, 2], "b/c": ["d~": 1]]
        let patch: Value = [
            ["op": "add", "path": "/a/-", "value": 3], ["op": "remove", "path": "/a/0"],
            ["op": "replace", "path": "/b~1c/d~0", "value": 5], ["op": "copy", "from": "/a", "path": "/e"],
            ["op": "move", "from": "/e/0", "path": "/f"], ["op": "test", "path": "/f", "value": 2],
        ]
        #expect(try JSONPatch.apply(patch, to: object) == ["a": [2, 3], "b/c": ["d~": 5], "e": [3], "f": 2])
    }

    @Test(arguments: [
        #"[{"op":"remove","path":"/x"}]"#, #"[{"op":"replace","path":"/a/7","value":1}]"#,
        #"[{"op":"test","path":"/a/0","value":9}]"#, #"[{"op":"add","path":"/q/r","value":9}]"#,
        #"[{"op":"jump","path":"/a"}]"#, #"{"op":"add"}"#, #"[{"op":"add","path":"a","value":1}]"#,
        #"[{"op":"add","path":"/a/-1","value":1}]"#,
    ])
    func refusesPatchesThatDoNotApply(text: String) throws {
        let patch = try JSONReader.read(text)
        #expect(throws: PatchError.self) { try JSONPatch.apply(patch, to: ["a": [1]]) }
    }

    @Test func mergesListsByKeyStrategically() throws {
        let object: Value = [
            "spec": [
                "containers": [
                    ["name": "a", "image": "1", "env": [["name": "X", "value": "1"]]], ["name": "b", "image": "1"],
                ],
                "strategy": ["type": "RollingUpdate", "rollingUpdate": ["maxSurge": 1]],
            ], "metadata": ["finalizers": ["f", "g"]],
        ]
        let patch: Value = [
            "spec": [
                "$setElementOrder/containers": [["name": "c"], ["name": "a"]],
                "containers": [
                    ["name": "c", "image": "3"], ["name": "a", "env": [["name": "Y", "value": "2"]]],
                    ["name": "b", "$patch": "delete"],
                ],
                "strategy": ["$retainKeys": ["type"], "type": "Recreate"],
            ], "metadata": ["$deleteFromPrimitiveList/finalizers": ["f"]],
        ]
        #expect(
            try StrategicMergePatch.apply(patch, to: object) == [
                "spec": [
                    "containers": [
                        ["name": "c", "image": "3"],
                        [
                            "name": "a", "image": "1",
                            "env": [["name": "X", "value": "1"], ["name": "Y", "value": "2"]],
                        ],
                    ], "strategy": ["type": "Recreate"],
                ], "metadata": ["finalizers": ["g"]],
            ])
    }

    @Test func fieldSetsSurviveTheirTextForm() throws {
        let object: Value = [
            "metadata": ["labels": ["a": "b"], "finalizers": ["x"]],
            "spec": ["template": ["spec": ["containers": [["name": "c", "image": "i"]]]], "empty": .object([:])],
        ]
        let set = FieldSet.naming(object, topology: .builtin)
        #expect(FieldSet(fieldsV1: set.fieldsV1) == set)
        #expect(set.paths.contains(".spec.template.spec.containers[name=\"c\"].image"))
        #expect(set.subtracting(set).isEmpty)
        #expect(set.intersection(set) == set)
    }
}
