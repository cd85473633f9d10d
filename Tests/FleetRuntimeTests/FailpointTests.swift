import FleetModel
import FleetRuntime
import Testing

@Suite struct FailpointTests {
    @Test func thereAreManyAndTheirNamesAreNamesOfPlaces() {
        #expect(Failpoint.allCases.count >= 40)
        for point in Failpoint.allCases { #expect(point.rawValue.split(separator: ".").count == 2) }
    }

    @Test func nothingHappensUnlessItIsAskedFor() {
        for point in Failpoint.allCases { #expect(!point.fails()) }
    }

    @Test func aPlanSaysWhichTimes() throws {
        let plan = try FailpointPlan("journal.open=panic@3,agent.accept=sleep(200),link.hub-send=error@2+")
        #expect(plan.rules[.journalOpen] == .init(action: .panic, from: 3, isOnce: true))
        #expect(plan.rules[.agentAccept] == .init(action: .sleep(milliseconds: 200)))
        #expect(plan.rules[.linkHubSend] == .init(action: .error, from: 2))
        #expect(plan.rules.count == 3)
    }

    @Test(arguments: [
        "journal.open", "journal.shut=panic", "journal.open=stop", "journal.open=sleep", "journal.open=sleep(x)",
        "journal.open=panic@0", "journal.open=panic@", "journal.open=sleep(99999999)",
    ])
    func aPlanThatCannotBeUnderstoodIsRefused(text: String) {
        let error = #expect(throws: FleetError.self) { try FailpointPlan(text) }
        #expect(error?.code == .invalidArgument)
    }
}
