internal import CoordinatorService
internal import FleetControl
internal import FleetModel
internal import FleetRuntime

/// The same journal folds to the same state (contract C9): from its beginning, from its last snapshot, and as the running
/// coordinator has it. Every snapshot ever written is what the journal's beginning comes to at its position.
enum FoldCheck {
    static func violations(_ disk: SimulatedDisk, running: [UInt8]?) -> [Violation] {
        do {
            let tape = disk.tape.map(\.record)
            var found: [Violation] = []
            let whole = try whole(tape, disk.snapshots, &found)
            let bytes = try whole.snapshotBytes()
            if let snapshot = disk.snapshot {
                var short = try FleetState(snapshot: snapshot.payload)
                for stored in tape.drop(while: { $0.position <= snapshot.position }) { try fold(stored, into: &short) }
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

    /// One fold over the whole journal, which meets each snapshot at its position: an encoding for each of them, and no
    /// second fold.
    private static func whole(
        _ tape: [JournalRecord], _ snapshots: [JournalSnapshot], _ found: inout [Violation]
    ) throws -> FleetState {
        var state = FleetState()
        let sorted = snapshots.sorted { $0.position < $1.position }
        var next = sorted[...]
        var memo = SnapshotMemo()
        for stored in tape {
            try fold(stored, into: &state)
            while let snapshot = next.first, snapshot.position <= stored.position {
                next.removeFirst()
                if try snapshot.position != stored.position || state.snapshotBytes(&memo) != snapshot.payload {
                    found.append(
                        Violation(rule: .c9, text: "the snapshot at \(snapshot.position) is of another state"))
                }
            }
        }
        for snapshot in next {
            found.append(Violation(rule: .c9, text: "a snapshot at \(snapshot.position), behind the journal's end"))
        }
        return state
    }

    private static func fold(_ stored: JournalRecord, into state: inout FleetState) throws {
        if let record = try RecordCodec.record(stored) {
            state.fold(record, at: stored.at, position: stored.position)
        } else {
            state.skip(to: stored.position)
        }
    }
}
