import Metrics
import OperatorHTTP
import Testing

@Suite struct MetricsRegistryTests {
    @Test func printsEveryKindInPrometheusText() {
        let registry = MetricsRegistry()
        registry.count("requests_total", [("method", "GET"), ("code", "200")])
        registry.count("requests_total", [("method", "GET"), ("code", "200")], by: 2)
        registry.gauge("depth", 7)
        registry.makeTimer(label: "fsync.seconds", dimensions: []).recordNanoseconds(2_000_000)
        let text = registry.text()
        #expect(text.contains("# TYPE requests_total counter\nrequests_total{code=\"200\",method=\"GET\"} 3\n"))
        #expect(text.contains("# TYPE depth gauge\ndepth 7\n"))
        #expect(text.contains("fsync_seconds_bucket{le=\"0.001\"} 0\n"))
        #expect(text.contains("fsync_seconds_bucket{le=\"0.005\"} 1\n"))
        #expect(text.contains("fsync_seconds_count 1\n"))
    }

    @Test func dropsSeriesBeyondTheBoundAndCountsThem() {
        let registry = MetricsRegistry()
        for number in 0..<(MetricsRegistry.maximumSeries + 5) { registry.count("many", [("n", "\(number)")]) }
        #expect(registry.text().contains("flotilla_metrics_dropped_total 5\n"))
    }

    @Test func escapesLabelValues() {
        let registry = MetricsRegistry()
        registry.count("odd", [("text", "a\"b\\c\nd")])
        #expect(registry.text().contains("odd{text=\"a\\\"b\\\\c\\nd\"} 1"))
    }
}
