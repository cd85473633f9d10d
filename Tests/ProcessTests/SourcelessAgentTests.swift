import Foundation
import TestSupport
import Testing

/// A site with nothing but an agent: the bundle comes over the link.
@Suite struct SourcelessAgentTests {
    @Test(.timeLimit(.minutes(10))) func installsWhatTheCoordinatorHadASourceFor() async throws {
        let fleet = try FleetOfOne()
        defer { fleet.remove() }
        do {
            try await fleet.startAll()
            let added = try await fleet.flotilla(
                "supervisor", "add", "sv-oslo", "--moid", "domain-c8", "--auto-accept", "-o",
                "\(fleet.folder)/join.yaml")
            #expect(added.code == 0, "\(added.errors)")
            // Only the coordinator has a catalog.
            try fleet.startAgent()
            let velero = "\(fleet.catalog)/velero"
            let registered = try await fleet.flotilla(
                "service", "register", "\(velero)/1.9.5/package.yaml", "\(velero)/metadata.yaml")
            #expect(registered.code == 0, "\(registered.errors)")
            try await fleet.connected()
            let installed = try await fleet.flotilla(
                "install", "velero", "--version", "1.9.5", "--on", "sv-oslo", "--wait", "--timeout", "120s")
            #expect(installed.code == 0, "\(installed.output) \(installed.errors)")
            #expect(installed.output.contains("CONFIGURED"))
        } catch {
            Issue.record(error)
        }
        try await fleet.stopAll()
    }
}
