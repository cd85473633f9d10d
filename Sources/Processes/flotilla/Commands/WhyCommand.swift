internal import ArgumentParser
internal import FleetModel
internal import OperatorClient

/// `flotilla why harbor@sv-oslo`.
struct WhyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why", abstract: "Say why an install is as it is, and what to type next.")

    @Argument(help: "SERVICE@SUPERVISOR.")
    var install: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let (name, supervisor) = try InstallName.split(install)
        let (key, diagnosis) = try await connection.withClient { client in
            let service = try await client.service(name)
            let key = InstallKey(service: service.service.id, supervisor: supervisor)
            do {
                guard case .why(let diagnosis) = try await client.ask(.why(key.service), of: supervisor) else {
                    throw FleetError(.internalError, "the agent of \(supervisor) answered another question")
                }
                return (key, diagnosis)
            } catch let error as FleetError where error.code == .unavailable || error.code == .timedOut {
                guard let stored = service.installs.first(where: { $0.install.key == key }) else { throw error }
                Console.talk("the agent of \(supervisor) is away; this is what it last reported")
                return (key, Self.lastReported(stored.install))
            }
        }
        Printer.one(Documents.diagnosis(diagnosis, of: key), name: "install/\(key)", format: output.output) {
            DiagnosisText.why(diagnosis, now: WallClock.now)
        }
    }

    private static func lastReported(_ install: ServiceInstall) -> Diagnosis {
        Diagnosis(
            state: install.status.state, reason: "", message: install.status.messages.last ?? "",
            since: install.status.since, causes: [])
    }
}
