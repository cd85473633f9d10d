internal import FleetModel

/// A cron line of five fields, or `@hourly` and its like, in UTC.
struct CronSchedule: Sendable, Hashable {
    private var minutes: Set<Int>
    private var hours: Set<Int>
    private var days: Set<Int>
    private var months: Set<Int>
    private var weekdays: Set<Int>
    /// As cron has it: with both day fields restricted, either suffices.
    private var eitherDay: Bool

    /// nil when the text is not a schedule.
    init?(_ text: String) {
        let names = [
            "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
            "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
        ]
        let fields = (names[text] ?? text).split(separator: " ").map(String.init)
        guard fields.count == 5, let minutes = Self.field(fields[0], 0...59), let hours = Self.field(fields[1], 0...23),
            let days = Self.field(fields[2], 1...31), let months = Self.field(fields[3], 1...12, Self.monthNames),
            let weekdays = Self.field(fields[4], 0...7, Self.dayNames)
        else { return nil }
        self.minutes = minutes
        self.hours = hours
        self.days = days
        self.months = months
        self.weekdays = Set(weekdays.map { $0 % 7 })
        eitherDay = !fields[2].hasPrefix("*") && !fields[4].hasPrefix("*") && fields[2] != "?" && fields[4] != "?"
    }

    private static let monthNames = [
        "JAN": 1, "FEB": 2, "MAR": 3, "APR": 4, "MAY": 5, "JUN": 6, "JUL": 7, "AUG": 8, "SEP": 9, "OCT": 10,
        "NOV": 11, "DEC": 12,
    ]
    private static let dayNames = ["SUN": 0, "MON": 1, "TUE": 2, "WED": 3, "THU": 4, "FRI": 5, "SAT": 6]

    private static func field(_ text: String, _ range: ClosedRange<Int>, _ names: [String: Int] = [:]) -> Set<Int>? {
        func number(_ text: Substring) -> Int? { Int(text) ?? names[text.uppercased()] }
        var values: Set<Int> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let halves = part.split(separator: "/", omittingEmptySubsequences: false)
            guard (1...2).contains(halves.count) else { return nil }
            let step = halves.count == 2 ? Int(halves[1]) : 1
            guard let step, step > 0 else { return nil }
            var low = range.lowerBound
            var high = range.upperBound
            if halves[0] != "*", halves[0] != "?" {
                let ends = halves[0].split(separator: "-", omittingEmptySubsequences: false)
                guard (1...2).contains(ends.count), let first = number(ends[0]) else { return nil }
                low = first
                if ends.count == 2 {
                    guard let last = number(ends[1]) else { return nil }
                    high = last
                } else if halves.count == 1 {
                    high = first
                }
            }
            guard range.contains(low), range.contains(high), low <= high else { return nil }
            for value in stride(from: low, through: high, by: step) { values.insert(value) }
        }
        return values.isEmpty ? nil : values
    }

    /// The first time after `time`, to the minute; nil when there is none within four years.
    func next(after time: Timestamp) -> Timestamp? {
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
