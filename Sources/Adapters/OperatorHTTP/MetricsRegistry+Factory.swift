package import Metrics

extension MetricsRegistry: MetricsFactory {
    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        MetricHandle(registry: self, series: Self.series(label, dimensions))
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        MetricHandle(registry: self, series: Self.series(label, dimensions))
    }

    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        let series = Self.series(label, dimensions)
        return aggregate
            ? HistogramHandle(registry: self, series: series) : MetricHandle(registry: self, series: series)
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        HistogramHandle(registry: self, series: Self.series(label, dimensions))
    }

    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}
}

/// One counter or gauge as swift-metrics sees it.
private final class MetricHandle: CounterHandler, MeterHandler, RecorderHandler {
    private let registry: MetricsRegistry
    private let series: MetricsRegistry.Series

    init(registry: MetricsRegistry, series: MetricsRegistry.Series) {
        self.registry = registry
        self.series = series
    }

    func increment(by amount: Int64) { registry.add(series, Double(amount)) }
    func reset() {}
    func set(_ value: Int64) { registry.set(series, Double(value)) }
    func set(_ value: Double) { registry.set(series, value) }
    func increment(by amount: Double) { registry.adjust(series, by: amount) }
    func decrement(by amount: Double) { registry.adjust(series, by: -amount) }
    func record(_ value: Int64) { registry.set(series, Double(value)) }
    func record(_ value: Double) { registry.set(series, value) }
}

/// One timer (in seconds) or aggregating recorder as swift-metrics sees it.
private final class HistogramHandle: TimerHandler, RecorderHandler {
    private let registry: MetricsRegistry
    private let series: MetricsRegistry.Series

    init(registry: MetricsRegistry, series: MetricsRegistry.Series) {
        self.registry = registry
        self.series = series
    }

    func recordNanoseconds(_ duration: Int64) { registry.observe(series, Double(duration) / 1e9) }
    func record(_ value: Int64) { registry.observe(series, Double(value)) }
    func record(_ value: Double) { registry.observe(series, value) }
}
