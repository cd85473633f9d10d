internal import FleetControl
internal import FleetModel

/// Keeps floods of refused attempts out of the journal: one record a minute per kind, name and place.
struct RefusalCounts: Sendable {
    struct Key: Hashable {
        var kind: String
        var name: String
        var from: String
        var apart: Bool
    }

    private struct Entry {
        var writtenAt: Timestamp
        var since: Int
    }

    /// Different attempts remembered; what comes beyond is counted under one key.
    static let limit = 1_000
    static let interval: Duration = .seconds(60)

    private var entries: [Key: Entry] = [:]

    /// The record to write now, with what was counted since the last one; nil while the minute runs.
    mutating func take(
        _ refusal: FleetRecord.AccessRefused, apart: Bool, at: Timestamp
    ) -> FleetRecord.AccessRefused? {
        // A peer that is not in the fleet may take a new key for every try; its address it cannot choose so freely.
        let isStranger = refusal.kind == Coordinator.agentKind && refusal.supervisor == nil
        var key = Key(kind: refusal.kind, name: isStranger ? "" : refusal.name, from: refusal.from, apart: apart)
        var refusal = refusal
        if entries[key] == nil, entries.count >= Self.limit {
            entries = entries.filter { at.since($0.value.writtenAt) < Self.interval }
            if entries.count >= Self.limit {
                refusal.name = ""
                refusal.from = "many places"
                key = Key(kind: refusal.kind, name: "", from: refusal.from, apart: apart)
            }
        }
        if var known = entries[key], at.since(known.writtenAt) < Self.interval {
            known.since += refusal.count
            entries[key] = known
            return nil
        }
        refusal.count += entries[key]?.since ?? 0
        entries[key] = Entry(writtenAt: at, since: 0)
        return refusal
    }
}
