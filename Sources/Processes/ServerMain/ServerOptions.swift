package import ArgumentParser

/// The options that every server has.
package struct ServerOptions: ParsableArguments {
    @Option(help: "The configuration file; the one in /etc/flotilla when it exists.")
    package var config: String?

    @Option(name: .customLong("log-level"), help: "Key log.level.")
    package var logLevel: String?

    @Option(help: "Any other key: KEY=VALUE. Repeatable.")
    package var set: [String] = []

    @Flag(name: .customLong("check-config"), help: "Read the settings, say what is wrong, and end.")
    package var checkConfig = false

    @Flag(name: .customLong("print-config"), help: "Print the commented file with every default, and end.")
    package var printConfig = false

    package init() {}
}
