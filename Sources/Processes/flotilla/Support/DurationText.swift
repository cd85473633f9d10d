internal import ArgumentParser

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
}
