package import FleetModel

extension WireDesiredState {
    package init(service: ServiceID, spec: InstallSpec) {
        self.init()
        self.service = service.rawValue
        generation = spec.generation
        command = spec.command.rawValue
        task = spec.task.rawValue
        switch spec.intent {
        case .present(let selection): present = WirePackageSelection(selection)
        case .absent(let policy):
            var wire = WireAbsent()
            wire.dataPolicy = policy.rawValue
            absent = wire
        }
        if case .confirmed(let key) = spec.dataConsent {
            dataConsent.service = key.service.rawValue
            dataConsent.supervisor = key.supervisor.rawValue
        }
    }

    /// The wanted state in it; throws on what could be misread as another intent.
    package func spec() throws(LinkError) -> InstallSpec {
        guard !service.isEmpty else { throw .invalid(field: "service", value: service) }
        guard generation > 0 else { throw .invalid(field: "generation", value: "0") }
        let wanted: InstallSpec.Intent
        switch intent {
        case .present(let selection): wanted = .present(try selection.selection())
        case .absent(let absent):
            guard let policy = DataPolicy(rawValue: absent.dataPolicy) else {
                throw .invalid(field: "data_policy", value: absent.dataPolicy)
            }
            wanted = .absent(policy)
        case nil: throw .invalid(field: "intent", value: "")
        }
        var spec = InstallSpec(
            generation: generation, intent: wanted, command: CommandID(command), task: TaskID(task))
        if hasDataConsent {
            spec.dataConsent = .confirmed(
                InstallKey(
                    service: ServiceID(dataConsent.service), supervisor: SupervisorID(dataConsent.supervisor)))
        }
        return spec
    }
}

extension WirePackageSelection {
    package init(_ selection: PackageSelection) {
        self.init()
        version = selection.version
        package = selection.package.rawValue
        values = selection.values.rawValue
        if let image = selection.bundleImage { bundleImage = image }
        if let tree = selection.bundleTree { bundleTree = tree.rawValue }
        if let bundle = selection.bundleContent { bundleContent = bundle.rawValue }
        namespace = selection.namespace
    }

    package func selection() throws(LinkError) -> PackageSelection {
        guard !version.isEmpty else { throw .invalid(field: "version", value: version) }
        guard !namespace.isEmpty else { throw .invalid(field: "namespace", value: namespace) }
        return PackageSelection(
            version: version, package: try Self.digest(`package`, "package"), values: try Self.digest(values, "values"),
            bundleImage: hasBundleImage ? bundleImage : nil,
            bundleTree: hasBundleTree ? try Self.digest(bundleTree, "bundle_tree") : nil,
            bundleContent: hasBundleContent ? try Self.digest(bundleContent, "bundle_content") : nil,
            namespace: namespace)
    }

    private static func digest(_ text: String, _ field: String) throws(LinkError) -> ContentDigest {
        let digest = ContentDigest(text)
        guard digest.isWellFormed else { throw .invalid(field: field, value: text) }
        return digest
    }
}
