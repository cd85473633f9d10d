package import FleetModel
package import FleetRuntime
internal import Foundation
package import PackageSources
internal import ResourceModel

/// Where bundles come from: the same keys for coordinator and agent.
package struct SourceSettings: Hashable, Sendable {
    package var rules: [SourceMap.Rule]
    /// A folder of packages whose bundles are added to `rules`.
    package var catalog: String?
    package var registries: [RegistryFields]
    /// A docker `config.json`.
    package var dockerConfig: String?
    /// Nil: a folder of `dataDir`.
    package var cachePath: String?
    package var cacheMebibytes: Int

    static let ruleFields = [
        "package", "version", "image", "directory", "ociLayout", "archive", "registry", "coordinator",
    ]

    package static let keys: [SettingKey] = [
        SettingKey(
            "sources", .list(fields: ruleFields), "[]",
            "Where bundles are: package (and version) or image prefix (* = every image) → directory, ociLayout (a "
                + "folder), archive (tar of `imgpkg copy --to-tar`, or of an OCI layout), registry (host/path that "
                + "stands for the prefix; * = the image's own) or coordinator: true (agents only: its place in the "
                + "order). All that match are tried in order. Nothing is pulled from a registry that no rule names."),
        SettingKey(
            "catalog", .text, "",
            "Folder <name>/<version>/{package.yaml,bundle/}; its bundles are added to sources. Also CATALOG."),
        SettingKey(
            "registries", .list(fields: RegistryFields.fields), "[]",
            "What is special about a registry: host (with port, as image references name it), plainHTTP: true, "
                + "certificateAuthority (PEM file), user and passwordFile."),
        SettingKey(
            "dockerConfig", .text, "",
            "A docker config.json with credentials for registries (auths, credHelpers and credsStore); read anew each "
                + "time. Helpers are docker-credential-<name> in PATH, ended after 10 s."),
        SettingKey(
            "bundleCache.path", .text, "", "Where pulled bundles are kept by digest; empty: bundles in dataDir."),
        SettingKey(
            "bundleCache.mebibytes", .number(1...1_000_000), "512",
            "How much is kept; what was not used for longest goes first."),
    ]

    package init(_ reader: SettingsReader) throws(FleetError) {
        rules = []
        for (index, item) in try reader.list("sources").enumerated() { rules.append(try Self.rule(item, index)) }
        catalog = reader.optionalText("catalog")
        registries = []
        for (index, item) in try reader.list("registries").enumerated() {
            registries.append(try RegistryFields(item, index))
        }
        dockerConfig = reader.optionalText("dockerConfig")
        cachePath = reader.optionalText("bundleCache.path")
        cacheMebibytes = try reader.number("bundleCache.mebibytes")
    }

    /// The sources, with what registries need read from its files.
    package func map(
        dataDir: String, asksCoordinator: Bool, time: TimeSource, entropy: any EntropySource,
        connector: @escaping @Sendable (RegistryEndpoint) throws(FleetError) -> any HTTPExchange
    ) throws(FleetError) -> SourceMap {
        var rules = self.rules
        if let catalog { rules += try Catalog(folder: catalog).rules }
        var settings: [RegistrySetting] = []
        for fields in registries { settings.append(try fields.setting()) }
        let usesRegistries = rules.contains { if case .registry = $0.place { true } else { false } }
        var cache: BundleCache?
        if usesRegistries {
            cache = try BundleCache(
                folder: cachePath ?? "\(dataDir)/bundles", limit: cacheMebibytes << 20, time: time)
        }
        let places = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        return SourceMap(
            rules: rules,
            registries: RegistryAccess(
                settings: settings, dockerConfig: dockerConfig.map { DockerConfig(path: $0) },
                helper: { (name, server) async throws(FleetError) in
                    try await CredentialHelperProgram.ask(name, server, places: places)
                }, cache: cache, time: time,
                entropy: entropy, connector: connector),
            asksCoordinator: asksCoordinator)
    }

    private static func rule(_ item: Value, _ index: Int) throws(FleetError) -> SourceMap.Rule {
        let match: SourceMap.Match
        switch (item.field("package"), item.field("image")) {
        case (let name?, nil): match = .package(name, version: item.field("version"))
        case (nil, let image?): match = .imagePrefix(image)
        default: throw refusal(index, "exactly one of package and image says what it serves")
        }
        var places: [SourceMap.Place] = []
        if let folder = item.field("directory") { places.append(.directory(folder)) }
        if let folder = item.field("ociLayout") { places.append(.ociLayout(folder)) }
        if let path = item.field("archive") { places.append(.archive(path)) }
        if let name = item.field("registry") { places.append(.registry(name)) }
        if item["coordinator"] == .bool(true) { places.append(.coordinator) }
        guard places.count == 1, let place = places.first else {
            throw refusal(
                index, "exactly one of directory, ociLayout, archive, registry and coordinator: true says where it is")
        }
        return SourceMap.Rule(match: match, place: place)
    }

    private static func refusal(_ index: Int, _ rule: String) -> FleetError {
        FleetError(
            .invalidArgument, "setting sources: item \(index + 1) is not a rule", reason: rule,
            next: "- {package: harbor.example.com, version: 2.6.1, directory: /srv/bundles/harbor}")
    }
}

extension Value {
    /// A field's text; numbers as they are read (a version 1.10 needs quotes).
    func field(_ name: String) -> String? {
        switch self[name] {
        case .string(let text)?: text
        case .int(let number)?: String(number)
        case .double(let number)?: String(number)
        default: nil
        }
    }
}
