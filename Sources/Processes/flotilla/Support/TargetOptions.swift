internal import ArgumentParser
internal import FleetModel

/// Which Supervisors a command is for.
struct TargetOptions: ParsableArguments {
    @Option(name: .customLong("on"), help: "Supervisors, separated by commas, in the order to be worked on.")
    var on: [String] = []

    @Flag(help: "Every enrolled Supervisor (install), or every one that has the service.")
    var all = false

    @Option(
        name: [.customShort("l"), .customLong("selector")], help: "A label selector over Supervisors: region=north.")
    var selector: String?

    func selection(for verb: String) throws(FleetError) -> TargetSelection {
        let names = on.flatMap { $0.split(separator: ",").map(String.init) }
        let given = [!names.isEmpty, all, selector != nil].count { $0 }
        guard given == 1 else {
            throw FleetError(
                .invalidArgument,
                given == 0 ? "\(verb): no Supervisor is named" : "\(verb): --on, --all and -l exclude each other",
                reason: "exactly one of --on, --all and -l says where",
                next: "flotilla \(verb) … --on sv-oslo,sv-bergen, or --all")
        }
        if let selector { return .labels(selector) }
        return all ? .all : .named(names.map { SupervisorID($0) })
    }
}

/// Values, limits and consent of install, upgrade and reconfigure.
struct RequestOptions: ParsableArguments {
    @Option(
        name: [.customShort("f"), .customLong("values")],
        help: "A values YAML file; `-` is standard input. Repeatable, later files win.")
    var values: [String] = []

    @Option(help: "One value, a.b.c=VALUE, read as YAML. Repeatable.")
    var set: [String] = []

    @Flag(name: .customLong("reset-values"), help: "Drop the values set before instead of carrying them forward.")
    var resetValues = false

    @Option(name: .customLong("max-parallel"), help: "Supervisors worked on at once; 0 is all.")
    var maxParallel = 0

    @Option(name: .customLong("max-failures"), help: "After this many failures nothing further is sent.")
    var maxFailures = 1

    @Option(help: "A remark kept with the task.")
    var reason = ""

    @OptionGroup var consent: ConsentOptions

    func request(
        service: ServiceView, targets: TargetSelection, version: String?
    ) throws(FleetError) -> InstallRequest {
        for pair in set where !pair.contains("=") || pair.hasPrefix("=") {
            throw FleetError(
                .invalidArgument, "--set \(pair) has no value", reason: "the form is path.to.value=VALUE",
                next: "flotilla … --set \(pair)=VALUE")
        }
        return InstallRequest(
            service: service.service.id, targets: targets, version: version, values: try Files.texts(values),
            set: set, resetValues: resetValues, maxParallel: maxParallel, maxFailures: maxFailures,
            dataConsent: try consent.keys(for: service.service.id), reason: reason)
    }
}

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

/// `harbor@sv-oslo`.
enum InstallName {
    static func split(_ text: String) throws(FleetError) -> (service: String, supervisor: SupervisorID) {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw FleetError(
                .invalidArgument, "\(text) does not name an install", reason: "the form is SERVICE@SUPERVISOR",
                next: "flotilla … harbor@sv-oslo")
        }
        return (parts[0], SupervisorID(parts[1]))
    }
}
