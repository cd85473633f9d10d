import ResourceModel
import SupervisorCluster
import Testing

/// `x-kubernetes-validations` of CRDs, in the words of an API server.
struct ValidationRuleTests {
    private static func definition(_ rules: [Value], fields: Value = [:]) -> Value {
        [
            "metadata": ["name": "boats.example.com"],
            "spec": [
                "group": "example.com", "scope": "Namespaced", "names": ["plural": "boats", "kind": "Boat"],
                "versions": [
                    [
                        "name": "v1", "served": true, "storage": true,
                        "schema": [
                            "openAPIV3Schema": [
                                "type": "object",
                                "properties": [
                                    "spec": [
                                        "type": "object", "x-kubernetes-validations": .array(rules),
                                        "properties": [
                                            "length": ["type": "integer"], "width": ["type": "integer"],
                                            "name": ["type": "string"], "hold": ["type": "string"],
                                            "masts": ["type": "array", "items": ["type": "string"]],
                                            "crew": ["type": "object", "additionalProperties": ["type": "integer"]],
                                        ],
                                    ]
                                ],
                            ]
                        ],
                    ]
                ],
            ],
        ]
    }

    private static func boat(_ spec: Value) -> Value { ["metadata": ["name": "b"], "spec": spec] }

    private static let boats = "/apis/example.com/v1/namespaces/t1/boats"

    private static func harbour(_ rules: [Value]) -> TestCluster {
        var cluster = TestCluster()
        cluster.make("apiextensions.k8s.io/v1", "customresourcedefinitions", nil, definition(rules))
        cluster.run(milliseconds: 1000)
        return cluster
    }

    @Test(arguments: [
        ("self.length > self.width", true), ("self.length < self.width", false), ("has(self.name)", true),
        ("has(self.owner)", false), ("self.name.matches('^[a-z]+$') && self.name.size() == 4", true),
        ("self.masts.all(m, m.startsWith('m'))", true), ("self.masts.exists(m, m == 'fore')", false),
        ("self.masts.filter(m, m.endsWith('in')).size() == 1", true), ("size(self.masts) == 2", true),
        ("self.masts.map(m, size(m)) == [4, 6]", true), ("'mate' in self.crew", true),
        ("self.crew['mate'] == 2 ? true : false", true), ("!(self.length % 2 == 0) || self.width * 2 > 7", true),
        ("self.crew.exists_one(k, self.crew[k] > 2)", true), ("self.name in ['dory', 'yawl']", true),
        ("self.name.split('o').join('a') == 'dary'", true), ("string(self.length) + 'm' == '12m'", true),
        ("!has(self.owner) || self.owner.size() > 3", true), ("self.length / 5 == 2 && -self.width == -4", true),
        ("self.masts.isSorted() == false", false), ("self.name.lowerAscii() == r'dory' // plain", true),
    ])
    func rulesAreEvaluated(rule: String, holds: Bool) {
        var cluster = Self.harbour([["rule": .string(rule)]])
        let spec: Value = [
            "length": 12, "width": 4, "name": "dory", "masts": ["main", "mizzen"], "crew": ["mate": 2, "deck": 5],
        ]
        let reply = cluster.send("POST", Self.boats, Self.boat(spec))
        #expect(reply.status == (holds ? 201 : 422), "\(rule): \(String(decoding: reply.body, as: UTF8.self))")
        guard !holds else { return }
        #expect(
            reply.value["message"]?.stringValue
                == "Boat.example.com \"b\" is invalid: spec: Invalid value: \"object\": failed rule: \(rule)")
    }

    @Test(arguments: [
        ("self.?owner.orValue('nobody') == 'nobody'", true), ("self.?name.hasValue()", true),
        ("self.?owner.hasValue()", false), ("self.?crew.deck.value() == 5", true),
        ("self.crew[?'cook'].or(optional.of(1)).value() == 1", true), ("self.masts[?7].hasValue()", false),
        ("self.?name.optMap(n, n.size()).orValue(0) == 4", true), ("self.?owner.value() == 'x'", false),
        ("optional.ofNonZeroValue('').hasValue() || !optional.none().hasValue()", true),
        ("quantity(self.hold).isGreaterThan(quantity('900Mi'))", true), ("isQuantity('1 ton')", false),
        ("quantity('1500m').compareTo(quantity('1.5')) == 0", true), ("quantity('2k').asInteger() == 2000", true),
    ])
    func optionalValuesAndQuantitiesAreKnownToNewServers(rule: String, holds: Bool) {
        var cluster = TestCluster()
        cluster.make(
            "apiextensions.k8s.io/v1", "customresourcedefinitions", nil, Self.definition([["rule": .string(rule)]]))
        cluster.run(milliseconds: 1000)
        let spec: Value = [
            "length": 12, "name": "dory", "masts": ["main"], "crew": ["mate": 2, "deck": 5], "hold": "1Gi",
        ]
        let reply = cluster.send("POST", Self.boats, Self.boat(spec))
        #expect(reply.status == (holds ? 201 : 422), "\(rule): \(String(decoding: reply.body, as: UTF8.self))")
    }

    @Test func aRuleMayAskForAnOldValueThatIsNotThere() {
        var cluster = TestCluster()
        let rule = "!oldSelf.hasValue() || self.length >= oldSelf.value().length"
        cluster.make(
            "apiextensions.k8s.io/v1", "customresourcedefinitions", nil,
            Self.definition([["rule": .string(rule), "optionalOldSelf": true]]))
        cluster.run(milliseconds: 1000)
        #expect(cluster.send("POST", Self.boats, Self.boat(["length": 12])).status == 201)
        let merge = "application/merge-patch+json"
        #expect(cluster.send("PATCH", "\(Self.boats)/b", ["spec": ["length": 13]], type: merge).status == 200)
        #expect(cluster.send("PATCH", "\(Self.boats)/b", ["spec": ["length": 11]], type: merge).status == 422)
    }

    @Test func aRulesOwnMessageIsTold() {
        var cluster = Self.harbour([
            ["rule": "self.length <= 10", "message": "too long for this harbour"],
            [
                "rule": "self.width <= 3", "messageExpression": "'width ' + string(self.width) + ' is too much'",
                "fieldPath": ".width",
            ],
        ])
        let reply = cluster.send("POST", Self.boats, Self.boat(["length": 12, "width": 4]))
        #expect(
            reply.value[at: "details", "causes"]?.arrayValue?.compactMap { $0["message"]?.stringValue } == [
                "Invalid value: \"object\": too long for this harbour",
                "Invalid value: \"object\": width 4 is too much",
            ])
        #expect(reply.value[at: "details", "causes"]?[1]?["field"] == "spec.width")
    }

    @Test func rulesAboutTheOldValueHoldForUpdatesOnly() {
        var cluster = Self.harbour([["rule": "self.length == oldSelf.length", "message": "length is immutable"]])
        #expect(cluster.send("POST", Self.boats, Self.boat(["length": 12])).status == 201)
        let merge = "application/merge-patch+json"
        #expect(cluster.send("PATCH", "\(Self.boats)/b", ["spec": ["width": 1]], type: merge).status == 200)
        let refused = cluster.send("PATCH", "\(Self.boats)/b", ["spec": ["length": 13]], type: merge)
        #expect(refused.status == 422)
        #expect(
            refused.value["message"]?.stringValue
                == "Boat.example.com \"b\" is invalid: spec: Invalid value: \"object\": length is immutable")
    }

    @Test(arguments: [
        ("self.length >", "Syntax error: mismatched input '<EOF>'"),
        ("length > 3", "undeclared reference to 'length' (in container '')"),
        ("duration(self.name) > duration('1s')", "the function duration is beyond"),
        ("self.?name.orValue('') == ''", "Syntax error: unsupported syntax '.?'"),
        ("self.length = 3", "token recognition error"),
    ])
    func rulesThatCannotBeReadAreRefusedWithTheirDefinition(rule: String, text: String) {
        var cluster = TestCluster(profile: .kubernetes125)
        let reply = cluster.send(
            "POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
            Self.definition([["rule": .string(rule)]]))
        #expect(reply.status == 422)
        let message = reply.value["message"]?.stringValue ?? ""
        let path = "spec.validation.openAPIV3Schema.properties[spec].x-kubernetes-validations[0].rule: Invalid value:"
        #expect(message.contains(path) && message.contains(text), "\(message)")
    }

    @Test func aWrongTypeComesBeforeTheRules() {
        var cluster = Self.harbour([["rule": "self.length > 1"]])
        let reply = cluster.send("POST", Self.boats, Self.boat(["length": "long"]))
        let causes = reply.value[at: "details", "causes"]?.arrayValue ?? []
        #expect(causes.last?["message"]?.stringValue?.contains("some validation rules were not checked") == true)
    }

    @Test func aRuleThatTakesForEverIsCutOff() {
        let deep =
            "self.masts.all(a, self.masts.all(b, self.masts.all(c, self.masts.all(d, a == b || c == d || true))))"
        var cluster = Self.harbour([["rule": .string(deep)]])
        let many = Value.array((0..<60).map { .string("m\($0)") })
        let reply = cluster.send("POST", Self.boats, Self.boat(["masts": many]))
        #expect(reply.status == 422)
        #expect(reply.value["message"]?.stringValue?.contains("actual cost limit exceeded") == true)
    }
}
