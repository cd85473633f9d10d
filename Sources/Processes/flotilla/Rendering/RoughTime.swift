/// Lengths of time as people say them.
package enum RoughTime {
    /// `41 s`, `2 min`, `3 h`, `5 d`: one unit, rounded down, as people say it.
    package static func text(_ duration: Duration) -> String {
        let seconds = max(0, duration.components.seconds)
        switch seconds {
        case ..<120: return "\(seconds) s"
        case ..<7200: return "\(seconds / 60) min"
        case ..<172_800: return "\(seconds / 3600) h"
        default: return "\(seconds / 86_400) d"
        }
    }
}
