internal import FleetModel
internal import FleetRuntime

/// The `Retry-After` header: seconds, or a date (RFC 9110 §10.2.3, §5.6.7).
enum RetryAfter {
    /// Nil when there is none that can be read.
    static func read(_ response: HTTPExchangeResponse, now: Timestamp) -> Duration? {
        guard let text = response.header("Retry-After") else { return nil }
        if let seconds = Int64(text) { return .seconds(min(max(seconds, 0), 86_400)) }
        guard let date = seconds(ofDate: text) else { return nil }
        return .seconds(min(max(date - now.milliseconds / 1000, 0), 86_400))
    }

    /// Seconds since 1970 of `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func seconds(ofDate text: String) -> Int64? {
        let parts = text.split { " ,:".contains($0) }.map(String.init)
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard parts.count == 8, parts[7] == "GMT", let day = Int64(parts[1]), (1...31).contains(day),
            let month = months.firstIndex(of: parts[2]), let year = Int64(parts[3]), (1970...9999).contains(year),
            let hour = Int64(parts[4]), let minute = Int64(parts[5]), let second = Int64(parts[6]),
            (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        // Days from the civil calendar, years beginning in March.
        let shifted = month < 2 ? year - 1 : year
        let monthFromMarch = Int64((month + 10) % 12)
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
        return days * 86_400 + hour * 3600 + minute * 60 + second
    }
}
