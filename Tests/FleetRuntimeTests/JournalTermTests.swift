import FleetRuntime
import Testing

/// Who was served by another copy of the journal.
@Suite struct JournalTermTests {
    private func epoch(_ number: UInt64) -> UInt64 { number << 32 + 7 }

    @Test func servesWhoWasServedByThisCopyOrByNobody() {
        let term = JournalTerm(number: 5, name: 50, known: [30, 40])
        #expect(term.knows(name: 0, epoch: 0))
        #expect(term.knows(name: 40, epoch: epoch(4)))
        #expect(term.knows(name: 50, epoch: epoch(5)))
    }

    /// The copy goes on counting past the one it was copied from, and is found out all the same.
    @Test func refusesWhoWasServedByAnotherCopyHoweverFarThisOneCounted() {
        for number in 5...9 as ClosedRange<UInt64> {
            let term = JournalTerm(number: number, name: 90 + number, known: [30, 40])
            #expect(!term.knows(name: 51, epoch: epoch(5)))
        }
    }

    @Test func anAcceptedRestoreForgivesWhatWasBeforeIt() {
        let term = JournalTerm(number: 1_800_000_001, name: 70, known: [30], acceptedFrom: 1_800_000_000)
        #expect(term.knows(name: 51, epoch: epoch(6)))
        #expect(!term.knows(name: 71, epoch: epoch(1_800_000_001)))
    }

    @Test func anAgentThatSaysNoTermIsHeldAgainstTheNumber() {
        let term = JournalTerm(number: 5, name: 50)
        #expect(term.knows(name: 0, epoch: epoch(4)))
        #expect(!term.knows(name: 0, epoch: epoch(6)))
    }
}
