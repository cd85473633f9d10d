internal import FleetModel

/// `--since`: a length of time before now, or a time.
enum SinceText {
    static func time(_ text: String) throws(FleetError) -> Timestamp {
        if let duration = DurationText(argument: text) {
            return WallClock.now.advanced(by: .seconds(-duration.seconds))
        }
        if let time = Timestamp(rfc3339: text) { return time }
        throw FleetError(
            .invalidArgument, "--since \(text) is neither a length of time nor a time",
            next: "--since 1h, or --since 2026-11-22T13:49:08Z")
    }
}
