package import FleetModel
internal import FleetRuntime

/// Everything `flotilla-coordinator` can be told.
package struct CoordinatorSettings: Hashable, Sendable {
    package var dataDir: String
    /// `tcp://host:port` of the command socket; port 0 takes a free one.
    package var listen: String
    package var enrolmentListen: String
    /// As agents reach the command socket; nil = `listen`.
    package var advertise: String?
    package var enrolmentAdvertise: String?
    package var operatorSocket: String
    /// Nil = no TCP for operators.
    package var operatorPort: Int?
    package var operatorTokenFile: String?
    /// Where operators connect over TLS; nil = nowhere.
    package var operatorTLS: OperatorTLS?
    package var operatorReaders: Int
    package var retainedRecords: Int
    package var snapshotRecords: Int
    package var reconnectGrace: Duration
    /// Of one address, before its new connections are dropped for `failedConnectionsPause`; 0 = never.
    package var failedConnectionsPerSecond: Int
    package var failedConnectionsPause: Duration
    /// While agents change their keys.
    package var keyOverlap: Duration
    package var keyGrace: Duration
    package var sources: SourceSettings
    /// Bundles are stored at registration, for agents that have no source.
    package var shareBundles: Bool
    package var logLevel: String

    /// The TLS listener for operators with tokens or client certificates.
    package struct OperatorTLS: Hashable, Sendable {
        package var host: String
        package var port: Int
        package var certificateFile: String
        package var keyFile: String
    }

    package static let keys: [SettingKey] = ownKeys + SourceSettings.keys + logKeys

    private static let ownKeys = [
        SettingKey("dataDir", .text, "/var/lib/flotilla", "Journal, content and keys; mode 0700."),
        SettingKey(
            "listen", .text, "tcp://127.0.0.1:7440",
            "Where agents connect (CURVE only). Port 0 takes a free one; tcp://*:7440 is every interface."),
        SettingKey(
            "enrolmentListen", .text, "tcp://127.0.0.1:7441", "Where agents present their join token, once."),
        SettingKey("advertise", .text, "", "The command address as agents reach it; empty: the same as listen."),
        SettingKey(
            "enrolmentAdvertise", .text, "",
            "The enrolment address as agents reach it; empty: the same as enrolmentListen."),
        SettingKey(
            "operator.socket", .text, OperatorAPI.defaultSocketPath,
            "Unix socket for operators, mode 0660: who may open it is an administrator."),
        SettingKey(
            "operator.port", .number(0...65535), "0",
            "Loopback TCP port for operators; 0: none. Needs operator.tokenFile."),
        SettingKey("operator.tokenFile", .text, "", "File with the bearer token that operators over TCP must carry."),
        SettingKey(
            "operator.tlsListen", .text, "",
            "host:port for operators over TLS, who carry a token or a client certificate; empty: none."),
        SettingKey("operator.tlsCertificate", .text, "", "PEM file of the server's certificate, with its chain."),
        SettingKey(
            "operator.tlsKey", .text, "",
            "PEM file of its private key; a bare name is looked up among systemd's credentials."),
        SettingKey(
            "operator.readers", .number(1...10_000), "256",
            "Streams and waiting requests at once; further ones are refused with 429."),
        SettingKey(
            "retention.records", .number(20...100_000_000), "1000000",
            "Journal records kept for readers of the feed; older ones leave an explicit gap."),
        SettingKey(
            "snapshot.records", .number(20...10_000_000), "10000", "Records between two snapshots of the state."),
        SettingKey(
            "reconnectGrace", .duration, "60s",
            "How long agents that were connected before a restart keep their places in tasks."),
        SettingKey(
            "failedConnections.perSecond", .number(0...10_000), "20",
            "Connections of one address that end without being let in; over it (5 s' worth at once) it is shut out. 0: "
                + "never."),
        SettingKey(
            "failedConnections.pause", .duration, "10s",
            "How long new connections of an address that is shut out are dropped; those that are there go on."),
        SettingKey(
            "agentKeys.overlap", .duration, "24h", "How long an agent's old key is admitted after its new one was used."
        ),
        SettingKey(
            "agentKeys.grace", .duration, "720h",
            "How long an agent that is asked for a new key may take (30 days); after it, it must join again."),
        SettingKey(
            "shareBundles", .flag, "true",
            "Keep the bundle of every version that a source has when it is registered, for agents that have none."),
    ]

    private static let logKeys = [
        SettingKey(
            "log.level", .choice(LogLevels.all), "info", "trace, debug, info, notice, warning, error or critical.")
    ]

    package init(_ reader: SettingsReader) throws(FleetError) {
        dataDir = reader.text("dataDir")
        listen = try Self.endpoint(reader.text("listen"), "listen")
        enrolmentListen = try Self.endpoint(reader.text("enrolmentListen"), "enrolmentListen")
        advertise = reader.optionalText("advertise")
        enrolmentAdvertise = reader.optionalText("enrolmentAdvertise")
        operatorSocket = reader.text("operator.socket")
        let port = try reader.number("operator.port")
        operatorPort = port == 0 ? nil : port
        operatorTokenFile = reader.optionalText("operator.tokenFile")
        operatorTLS = try Self.operatorTLS(reader)
        operatorReaders = try reader.number("operator.readers")
        retainedRecords = try reader.number("retention.records")
        snapshotRecords = try reader.number("snapshot.records")
        reconnectGrace = try reader.duration("reconnectGrace")
        failedConnectionsPerSecond = try reader.number("failedConnections.perSecond")
        failedConnectionsPause = try reader.duration("failedConnections.pause")
        keyOverlap = try reader.duration("agentKeys.overlap")
        keyGrace = try reader.duration("agentKeys.grace")
        sources = try SourceSettings(reader)
        shareBundles = try reader.flag("shareBundles")
        logLevel = try reader.choice("log.level")
        if operatorPort != nil, operatorTokenFile == nil {
            throw FleetError(
                .invalidArgument, "operator.port is set without operator.tokenFile",
                reason: "loopback TCP is open to every user of this host",
                next: "set operator.tokenFile, or use the unix socket alone")
        }
        guard operatorSocket.utf8.count <= 107 else {
            throw FleetError(
                .invalidArgument, "operator.socket is too long", reason: "Linux allows 107 bytes (unix(7))",
                next: "use a shorter path")
        }
    }

    private static func operatorTLS(_ reader: SettingsReader) throws(FleetError) -> OperatorTLS? {
        guard let listen = reader.optionalText("operator.tlsListen") else { return nil }
        guard let colon = listen.lastIndex(of: ":"), let port = Int(listen[listen.index(after: colon)...]),
            (0...65535).contains(port), colon > listen.startIndex
        else {
            throw FleetError(
                .invalidArgument, "setting operator.tlsListen: \(listen) is not an address", reason: "host:port",
                next: "operator.tlsListen: 0.0.0.0:7443")
        }
        guard let certificate = reader.optionalText("operator.tlsCertificate"),
            let key = reader.optionalText("operator.tlsKey")
        else {
            throw FleetError(
                .invalidArgument, "operator.tlsListen is set without operator.tlsCertificate and operator.tlsKey",
                reason: "a TLS server shows a certificate", next: "set both to PEM files")
        }
        var host = String(listen[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        return OperatorTLS(host: host, port: port, certificateFile: certificate, keyFile: key)
    }

    /// The defaults alone.
    package init() throws(FleetError) { try self.init(SettingsReader(keys: Self.keys)) }

    static func endpoint(_ text: String, _ name: String) throws(FleetError) -> String {
        guard text.hasPrefix("tcp://"), let colon = text.lastIndex(of: ":"),
            let port = Int(text[text.index(after: colon)...]), (0...65535).contains(port)
        else {
            throw FleetError(
                .invalidArgument, "setting \(name): \(text) is not an endpoint", reason: "tcp://host:port",
                next: "\(name): tcp://127.0.0.1:7440")
        }
        return text
    }
}
