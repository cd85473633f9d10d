import FleetModel
import Testing

/// Small words that every face of the fleet shares.
@Suite struct WordsTests {
    private func status(_ checks: [CoordinatorStatus.Check]) -> CoordinatorStatus {
        CoordinatorStatus(
            version: "1", startedAt: .zero, journalPosition: 1, firstPosition: 1, supervisors: 1, connected: 0,
            checks: checks)
    }

    /// systemd's watchdog and load balancers act on it: an agent that is away is not the coordinator's failure.
    @Test func onlyTheJournalDecidesWhetherTheCoordinatorServes() {
        let away = CoordinatorStatus.Check(name: "agents", ok: false, detail: "away: sv-tromso")
        #expect(status([.init(name: CoordinatorStatus.journalCheck, ok: true, detail: ""), away]).isServing)
        #expect(!status([.init(name: CoordinatorStatus.journalCheck, ok: false, detail: "")]).isServing)
    }

    @Test(
        arguments: [
            ("harbro", ["harbor", "velero"], "Did you mean harbor?"),
            ("x", ["harbor", "velero"], "known: harbor, velero"),
            ("sv-osl", ["sv-oslo", "sv-os"], "Did you mean sv-os or sv-oslo?"), ("x", [], "there is none yet"),
        ] as [(String, [String], String)])
    func aMistypedNameIsGuessed(word: String, names: [String], text: String) {
        #expect(Suggestion.text(word, among: names) == text)
    }

    @Test func anAssignmentIsPartedAtItsFirstSign() throws {
        let assignment = try Assignment("a.b=k=v")
        #expect(assignment.key == "a.b" && assignment.text == "k=v")
        for wrong in ["a", "=1"] {
            let error = #expect(throws: FleetError.self) { try Assignment(wrong) }
            #expect(error?.reason == "expected KEY=VALUE" && error?.next.isEmpty == false)
        }
    }
}
