internal import FleetModel

/// A cron line of five fields, `@hourly` and its like, or `@every 1h30m`, as robfig/cron v3 reads it; in UTC.
struct CronSchedule: Sendable, Hashable {
    /// Why a text is no schedule, in that library's words.
    struct Failure: Error {
        var message: String
    }

    private var minutes: Set<Int> = []
    private var hours: Set<Int> = []
    private var days: Set<Int> = []
    private var months: Set<Int> = []
    private var weekdays: Set<Int> = []
    /// As cron has it: with both day fields restricted, either suffices.
    private var eitherDay = false
    /// Milliseconds between two times of `@every`.
    private var interval: Int64?

    /// nil when the text is not a schedule.
    init?(_ text: String) {
        do throws(Failure) { try self.init(parsing: text) } catch { return nil }
    }

    init(parsing text: String) throws(Failure) {
        var line = text[...]
        if line.hasPrefix("TZ=") || line.hasPrefix("CRON_TZ=") {
            guard let gap = line.firstIndex(of: " ") else { throw Failure(message: "provided bad location \(text)") }
            let zone = line[..<gap].split(separator: "=", maxSplits: 1).last ?? ""
            guard ["UTC", "Etc/UTC", "GMT"].contains(zone) else {
                throw Failure(message: "provided bad location \(zone): the simulator's schedules are in UTC")
            }
            line = line[gap...]
        }
        let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.first?.hasPrefix("@") ?? false else {
            try read(words)
            return
        }
        let descriptor = words.joined(separator: " ")
        if descriptor.hasPrefix("@every ") {
            let duration = String(descriptor.dropFirst("@every ".count))
            guard let interval = Self.duration(duration) else {
                throw Failure(
                    message: "failed to parse duration \(descriptor): time: invalid duration \"\(duration)\"")
            }
            // The library rounds down to the second and takes no less than one.
            self.interval = max(1_000, interval / 1_000 * 1_000)
            return
        }
        guard let line = Self.names[descriptor] else {
            throw Failure(message: "unrecognized descriptor: \(descriptor)")
        }
        try read(line.split(separator: " ").map(String.init))
    }

    private mutating func read(_ fields: [String]) throws(Failure) {
        guard fields.count == 5 else {
            throw Failure(
                message: "expected exactly 5 fields, found \(fields.count): [\(fields.joined(separator: " "))]")
        }
        minutes = try Self.field(fields[0], 0...59)
        hours = try Self.field(fields[1], 0...23)
        days = try Self.field(fields[2], 1...31)
        months = try Self.field(fields[3], 1...12, Self.monthNames)
        weekdays = try Self.field(fields[4], 0...6, Self.dayNames)
        eitherDay = !fields[2].hasPrefix("*") && !fields[4].hasPrefix("*") && fields[2] != "?" && fields[4] != "?"
    }

    private static let names = [
        "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
        "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
    ]
    private static let monthNames = [
        "JAN": 1, "FEB": 2, "MAR": 3, "APR": 4, "MAY": 5, "JUN": 6, "JUL": 7, "AUG": 8, "SEP": 9, "OCT": 10,
        "NOV": 11, "DEC": 12,
    ]
    private static let dayNames = ["SUN": 0, "MON": 1, "TUE": 2, "WED": 3, "THU": 4, "FRI": 5, "SAT": 6]

    private static func field(
        _ text: String, _ range: ClosedRange<Int>, _ names: [String: Int] = [:]
    ) throws(Failure) -> Set<Int> {
        var values: Set<Int> = []
        for part in text.split(separator: ",") { values.formUnion(try members(String(part), range, names)) }
        return values
    }

    private static func members(
        _ part: String, _ range: ClosedRange<Int>, _ names: [String: Int]
    ) throws(Failure) -> [Int] {
        func number(_ text: Substring) throws(Failure) -> Int {
            if let known = names[text.uppercased()] { return known }
            guard let number = Int(text) else {
                throw Failure(
                    message: "failed to parse int from \(text): strconv.Atoi: parsing \"\(text)\": invalid syntax")
            }
            guard number >= 0 else { throw Failure(message: "negative number (\(number)) not allowed: \(text)") }
            return number
        }
        let halves = part.split(separator: "/", omittingEmptySubsequences: false)
        let ends = halves[0].split(separator: "-", omittingEmptySubsequences: false)
        var low = range.lowerBound
        var high = range.upperBound
        if ends[0] != "*", ends[0] != "?" {
            low = try number(ends[0])
            guard ends.count <= 2 else { throw Failure(message: "too many hyphens: \(part)") }
            high = ends.count == 2 ? try number(ends[1]) : low
        }
        guard halves.count <= 2 else { throw Failure(message: "too many slashes: \(part)") }
        var step = 1
        if halves.count == 2 {
            step = try number(halves[1])
            if ends.count == 1 { high = range.upperBound }
        }
        guard low >= range.lowerBound else {
            throw Failure(message: "beginning of range (\(low)) below minimum (\(range.lowerBound)): \(part)")
        }
        guard high <= range.upperBound else {
            throw Failure(message: "end of range (\(high)) above maximum (\(range.upperBound)): \(part)")
        }
        guard low <= high else {
            throw Failure(message: "beginning of range (\(low)) beyond end of range (\(high)): \(part)")
        }
        guard step > 0 else { throw Failure(message: "step of range should be a positive number: \(part)") }
        return Array(stride(from: low, through: high, by: step))
    }

    /// Milliseconds of a Go duration such as `1h30m` or `90s`; nil when it is none.
    private static func duration(_ text: String) -> Int64? {
        let units: [(name: String, milliseconds: Double)] = [("ms", 1), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)]
        var rest = text[...]
        var total = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isNumber || $0 == "." }
            guard let number = Double(digits) else { return nil }
            rest = rest.dropFirst(digits.count)
            guard let unit = units.first(where: { rest.hasPrefix($0.name) }) else { return nil }
            rest = rest.dropFirst(unit.name.count)
            total += number * unit.milliseconds
        }
        return text.isEmpty || total > 1e15 ? nil : Int64(total)
    }

    /// The first time after `time`, to the minute; nil when there is none within four years.
    func next(after time: Timestamp) -> Timestamp? {
        if let interval { return Timestamp(milliseconds: time.milliseconds / 1_000 * 1_000 + interval) }
        var minute = (time.milliseconds / 60_000 + 1) * 60_000
        let limit = time.milliseconds + 4 * 366 * 86_400_000
        while minute < limit {
            let instant = Timestamp(milliseconds: minute)
            let text = instant.seconds
            guard let month = Int(text.dropFirst(5).prefix(2)), let day = Int(text.dropFirst(8).prefix(2)) else {
                return nil
            }
            let dayNumber = minute / 86_400_000
            let weekday = Int((dayNumber + 4) % 7)
            let inDays = days.contains(day)
            let inWeek = weekdays.contains(weekday)
            guard months.contains(month), eitherDay ? inDays || inWeek : inDays && inWeek else {
                minute = (dayNumber + 1) * 86_400_000
                continue
            }
            guard hours.contains(Int(minute / 3_600_000 % 24)) else {
                minute = (minute / 3_600_000 + 1) * 3_600_000
                continue
            }
            if minutes.contains(Int(minute / 60_000 % 60)) { return instant }
            minute += 60_000
        }
        return nil
    }
}
