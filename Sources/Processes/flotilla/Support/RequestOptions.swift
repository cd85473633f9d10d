internal import ArgumentParser
internal import FleetModel

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

    @OptionGroup var consent: ConsentOptions

    func request(
        service: ServiceView, targets: TargetSelection, version: String?
    ) throws(FleetError) -> InstallRequest {
        for pair in set { _ = try Assignment(pair) }
        return InstallRequest(
            service: service.service.id, targets: targets, version: version, values: try Files.texts(values),
            valueNames: values.map { $0 == "-" ? "standard input" : $0 }, set: set, resetValues: resetValues,
            maxParallel: maxParallel, maxFailures: maxFailures,
            dataConsent: try consent.keys(for: service.service.id))
    }
}
