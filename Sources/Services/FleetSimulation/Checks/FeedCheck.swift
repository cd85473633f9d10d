internal import FleetModel

/// A reader's feed against the journal: ordered, unique, without a gap that is not named (contract C3).
enum FeedCheck {
    static func violations(
        _ seen: [FleetEvent], of events: [FleetEvent], firstKept: UInt64, reader: Int
    ) -> [Violation] {
        var next = 0
        var position: UInt64 = 0
        for event in seen {
            if event.position <= position {
                return [violation(reader, "event \(event.position) came after \(position)")]
            }
            position = event.position
            if next < events.count, events[next] == event {
                next += 1
                continue
            }
            // The explicit gap: it may stand only for what retention removed.
            guard event.reason == "Gap", event.source == nil, event.position < firstKept else {
                let expected = next < events.count ? "\(events[next].position) \(events[next].reason)" : "none"
                return [violation(reader, "event \(event.position) \(event.reason), expected \(expected)")]
            }
            while next < events.count, events[next].position <= event.position { next += 1 }
        }
        guard next == events.count else {
            return [violation(reader, "ends at \(position), the journal has an event at \(events[next].position)")]
        }
        return []
    }

    private static func violation(_ reader: Int, _ text: String) -> Violation {
        Violation(rule: .c3, text: "reader \(reader): \(text)")
    }
}
