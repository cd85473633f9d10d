internal import CoordinatorService
internal import FleetControl
internal import FleetModel
internal import FleetRuntime

/// The same journal folds to the same state (contract C9): from its beginning, from its snapshot, and as the running
/// coordinator has it.
enum FoldCheck {
    static func violations(_ disk: SimulatedDisk, running: [UInt8]?) -> [Violation] {
        do {
            let tape = disk.tape.map(\.record)
            var whole = FleetState()
            try fold(tape[...], into: &whole)
            let bytes = try whole.snapshotBytes()
            var found: [Violation] = []
            if let snapshot = disk.snapshot {
                var short = try FleetState(snapshot: snapshot.payload)
                try fold(tape.drop { $0.position <= snapshot.position }, into: &short)
                if try short.snapshotBytes() != bytes {
                    found.append(Violation(rule: .c9, text: "the snapshot at \(snapshot.position) folds differently"))
                }
            }
            if let running, running != bytes {
                found.append(Violation(rule: .c9, text: "the running state is not the fold of the journal"))
            }
            return found
        } catch {
            return [Violation(rule: .c9, text: "the journal cannot be folded: \(error)")]
        }
    }

    private static func fold(_ records: ArraySlice<JournalRecord>, into state: inout FleetState) throws {
        for stored in records {
            if let record = try RecordCodec.record(stored) {
                state.fold(record, at: stored.at, position: stored.position)
            } else {
                state.skip(to: stored.position)
            }
        }
    }
}
