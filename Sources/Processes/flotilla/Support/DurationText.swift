internal import ArgumentParser
internal import FleetModel

/// A length of time as people type it: `90s`, `15m`, `1h30m`, `7d`; a bare number is seconds.
struct DurationText: ExpressibleByArgument {
    var seconds: Int

    init(seconds: Int) { self.seconds = seconds }

    init?(argument: String) {
        var total = 0
        var number = ""
        for character in argument {
            if character.isASCII, character.isNumber {
                number.append(character)
                continue
            }
            let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
            guard let unit = units[character], let value = Int(number), value <= 1_000_000 else { return nil }
            total += value * unit
            number = ""
        }
        if !number.isEmpty {
            guard let value = Int(number), value <= 1_000_000_000, total == 0 else { return nil }
            total = value
        }
        guard !argument.isEmpty else { return nil }
        seconds = total
    }

    var defaultValueDescription: String { seconds.isMultiple(of: 60) ? "\(seconds / 60)m" : "\(seconds)s" }

    /// `41 s`, `2 min`, `3 h`, `5 d`: one unit, rounded down, as people say it.
    static func rough(_ duration: Duration) -> String {
        let seconds = max(0, duration.components.seconds)
        switch seconds {
        case ..<120: return "\(seconds) s"
        case ..<7200: return "\(seconds / 60) min"
        case ..<172_800: return "\(seconds / 3600) h"
        default: return "\(seconds / 86_400) d"
        }
    }
}
