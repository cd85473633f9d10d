import FleetModel
import ResourceModel
import SupervisorCluster
import Testing

@Suite struct SettingsTests {
    @Test func settingsAreSetByNameAndReportedTheSameWay() throws {
        var settings = ControllerSettings()
        let values: Value = [
            "imagePull": "200ms", "readinessDelay": 3, "resizeNode": "1m30s", "noResizer": true,
            "crashingPods": ["svc/p*"], "slowPods": ["db-*": "2m"], "volumeUsage": ["svc/data": 97],
        ]
        #expect(throws: FleetError.self) { try settings.apply(values) }
        #expect(settings == ControllerSettings())
        var right = values
        right["resizeNode"] = "1.5s"
        try settings.apply(right)
        #expect(settings.imagePull == .milliseconds(200))
        #expect(settings.readinessDelay == .seconds(3))
        #expect(settings.resizeNode == .milliseconds(1500))
        #expect(settings.faults.noResizer)
        #expect(settings.faults.slowPods == [.init(pattern: "db-*", delay: .seconds(120))])
        #expect(settings.faults.volumeUsage == [.init(pattern: "svc/data", percent: 97)])
        var again = ControllerSettings()
        try again.apply(settings.report)
        #expect(again == settings)
    }

    @Test(
        arguments: [
            ("imagePul", "1s"), ("imagePull", "soon"), ("imagePull", -1), ("imagePull", "25h"), ("noResizer", "yes"),
            ("crashingPods", "p"), ("crashingPods", [1]), ("volumeUsage", ["x": 101]), ("volumeUsageWarning", 200),
            ("readyRules", [["kind": "X"]]),
            ("crashingPods", .array(Array(repeating: "p", count: 101))),
        ] as [(String, Value)])
    func aWrongSettingIsRefusedByName(_ row: (String, Value)) {
        var settings = ControllerSettings()
        #expect {
            try settings.set(row.0, to: row.1)
        } throws: { error in
            (error as? FleetError)?.code == .invalidArgument
        }
        #expect(settings == ControllerSettings())
    }

    @Test func readyRulesComeFromConfiguration() throws {
        let text = """
            apiVersion: example.com/v1
            kind: Bucket
            after: 2s
            status: {phase: Ready, endpoint: "s3://{namespace}/{name}", generation: "{generation}"}
            secret: {nameField: spec.secret, type: Opaque, data: {key: "{field:spec.user}"}}
            """
        let rule = try ReadyRule(try #require(try YAMLDocuments.read(text).first))
        var settings = ControllerSettings()
        settings.readyRules = [rule]
        var driver = ClusterDriver(settings)
        driver.add(
            """
            {"apiVersion":"example.com/v1","kind":"Bucket","metadata":{"name":"b","namespace":"svc"},
             "spec":{"secret":"b-key","user":"me"}}
            """)
        driver.run(.seconds(1))
        #expect(driver.find("Bucket", "b")?["status"] == nil)
        driver.run(.seconds(2))
        #expect(
            driver.find("Bucket", "b")?["status"] == ["phase": "Ready", "endpoint": "s3://svc/b", "generation": 1])
        #expect(driver.find("Secret", "b-key")?[at: "data", "key"] == "bWU=")
    }

    @Test(arguments: [
        ("*", "svc", "web", true), ("web-*", "svc", "web-1", true), ("web-*", "svc", "db", false),
        ("svc/*", "svc", "web", true), ("other/*", "svc", "web", false), ("*/we*b", "svc", "weeb", true),
        ("web", "svc", "web-1", false),
    ])
    func namePatternsPickPods(_ pattern: String, _ namespace: String, _ name: String, _ picked: Bool) {
        var settings = ControllerSettings()
        settings.faults.unreadyPods = [pattern]
        var driver = ClusterDriver(settings)
        driver.add(
            """
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"\(name)","namespace":"\(namespace)"},
             "spec":{"containers":[{"name":"c","image":"i:1"}]}}
            """)
        driver.run(.seconds(8))
        let ready = driver.condition(driver.find("Pod", name, namespace: namespace), "Ready")?["status"]
        #expect(ready == (picked ? "False" : "True"))
    }
}
