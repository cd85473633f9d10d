internal import FleetModel
internal import Foundation

/// The time stamps of a session.
enum WallClock {
    @Sendable static func now() -> Timestamp {
        Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    }
}
