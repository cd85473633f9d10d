internal import FleetModel

/// vSphere's formats before Carvel: VSPHERE_APPS_YAML (`SupervisorServiceDefinition`, and its predecessor in a
/// ConfigMap) and CUSTOM_YAML (plain manifests with what the API call said of them).
extension PackageReader {
    static let definitionVersion = "appplatform.wcp.vmware.com/v1alpha2"
    static let oldDefinitionVersion = "appplatform.wcp.vmware.com/v1alpha1"
    /// Ours: vCenter keeps the same facts beside the content.
    static let customVersion = "services.flotilla/v1alpha1"

    private static let definitionsFile = "crd.yaml"
    private static let manifestsFile = "operator.yaml"
    private static let customFile = "custom.yaml"
    /// Bytes of one unpacked content.
    private static let contentBytes = 16 << 20

    /// The wrapper that makes plain manifests a document of their own.
    static func wrapped(
        _ sources: [SourceDocument], as custom: RegistrationOptions.CustomService
    ) -> SourceDocument {
        let document: Value = [
            "apiVersion": .string(customVersion), "kind": "CustomService", "metadata": ["name": "placeholder"],
            "spec": [
                "serviceID": .string(custom.service.rawValue), "version": .string(custom.version),
                "label": .string(custom.displayName), "description": .string(custom.description),
                "yaml": .string(sources.map(\.text).joined(separator: "\n---\n")),
            ],
        ]
        return SourceDocument(
            name: sources.map(\.name).joined(separator: ", "), text: YAMLWriter.text(document))
    }

    // MARK: SupervisorServiceDefinition

    func serviceDefinition() throws(FleetError) -> PackageDocument {
        var files: [String: String] = [:]
        files[Self.definitionsFile] = try content(["spec", "crdYaml"])
        files[Self.manifestsFile] = try content(["spec", "operatorYaml"])
        guard !files.isEmpty else {
            throw error(["spec"], "neither crdYaml nor operatorYaml", reason: "a service without objects is none")
        }
        return try application(id: ["spec", "serviceID"], version: try text(["spec", "version"]), spec: "spec", files)
    }

    /// `{format: plain, content}` or `{format: gzip, rawContent}`; nil when there is none.
    private func content(_ path: [String]) throws(FleetError) -> String? {
        guard let block = document[path], !block.isNull else { return nil }
        switch block["format"]?.stringValue ?? "plain" {
        case "plain":
            guard let text = block["content"]?.stringValue else {
                throw error(path + ["content"], "is missing", reason: "format plain has its text there")
            }
            return text
        case "gzip":
            guard let packed = block["rawContent"]?.stringValue else {
                throw error(path + ["rawContent"], "is missing", reason: "format gzip has its text there")
            }
            guard let bytes = Base64.decode(packed) else {
                throw error(path + ["rawContent"], "is not base64", reason: "format gzip is gzip in base64")
            }
            do throws(Gzip.Failure) {
                let plain = try Gzip.unpack(bytes, limit: Self.contentBytes)
                guard let text = String(validating: plain, as: UTF8.self) else {
                    throw Gzip.Failure.damaged("the text is not UTF-8")
                }
                return text
            } catch {
                let reason =
                    switch error {
                    case .tooLarge: "more than \(Self.contentBytes) bytes (limit contentBytes)"
                    case .damaged(let words): words
                    }
                throw self.error(path + ["rawContent"], "cannot be unpacked", reason: reason)
            }
        case let other:
            throw error(path + ["format"], "\"\(other)\"", reason: "must be plain or gzip")
        }
    }

    /// What both forms of VSPHERE_APPS_YAML say.
    private func application(
        id path: [String], version: String, spec: String, _ files: [String: String]
    ) throws(FleetError) -> PackageDocument {
        let id = try text(path)
        try checkID(id, at: path)
        if let definitions = files[Self.definitionsFile] { try checkYAML(definitions, "crdYaml") }
        let spec = document[spec] ?? .object([:])
        return PackageDocument(
            format: .vSphere, refName: id, version: try read(version, at: ["spec", "version"]), versionText: version,
            releaseNotes: "", annotations: document.objectAnnotations, valuesSchema: nil,
            compatibility: try compatibility(), displayName: Self.words(spec["label"]),
            description: Self.words(spec["description"]), eula: spec["eula"]?.stringValue ?? "", fetch: .inline(files),
            template: [
                .goTemplate(
                    definitions: files[Self.definitionsFile].map { _ in Self.definitionsFile },
                    manifests: files[Self.manifestsFile].map { _ in Self.manifestsFile })
            ], document: document)
    }

    private static func words(_ value: Value?) -> String? {
        guard let text = value?.stringValue, !text.isEmpty else { return nil }
        return text
    }

    private func checkID(_ id: String, at path: [String]) throws(FleetError) {
        guard id.utf8.count <= 63, !id.contains("."), Self.isDomain(id) else {
            throw error(path, "\"\(id)\"", reason: "must be a DNS label: at most 63 of a-z, 0-9 and -")
        }
    }

    private func read(_ version: String, at path: [String]) throws(FleetError) -> PackageVersion {
        do throws(PackageVersion.ParseError) {
            return try PackageVersion(version.hasPrefix("v") ? String(version.dropFirst()) : version)
        } catch {
            throw self.error(path, "\"\(version)\"", reason: "must be valid semver: \(error)")
        }
    }

    private func checkYAML(_ text: String, _ what: String) throws(FleetError) {
        do throws(YAMLError) {
            _ = try YAMLDocuments.read(text)
        } catch {
            throw self.error(["spec"], "\(what): \(error.description)", reason: "its content is not valid YAML")
        }
    }

    // MARK: The ConfigMap of the first releases

    func serviceInConfigMap() throws(FleetError) -> PackageDocument {
        guard document.objectLabels["appplatform.vmware.com/kind"] == "supervisorservice" else {
            throw error(
                ["metadata", "labels"], "a ConfigMap without the label appplatform.vmware.com/kind: supervisorservice",
                reason: "only a ConfigMap with it holds a service")
        }
        let data = document.stringMap("data")
        guard let name = data.keys.sorted().first(where: { $0.hasSuffix("-operator.yaml") }).map({ $0.dropLast(14) }),
            let service = data["\(name).yaml"]
        else {
            throw error(
                ["data"], "keys \(data.keys.sorted().joined(separator: ", "))",
                reason: "expected <id>-crd.yaml, <id>-operator.yaml and <id>.yaml")
        }
        let definition: Value
        do throws(YAMLError) {
            definition = try YAMLDocuments.readOne(service)
        } catch {
            throw self.error(["data", "\(name).yaml"], error.description, reason: "it is not valid YAML")
        }
        guard definition.apiVersion == Self.oldDefinitionVersion, definition.kind == "SupervisorService" else {
            throw error(
                ["data", "\(name).yaml"], "found \(definition.apiVersion) \(definition.kind)",
                reason: "expected a SupervisorService of \(Self.oldDefinitionVersion)")
        }
        let versions = definition[at: "spec", "versions"]?.arrayValue?.compactMap(\.stringValue) ?? []
        guard let version = versions.first, versions.count == 1 else {
            throw error(
                ["data", "\(name).yaml"], "spec.versions: \(versions.count) versions",
                reason: "one ConfigMap holds the content of exactly one version")
        }
        // The definition's fields count as this document's, so that both forms are read by the same code.
        var files: [String: String] = [:]
        if let crds = data["\(name)-crd.yaml"], !crds.isEmpty { files[Self.definitionsFile] = crds }
        files[Self.manifestsFile] = data["\(name)-operator.yaml"]
        let inner = PackageReader(source: source, index: index, document: definition)
        var package = try inner.application(id: ["spec", "serviceId"], version: version, spec: "spec", files)
        package.document = document
        return package
    }

    // MARK: Plain manifests

    func customService() throws(FleetError) -> PackageDocument {
        let id = try text(["spec", "serviceID"])
        try checkID(id, at: ["spec", "serviceID"])
        let version = try text(["spec", "version"])
        let manifests = try text(["spec", "yaml"])
        try checkYAML(manifests, "the manifests")
        return PackageDocument(
            format: .custom, refName: id, version: try read(version, at: ["spec", "version"]), versionText: version,
            releaseNotes: "", annotations: document.objectAnnotations, valuesSchema: nil,
            compatibility: try compatibility(), displayName: Self.words(document[at: "spec", "label"]),
            description: Self.words(document[at: "spec", "description"]), fetch: .inline([Self.customFile: manifests]),
            template: [], document: document)
    }
}
