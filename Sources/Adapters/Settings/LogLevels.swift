/// The levels of swift-log.
enum LogLevels {
    static let all = ["trace", "debug", "info", "notice", "warning", "error", "critical"]
}
