import FleetModel

/// Reads and validates one document of a registration (rules and texts: kapp-controller's
/// `apiserver/apis/datapackaging/validation`).
struct PackageReader {
    let source: SourceDocument
    let index: Int
    let document: Value

    func error(_ path: [String], _ message: String, reason: String) -> FleetError {
        let line = YAMLDocuments.line(of: path, inDocument: index, of: source.text)
        return FleetError(
            .invalidArgument,
            "\(PackageRegistration.place(source, line)): \(path.joined(separator: ".")): \(message)", reason: reason,
            next: "correct the file and run the command again")
    }

    func package() throws(FleetError) -> PackageDocument {
        let spec = document["spec"] ?? .object([:])
        let refName = try text(["spec", "refName"])
        guard refName.split(separator: ".", omittingEmptySubsequences: false).count >= 3,
            Self.isDomain(refName)
        else {
            throw error(
                ["spec", "refName"], "\"\(refName)\"",
                reason: "should be a domain with at least three segments separated by dots")
        }
        let versionText = try text(["spec", "version"])
        let version: PackageVersion
        do throws(PackageVersion.ParseError) {
            version = try PackageVersion(versionText)
        } catch {
            throw self.error(["spec", "version"], "\"\(versionText)\"", reason: "must be valid semver: \(error)")
        }
        guard document.objectName == "\(refName).\(versionText)" else {
            throw error(
                ["metadata", "name"], "\"\(document.objectName)\"",
                reason: "must be <spec.refName> + '.' + <spec.version>: \(refName).\(versionText)")
        }
        let schema = spec[at: "valuesSchema", "openAPIv3"]
        if let schema, schema.objectValue == nil {
            throw error(["spec", "valuesSchema", "openAPIv3"], "not a mapping", reason: "must be an OpenAPI v3 schema")
        }
        return PackageDocument(
            refName: refName, version: version, versionText: versionText,
            releaseNotes: spec["releaseNotes"]?.stringValue ?? "", annotations: document.objectAnnotations,
            valuesSchema: schema.map { OpenAPISchema($0) }, compatibility: try compatibility(), fetch: try fetch(),
            template: try templateSteps(), deployOptions: try deploy(), document: document)
    }

    func metadata() throws(FleetError) -> PackageMetadataDocument {
        let name = document.objectName
        guard name.split(separator: ".", omittingEmptySubsequences: false).count >= 3, Self.isDomain(name) else {
            throw error(
                ["metadata", "name"], "\"\(name)\"",
                reason: "should be a domain with at least three segments separated by dots")
        }
        let spec = document["spec"] ?? .object([:])
        return PackageMetadataDocument(
            name: name, displayName: spec["displayName"]?.stringValue ?? name,
            shortDescription: spec["shortDescription"]?.stringValue ?? "",
            providerName: spec["providerName"]?.stringValue ?? "")
    }

    func text(_ path: [String]) throws(FleetError) -> String {
        switch document[path] {
        case .string(let text) where !text.isEmpty: return text
        case .int, .double, .bool:
            throw error(path, "is not a string", reason: "write it in quotes: YAML reads it as a number")
        default: throw error(path, "is missing", reason: "cannot be empty")
        }
    }

    private static let specPath = ["spec", "template", "spec"]

    private func steps(_ name: String) throws(FleetError) -> [Value] {
        let path = Self.specPath + [name]
        guard let steps = document[path]?.arrayValue, !steps.isEmpty else {
            throw error(path, "is missing", reason: "expected to have at least one element in \(name)")
        }
        return steps
    }

    private func fetch() throws(FleetError) -> PackageDocument.Fetch {
        let steps = try steps("fetch")
        let path = Self.specPath + ["fetch"]
        guard steps.count == 1 else {
            throw error(path, "\(steps.count) steps", reason: "a Supervisor Service has exactly one fetch step")
        }
        let step = steps[0]
        let place = path + ["0"]
        if let bundle = step["imgpkgBundle"] {
            guard let image = bundle["image"]?.stringValue, !image.isEmpty else {
                throw error(place + ["imgpkgBundle", "image"], "is missing", reason: "cannot be empty")
            }
            return .imgpkgBundle(image: image)
        }
        if let image = step["image"] {
            guard let url = image["url"]?.stringValue, !url.isEmpty else {
                throw error(place + ["image", "url"], "is missing", reason: "cannot be empty")
            }
            return .image(url: url, subPath: image["subPath"]?.stringValue)
        }
        if let inline = step["inline"] {
            guard inline["pathsFrom"] == nil else {
                throw error(
                    place + ["inline", "pathsFrom"], "is not supported",
                    reason: "inline content from Secrets and ConfigMaps lies outside the package")
            }
            return .inline(inline.stringMap("paths"))
        }
        let named = step.objectValue?.keys.sorted().joined(separator: ", ") ?? ""
        throw error(
            place, "fetch step \"\(named)\" is not supported",
            reason: "supported are imgpkgBundle, image and inline (the Supervisor's Fetch & Template Contract); "
                + "kapp-controller's git, http and helmChart fetch what no bundle pins")
    }

    private func templateSteps() throws(FleetError) -> [PackageDocument.TemplateStep] {
        var result: [PackageDocument.TemplateStep] = []
        for (index, step) in try steps("template").enumerated() {
            let path = Self.specPath + ["template", String(index)]
            if let ytt = step["ytt"] {
                for key in ["valuesFrom", "fileMarks"] where ytt[key] != nil {
                    throw error(
                        path + ["ytt", key], "is not supported",
                        reason: "values of a Supervisor Service come from its installation")
                }
                result.append(
                    .ytt(
                        paths: ytt["paths"]?.arrayValue?.compactMap(\.stringValue) ?? [],
                        inline: ytt["inline"]?.stringMap("paths") ?? [:],
                        ignoreUnknownComments: ytt["ignoreUnknownComments"] == true))
            } else if let kbld = step["kbld"] {
                result.append(.kbld(paths: kbld["paths"]?.arrayValue?.compactMap(\.stringValue) ?? []))
            } else {
                let named = step.objectValue?.keys.sorted().joined(separator: ", ") ?? ""
                throw error(
                    path, "template step \"\(named)\" is not supported",
                    reason: "supported are ytt and kbld; of kapp-controller's others, helmTemplate, cue and sops need "
                        + "their own programs: render with them when the bundle is made")
            }
        }
        return result
    }

    private func deploy() throws(FleetError) -> [String] {
        let steps = try steps("deploy")
        let path = Self.specPath + ["deploy"]
        guard steps.count == 1, let kapp = steps[0]["kapp"] else {
            throw error(path, "\(steps.count) steps", reason: "expected exactly one deploy step, kapp")
        }
        return kapp["rawOptions"]?.arrayValue?.compactMap(\.stringValue) ?? []
    }

    static func isDomain(_ name: String) -> Bool {
        name.utf8.count <= 253
            && name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { segment in
                let bytes = Array(segment.utf8)
                guard let first = bytes.first, let last = bytes.last, bytes.count <= 63 else { return false }
                return isAlphanumeric(first) && isAlphanumeric(last)
                    && bytes.allSatisfy { isAlphanumeric($0) || $0 == 0x2D }
            }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
