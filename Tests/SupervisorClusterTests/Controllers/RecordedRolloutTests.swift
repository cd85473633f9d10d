import FleetModel
import ResourceModel
import SupervisorCluster
import TestSupport
import Testing

/// The simulated controllers against what a real control plane was seen to do.
@Suite struct RecordedRolloutTests {
    /// Names of generated objects become `#`, times and sizes of pulls `~`.
    private static func plain(_ message: String) -> String {
        var text = message
        if message.hasPrefix("Successfully pulled image") {
            text = message.split(separator: "\"").prefix(2).joined(separator: "\"") + "\" ~"
        }
        return text.split(separator: " ", omittingEmptySubsequences: false).map { word in
            guard word.contains("web-") else { return String(word) }
            let path = word.split(separator: "/").last.map(String.init) ?? ""
            return path.hasPrefix("web-") ? "#" : String(word)
        }.joined(separator: " ")
    }

    private static func recorded(
        _ profile: ServerProfile, kind: String, from start: Double = 0, until end: Double
    ) throws -> [String] {
        let path = "kubernetes-replies/\(profile.rawValue)/roll-watch-log.json"
        let log = try JSONReader.read(try TestData.text(path))
        var seen: [String] = []
        for line in log.arrayValue ?? [] {
            let time = line[0]?.doubleValue ?? 0
            let object = line[2]?["object"]
            guard object?.kind == "Event", time >= start, time < end,
                object?[at: "involvedObject", "kind"]?.stringValue == kind
            else { continue }
            seen.append(
                (object?["reason"]?.stringValue ?? "") + ": " + plain(object?["message"]?.stringValue ?? ""))
        }
        return seen
    }

    private static let isRecorded = ServerProfile.allCases.allSatisfy {
        TestData.exists("kubernetes-replies/\($0.rawValue)/roll-watch-log.json")
    }

    /// Two replicas, an update, a bad image, a rollback to the template before, and zero replicas.
    @Test(.enabled(if: isRecorded, "no recorded replies here"), arguments: ServerProfile.allCases)
    func aRolloutTellsTheRecordedStory(profile: ServerProfile) throws {
        var settings = ControllerSettings()
        settings.faults.imagePullFailures = [":bad"]
        var driver = ClusterDriver(settings, profile: profile)
        driver.deployment()
        driver.edit("Deployment", "web") { $0[at: "spec", "progressDeadlineSeconds"] = 5 }
        driver.run(.seconds(20))
        for (round, image) in ["img:2", "img:bad", "img:2"].enumerated() {
            driver.edit("Deployment", "web") {
                $0[at: "spec", "template", "spec", "containers"] = [["name": "c", "image": .string(image)]]
            }
            // When 1.25 was recorded, the rollback and the scaling to zero reached its controller together.
            if round < 2 || profile == .kubernetes132 { driver.run(.seconds(20)) }
        }
        driver.edit("Deployment", "web") { $0[at: "spec", "replicas"] = 0 }
        driver.run(.seconds(20))
        let told = driver.cluster.events.filter { $0.kind == "Deployment" }.map {
            "\($0.reason): \(Self.plain($0.message))"
        }
        #expect(told == (try Self.recorded(profile, kind: "Deployment", until: 1000)))
    }

    @Test(.enabled(if: isRecorded, "no recorded replies here"), arguments: ServerProfile.allCases)
    func aStatefulSetsLifeTellsTheRecordedStory(profile: ServerProfile) throws {
        var driver = ClusterDriver(profile: profile)
        driver.statefulSet()
        driver.run(.seconds(30))
        driver.edit("StatefulSet", "db") {
            $0[at: "spec", "template", "spec", "containers"] = [["name": "c", "image": "db:2"]]
        }
        driver.run(.seconds(60))
        driver.edit("StatefulSet", "db") { $0[at: "spec", "replicas"] = 0 }
        driver.run(.seconds(30))
        let told = driver.cluster.events.filter { $0.kind == "StatefulSet" }.map { "\($0.reason): \($0.message)" }
        var recorded: [String] = []
        for line in try Self.recorded(profile, kind: "StatefulSet", until: 1000) where !recorded.contains(line) {
            recorded.append(line)
        }
        #expect(told == recorded)
    }

    /// The statuses that the recorded Deployment went through, without times and counts in between.
    @Test(.enabled(if: isRecorded, "no recorded replies here"))
    func aFreshDeploymentEndsInTheRecordedStatus() throws {
        let log = try JSONReader.read(try TestData.text("kubernetes-replies/1.32/roll-watch-log.json"))
        let last = log.arrayValue?.last { line in
            line[2]?["object"]?.kind == "Deployment" && (line[0]?.doubleValue ?? 0) < 0.74
        }
        func shape(_ status: Value?) -> Value {
            var status = status ?? [:]
            status["conditions"] = .array(
                (status["conditions"]?.arrayValue ?? []).map { condition in
                    var condition = condition
                    condition["lastUpdateTime"] = nil
                    condition["lastTransitionTime"] = nil
                    if let message = condition["message"]?.stringValue {
                        let words = message.split(separator: "\"")
                        if words.count == 3 { condition["message"] = .string("\(words[0])#\(words[2])") }
                    }
                    return condition
                })
            return status
        }
        var driver = ClusterDriver()
        driver.deployment()
        driver.run(.seconds(20))
        #expect(shape(driver.find("Deployment", "web")?["status"]) == shape(last?[2]?[at: "object", "status"]))
    }
}
