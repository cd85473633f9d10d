internal import ArgumentParser
internal import FleetModel

/// `--delete-data --confirm harbor@sv-oslo`: consent that names what is lost (contract C5).
struct ConsentOptions: ParsableArguments {
    @Flag(name: .customLong("delete-data"), help: "Let data go; needs --confirm for each Supervisor.")
    var deleteData = false

    @Option(help: "SERVICE@SUPERVISOR whose data may go. Repeatable.")
    var confirm: [String] = []

    func keys(for service: ServiceID) throws(FleetError) -> [InstallKey] {
        guard deleteData || confirm.isEmpty else {
            throw FleetError(
                .invalidArgument, "--confirm without --delete-data means nothing",
                reason: "data is kept unless --delete-data is given", next: "add --delete-data, or drop --confirm")
        }
        var keys: [InstallKey] = []
        for name in confirm.flatMap({ $0.split(separator: ",").map(String.init) }) {
            let (part, supervisor) = try InstallName.split(name)
            guard service.rawValue.contains(part) else {
                throw FleetError(
                    .invalidArgument, "--confirm \(name) names another service than \(service)",
                    next: "--confirm \(service.shortName)@\(supervisor)")
            }
            keys.append(InstallKey(service: service, supervisor: supervisor))
        }
        return keys
    }
}
