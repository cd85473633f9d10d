internal import ArgumentParser
internal import FleetModel

/// What a registration says beside its files.
struct RegistrationArguments: ParsableArguments {
    @Flag(name: .customLong("accept-eula"), help: "Accept the licence agreement in the files.")
    var acceptsEULA = false

    @Option(
        name: .customLong("custom"),
        help: ArgumentHelp("The files are plain manifests (CUSTOM_YAML) of this service.", valueName: "service"))
    var custom: String?

    @Option(name: .customLong("custom-version"), help: "With --custom: the version they are.")
    var customVersion: String?

    @Option(name: .customLong("display-name"), help: "With --custom: the name that is shown.")
    var displayName: String?

    @Option(help: "With --custom: what the service is for.")
    var description: String?

    /// Nil when nothing was said, which older coordinators understand as well.
    func options() throws(FleetError) -> RegistrationOptions? {
        guard let custom else {
            guard customVersion == nil, displayName == nil, description == nil else {
                throw FleetError(
                    .invalidArgument, "--custom-version, --display-name and --description go with --custom",
                    reason: "every other format says it in its files")
            }
            return acceptsEULA ? RegistrationOptions(acceptsEULA: true) : nil
        }
        guard let customVersion else {
            throw FleetError(
                .invalidArgument, "--custom needs --custom-version", reason: "plain manifests have no version",
                next: "add --custom-version 1.0.0")
        }
        return RegistrationOptions(
            acceptsEULA: acceptsEULA,
            custom: .init(
                service: ServiceID(custom), version: customVersion, displayName: displayName ?? "",
                description: description ?? ""))
    }
}
