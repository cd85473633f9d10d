import ResourceModel
import SupervisorCluster
import Testing

/// Formats, list types and versions of custom resources, and what the schema of a CRD must be.
struct CustomResourceDetailTests {
    private static func definition(_ properties: Value, versions: [Value] = []) -> Value {
        let first: Value = [
            "name": "v1", "served": true, "storage": true,
            "schema": ["openAPIV3Schema": ["type": "object", "properties": properties]],
        ]
        return [
            "metadata": ["name": "widgets.ex.io"],
            "spec": [
                "group": "ex.io", "scope": "Namespaced", "names": ["plural": "widgets", "kind": "Widget"],
                "versions": .array([first] + versions),
            ],
        ]
    }

    private static let crds = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"

    private static func cluster(_ definition: Value) -> TestCluster {
        var cluster = TestCluster()
        #expect(cluster.send("POST", crds, definition).status == 201)
        cluster.step(afterMilliseconds: 5_000)
        return cluster
    }

    private static func causes(_ response: APIResponse) -> [String] {
        (response.value[at: "details", "causes"]?.arrayValue ?? []).map {
            "\($0["field"]?.stringValue ?? ""): \($0["message"]?.stringValue ?? "")"
        }
    }

    @Test func formatsListTypesAndNumbersOrTextsAreChecked() {
        let spec: Value = [
            "type": "object",
            "properties": [
                "when": ["type": "string", "format": "date-time"],
                "port": ["x-kubernetes-int-or-string": true],
                "names": ["type": "array", "x-kubernetes-list-type": "set", "items": ["type": "string"]],
                "parts": [
                    "type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"],
                    "items": [
                        "type": "object", "required": ["name"], "properties": ["name": ["type": "string"]],
                    ],
                ],
            ],
        ]
        var cluster = Self.cluster(Self.definition(["spec": spec]))
        let path = "/apis/ex.io/v1/namespaces/t1/widgets"
        let good: Value = [
            "apiVersion": "ex.io/v1", "kind": "Widget", "metadata": ["name": "a"],
            "spec": [
                "when": "2026-11-23T10:00:00.5+01:00", "port": "50%", "names": ["a", "b"],
                "parts": [["name": "a"], ["name": "b"]],
            ],
        ]
        #expect(cluster.send("POST", path, good).status == 201)
        var bad = good
        bad[at: "metadata", "name"] = "b"
        bad["spec"] = [
            "when": "2026-02-30T10:00:00Z", "port": 1.5, "names": ["a", "a"], "parts": [["name": "a"], ["name": "a"]],
        ]
        let refused = cluster.send("POST", path, bad)
        #expect(refused.status == 422)
        #expect(
            Self.causes(refused).sorted() == [
                "spec.names[1]: Duplicate value: \"a\"",
                "spec.parts[1]: Duplicate value: map[string]interface {}{\"name\":\"a\"}",
                "spec.port: Invalid value: \"number\": spec.port in body must be of type integer,string: \"number\"",
                "spec.when: Invalid value: \"2026-02-30T10:00:00Z\": spec.when in body must be of type date-time: "
                    + "\"2026-02-30T10:00:00Z\"",
            ])
    }

    @Test func aSchemaThatIsNotStructuralIsRefused() {
        var cluster = TestCluster()
        let refused = cluster.send(
            "POST", Self.crds,
            Self.definition([
                "spec": ["properties": ["x": ["type": "strng"], "l": ["type": "array"]]],
                "open": ["x-kubernetes-preserve-unknown-fields": true],
            ]))
        #expect(refused.status == 422)
        let root = "spec.validation.openAPIV3Schema.properties[spec]"
        #expect(
            Self.causes(refused).sorted() == [
                "\(root).properties[l].items: Required value: must be specified",
                "\(root).properties[x].type: Unsupported value: \"strng\": supported values: \"array\", \"boolean\", "
                    + "\"integer\", \"number\", \"object\", \"string\"",
                "\(root).type: Required value: must not be empty for specified object fields",
            ])
    }

    @Test func repliesAboutADeprecatedVersionWarn() {
        let old: Value = [
            "name": "v1beta1", "served": true, "storage": false, "deprecated": true,
            "schema": ["openAPIV3Schema": ["type": "object", "x-kubernetes-preserve-unknown-fields": true]],
        ]
        var cluster = Self.cluster(Self.definition([:], versions: [old]))
        func warnings(_ version: String) -> [String] {
            cluster.send("GET", "/apis/ex.io/\(version)/namespaces/t1/widgets").headers
                .filter { $0.name.lowercased() == "warning" }.map(\.value)
        }
        #expect(warnings("v1").isEmpty)
        #expect(warnings("v1beta1") == ["299 - \"ex.io/v1beta1 Widget is deprecated\""])
    }
}
