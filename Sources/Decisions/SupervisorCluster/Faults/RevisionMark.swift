internal import FleetModel

/// Which resourceVersion was the newest at a point in real time.
struct RevisionMark: Sendable {
    var time: Timestamp
    var revision: Int
}
