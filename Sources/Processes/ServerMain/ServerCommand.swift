package import ArgumentParser
package import FleetModel
internal import Foundation
package import Settings

/// The main program of a server: options over the environment over the file over the defaults, then `serve`.
///
/// An error ends the process with its text on standard error and the exit code of its kind.
package protocol ServerCommand: AsyncParsableCommand {
    /// What the program runs on, made and checked from the keys.
    associatedtype Plan: Sendable

    static var settingKeys: [SettingKey] { get }
    /// Read when no other file is named and it exists.
    static var standardFile: String { get }
    static func plan(_ reader: SettingsReader) throws(FleetError) -> Plan

    var server: ServerOptions { get }
    /// The program's own options by the keys they stand for; nil = not given.
    var ownOptions: [(key: String, value: String?)] { get }

    /// Runs until the process is told to end. `reload` reads the settings anew.
    func serve(_ plan: Plan, reload: @escaping @Sendable () throws(FleetError) -> Plan) async throws
}

extension ServerCommand {
    package static func main() async {
        // Told to end while it starts it has nothing to end in order, and that is no failure. The services take the
        // signals over when they run.
        for number in [SIGTERM, SIGINT] { signal(number) { _ in _exit(0) } }
        do {
            var command = try parseAsRoot()
            if var server = command as? any AsyncParsableCommand {
                try await server.run()
            } else {
                try command.run()
            }
            Foundation.exit(0)
        } catch let error as FleetError {
            FileHandle.standardError.write(Data("\(_commandName): \(error)\n".utf8))
            Foundation.exit(error.exitCode)
        } catch {
            exit(withError: error)
        }
    }

    package mutating func run() async throws {
        if server.printConfig {
            print(SettingsLoader.commentedFile(Self._commandName, Self.settingKeys), terminator: "")
            return
        }
        let overrides = try SettingsLoader.overrides(ownOptions + [("log.level", server.logLevel)], set: server.set)
        let config = server.config
        let read: @Sendable () throws(FleetError) -> Plan = { () throws(FleetError) -> Plan in
            try Self.plan(
                SettingsLoader.reader(
                    keys: Self.settingKeys, path: config, standardPath: Self.standardFile, overrides: overrides))
        }
        let plan = try read()
        if try Self.armFailpoints() { return }
        if server.checkConfig {
            print("the configuration is valid")
            return
        }
        try await serve(plan, reload: read)
    }
}
