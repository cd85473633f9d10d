internal import Synchronization

/// Counters, gauges and histograms in memory, printed as Prometheus text (exposition format 0.0.4).
///
/// Bootstrapped as the process's `MetricsFactory`. At most `maximumSeries` combinations of name and labels are kept;
/// what comes after is counted in `flotilla_metrics_dropped_total` and not stored.
package final class MetricsRegistry: Sendable {
    package static let maximumSeries = 2000
    /// Upper bounds in seconds, for timers and recorders alike.
    package static let buckets: [Double] = [0.001, 0.005, 0.025, 0.1, 0.5, 1, 5, 30, 120]

    struct Series: Hashable, Comparable {
        var name: String
        var labels: String

        static func < (left: Series, right: Series) -> Bool {
            (left.name, left.labels) < (right.name, right.labels)
        }
    }

    fileprivate enum Content {
        case counter(Double)
        case gauge(Double)
        case histogram(counts: [UInt64], sum: Double, count: UInt64)
    }

    private struct State {
        var series: [Series: Content] = [:]
        var dropped: UInt64 = 0
    }

    private let state = Mutex(State())

    package init() {}

    package func count(_ name: String, _ labels: [(String, String)] = [], by amount: Double = 1) {
        add(Self.series(name, labels), amount)
    }

    package func gauge(_ name: String, labels: [(String, String)] = [], _ value: Double) {
        set(Self.series(name, labels), value)
    }

    func add(_ series: Series, _ amount: Double) {
        update(series) { content in
            guard case .counter(let value) = content else { return .counter(amount) }
            return .counter(value + amount)
        }
    }

    func set(_ series: Series, _ value: Double) { update(series) { _ in .gauge(value) } }

    func adjust(_ series: Series, by amount: Double) {
        update(series) { content in
            guard case .gauge(let value) = content else { return .gauge(amount) }
            return .gauge(value + amount)
        }
    }

    func observe(_ series: Series, _ value: Double) {
        update(series) { content in
            var counts = [UInt64](repeating: 0, count: Self.buckets.count)
            var sum = 0.0
            var count: UInt64 = 0
            if case .histogram(let oldCounts, let oldSum, let oldCount) = content {
                (counts, sum, count) = (oldCounts, oldSum, oldCount)
            }
            for (index, bound) in Self.buckets.enumerated() where value <= bound { counts[index] += 1 }
            return .histogram(counts: counts, sum: sum + value, count: count + 1)
        }
    }

    private func update(_ series: Series, _ change: (Content?) -> Content) {
        state.withLock { state in
            let old = state.series[series]
            guard old != nil || state.series.count < Self.maximumSeries else {
                state.dropped += 1
                return
            }
            state.series[series] = change(old)
        }
    }

    /// The whole registry, series in order of name and labels.
    package func text() -> String {
        let (all, dropped) = state.withLock { ($0.series, $0.dropped) }
        var lines: [String] = []
        var named = ""
        for (series, content) in all.sorted(by: { $0.key < $1.key }) {
            if series.name != named {
                named = series.name
                lines.append("# TYPE \(named) \(content.typeName)")
            }
            lines += content.lines(name: series.name, labels: series.labels)
        }
        lines.append("# TYPE flotilla_metrics_dropped_total counter")
        lines.append("flotilla_metrics_dropped_total \(dropped)")
        return lines.joined(separator: "\n") + "\n"
    }

    static func series(_ label: String, _ dimensions: [(String, String)]) -> Series {
        let labels = dimensions.sorted { $0.0 < $1.0 }.map { key, value in
            "\(legal(key))=\"\(escaped(value))\""
        }
        return Series(name: legal(label), labels: labels.joined(separator: ","))
    }

    private static func legal(_ name: String) -> String {
        String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":") ? $0 : "_" })
    }

    private static func escaped(_ text: String) -> String {
        var out = ""
        for character in text {
            switch character {
            case "\\": out += "\\\\"
            case "\"": out += "\\\""
            case "\n": out += "\\n"
            default: out.append(character)
            }
        }
        return out
    }
}

extension MetricsRegistry.Content {
    fileprivate var typeName: String {
        switch self {
        case .counter: "counter"
        case .gauge: "gauge"
        case .histogram: "histogram"
        }
    }

    fileprivate func lines(name: String, labels: String) -> [String] {
        let braces = labels.isEmpty ? "" : "{\(labels)}"
        switch self {
        case .counter(let value), .gauge(let value):
            return ["\(name)\(braces) \(Self.number(value))"]
        case .histogram(let counts, let sum, let count):
            let prefix = labels.isEmpty ? "" : labels + ","
            let buckets = zip(MetricsRegistry.buckets, counts).map { bound, count in
                "\(name)_bucket{\(prefix)le=\"\(Self.number(bound))\"} \(count)"
            }
            return buckets + [
                "\(name)_bucket{\(prefix)le=\"+Inf\"} \(count)", "\(name)_sum\(braces) \(Self.number(sum))",
                "\(name)_count\(braces) \(count)",
            ]
        }
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }
}
