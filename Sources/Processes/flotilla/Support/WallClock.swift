internal import FleetModel
internal import Foundation

/// The time of day at this terminal, for "41 s" and "last heard 14 min ago".
enum WallClock {
    static var now: Timestamp { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
}

extension CommandID {
    /// Made once per command line; every retry carries it.
    static func fresh() -> CommandID { CommandID(UUID().uuidString.lowercased()) }
}
