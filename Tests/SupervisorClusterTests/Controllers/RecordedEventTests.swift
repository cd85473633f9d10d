import FleetModel
import ResourceModel
import SupervisorCluster
import TestSupport
import Testing

/// Texts of the claims' events against what both API servers said.
@Suite struct RecordedEventTests {
    @Test(
        .enabled(if: TestData.exists("kubernetes-replies"), "needs the test data (FLOTILLA_TESTDATA)"),
        arguments: ServerProfile.allCases, ["ExternalProvisioning", "ExternalExpanding"])
    func aClaimsEventsSayWhatTheServersSaid(profile: ServerProfile, reason: String) throws {
        let recording = try JSONReader.read(try TestData.text("kubernetes-replies/\(profile.rawValue)/events-t2.json"))
        let recorded = try #require(Self.find(reason, in: recording))
        var settings = ControllerSettings()
        settings.faults.noResizer = true
        var driver = ClusterDriver(settings, profile: profile)
        driver.claim("data", class: "fast")
        driver.run(.seconds(20))
        driver.edit("PersistentVolumeClaim", "data") {
            $0[at: "spec", "resources", "requests", "storage"] = "50Gi"
        }
        driver.run(.seconds(20))
        let event = try #require(driver.cluster.events.first { $0.reason == reason })
        #expect(event.message == recorded["message"]?.stringValue)
        #expect(event.type == recorded["type"]?.stringValue)
    }

    /// The event of that reason, wherever the recording keeps it.
    private static func find(_ reason: String, in value: Value) -> Value? {
        if value["reason"]?.stringValue == reason, value["involvedObject"] != nil { return value }
        switch value {
        case .object(let fields):
            for key in fields.keys.sorted() {
                if let child = fields[key], let found = find(reason, in: child) { return found }
            }
        case .array(let items):
            for item in items { if let found = find(reason, in: item) { return found } }
        default: break
        }
        return nil
    }
}
