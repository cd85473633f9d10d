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
