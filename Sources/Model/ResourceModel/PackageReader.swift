import FleetModel

/// Reads and validates one document of a registration (rules and texts: kapp-controller's
/// `apiserver/apis/datapackaging/validation`).
struct PackageReader {
    let source: SourceDocument
    let index: Int
    let document: Value

    /// What a document is that is none of ours.
    static func found(_ document: Value) -> String {
        guard document.objectValue != nil else { return "found \(document.typeName), not a mapping" }
        let words = [document.apiVersion, document.kind].filter { !$0.isEmpty }
        return words.isEmpty ? "found a document without apiVersion and kind" : "found \(words.joined(separator: " "))"
    }

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
            template: try templateSteps(), deploy: try deploy(), document: document)
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

    func text(_ path: [String]) throws(FleetError) -> String { try text(document[path], at: path) }

    func text(_ value: Value?, at path: [String]) throws(FleetError) -> String {
        switch value {
        case .string(let text) where !text.isEmpty: return text
        case .int, .double, .bool:
            throw error(path, "is not a string", reason: "write it in quotes: YAML reads it as a number")
        default: throw error(path, "is missing", reason: "cannot be empty")
        }
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
