internal import ArgumentParser
internal import FleetModel
internal import Foundation

/// `flotilla`: the operator's command line.
@main
struct Flotilla: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flotilla",
        abstract: "The life cycle of Supervisor Services over a fleet of Supervisors.",
        discussion: """
            Exit codes: 0 ok · 1 failed · 2 usage · 3 wait timed out (work goes on) · 4 not authenticated or \
            authorised · 5 refused by precheck or plan · 6 ended degraded · 7 not found · 8 conflict, plan stale · \
            10 changes pending · 130 detached.
            """,
        version: FlotillaVersion.text,
        groupedSubcommands: [
            CommandGroup(
                name: "Inventory", subcommands: [ServiceCommand.self, SupervisorCommand.self, TaskCommand.self]),
            CommandGroup(
                name: "Life cycle",
                subcommands: [
                    InstallCommand.self, UpgradeCommand.self, ReconfigureCommand.self, UninstallCommand.self,
                    ActivateCommand.self, DeactivateCommand.self, DeleteCommand.self, PlanCommand.self,
                    ApplyCommand.self, DriftCommand.self,
                ]),
            CommandGroup(name: "Package authors", subcommands: [PackageCommand.self]),
            CommandGroup(
                name: "Looking",
                subcommands: [
                    WhyCommand.self, EventsCommand.self, WatchCommand.self, DoctorCommand.self,
                    VerifyCommand.self,
                ]),
            CommandGroup(name: "Access", subcommands: [OperatorCommand.self, TokenCommand.self, AuditCommand.self]),
        ])

    static func main() async {
        Foundation.exit(await perform(Array(CommandLine.arguments.dropFirst())))
    }

    /// Runs one command line and gives the exit code; every error ends as text on standard error.
    static func perform(_ words: [String]) async -> Int32 {
        let arguments = LeadingOptions.moved(words, root: Self.self)
        do {
            var command = try parseAsRoot(arguments)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            return 0
        } catch let error as FleetError {
            Console.talk(ErrorText.lines(of: error))
            return error.exitCode
        } catch let code as ExitCode {
            return code.rawValue
        } catch {
            let text = fullMessage(for: error)
            if exitCode(for: error) == .success {
                Console.data(text)
                return 0
            }
            Console.talk(unknownCommand(in: arguments).map(ErrorText.lines(of:)) ?? text)
            return 2
        }
    }

    /// The first word that is no command where one must stand.
    private static func unknownCommand(in arguments: [String]) -> FleetError? {
        var commands: [any ParsableCommand.Type] = configuration.subcommands
        var path = ["flotilla"]
        for word in arguments {
            guard !commands.isEmpty, !word.hasPrefix("-"), word != "help" else { return nil }
            if let next = commands.first(where: { $0.names.contains(word) }) {
                path.append(word)
                commands = next.configuration.subcommands
                continue
            }
            let names = commands.map { $0._commandName }
            let near = Suggestion.near(word, among: names).first
            return FleetError(
                .invalidArgument, "\(path.joined(separator: " ")) \(word): there is no such command",
                reason: Suggestion.text(word, among: names), next: (path + [near ?? "--help"]).joined(separator: " "))
        }
        return nil
    }
}
