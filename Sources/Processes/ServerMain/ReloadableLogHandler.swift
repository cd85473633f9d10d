internal import Logging

/// A handler whose level is the process's, so that a reload reaches every logger there is.
struct ReloadableLogHandler: LogHandler {
    private var base: any LogHandler
    private let level: LogLevel
    /// Set on one logger only; wins over the process's.
    private var own: Logger.Level?

    init(base: any LogHandler, level: LogLevel) {
        self.base = base
        self.level = level
        // The base must not hold back what this lets through.
        self.base.logLevel = .trace
    }

    var logLevel: Logger.Level {
        get { own ?? level.value }
        set { own = newValue }
    }

    var metadata: Logger.Metadata {
        get { base.metadata }
        set { base.metadata = newValue }
    }

    var metadataProvider: Logger.MetadataProvider? {
        get { base.metadataProvider }
        set { base.metadataProvider = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { base[metadataKey: key] }
        set { base[metadataKey: key] = newValue }
    }

    func log(event: LogEvent) { base.log(event: event) }
}
