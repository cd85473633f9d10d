internal import FleetModel

extension PackageReader {
    /// Every constraint of the document; one that cannot be read is refused with its text, as vCenter does.
    func compatibility() throws(FleetError) -> PackageCompatibility {
        var result = PackageCompatibility()
        result.kubernetes = try range(["spec", "kubernetesVersionSelection", "constraints"])
        _ = try range(["spec", "kappControllerVersionSelection", "constraints"])
        result.source = try range(annotation(PackageCompatibility.sourceVersions))
        result.destination = try range(annotation(PackageCompatibility.destinationVersions))
        result.supervisor = try constraints(annotation(PackageCompatibility.supervisorVersions))
        // No vCenter is asked: the coordinator stands in for it. What is written there must be readable all the same.
        _ = try constraints(annotation(PackageCompatibility.vCenterVersions))
        if let names = try words(annotation(PackageCompatibility.requiredCapability)) {
            result.capabilities = names.split { $0 == "," || $0.isWhitespace }.map(String.init)
        }
        result.hook = try hook()
        result.hookData = try words(annotation(CompatibilityHook.data))
        return result
    }

    private func annotation(_ key: String) -> [String] { ["metadata", "annotations", key] }

    /// The text at a path; nil when there is none or it is empty.
    private func words(_ path: [String]) throws(FleetError) -> String? {
        switch document[path] {
        case nil, .null: return nil
        case .string(let text): return text.isEmpty ? nil : text
        default: throw error(path, "is not a string", reason: "write it in quotes")
        }
    }

    private func range(_ path: [String]) throws(FleetError) -> PackageCompatibility.Rule<VersionRange>? {
        guard let text = try words(path) else { return nil }
        do throws(VersionRange.ParseError) {
            return .init(text: text, grammar: try VersionRange(text))
        } catch {
            throw self.error(path, "\"\(text)\"", reason: "\(error)")
        }
    }

    private func constraints(_ path: [String]) throws(FleetError) -> PackageCompatibility.Rule<VersionConstraints>? {
        guard let text = try words(path) else { return nil }
        do throws(VersionConstraints.ParseError) {
            return .init(text: text, grammar: try VersionConstraints(text))
        } catch {
            throw self.error(path, "\"\(text)\"", reason: "\(error)")
        }
    }

    private func hook() throws(FleetError) -> CompatibilityHook? {
        func path(_ name: String) -> [String] { annotation(CompatibilityHook.prefix + name) }
        guard let service = try words(path("service")) else { return nil }
        guard service.utf8.count <= 63, Self.isDomain(service) else {
            throw error(path("service"), "\"\(service)\"", reason: "must be the name of a Service")
        }
        let portText = try words(path("port")) ?? "80"
        guard let port = Int(portText), (1...65_535).contains(port) else {
            throw error(path("port"), "\"\(portText)\"", reason: "must be a port, 1 to 65535")
        }
        let schemeText = try words(path("protocol")) ?? "http"
        guard let scheme = CompatibilityHook.Scheme(rawValue: schemeText.lowercased()) else {
            throw error(path("protocol"), "\"\(schemeText)\"", reason: "must be http or https")
        }
        let method = (try words(path("method")) ?? "GET").uppercased()
        guard ["GET", "POST", "PUT"].contains(method) else {
            throw error(path("method"), "\"\(method)\"", reason: "must be GET, POST or PUT")
        }
        let url = try words(path("url")) ?? "/"
        guard url.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), !url.split(separator: "/").contains("..") else {
            throw error(path("url"), "\"\(url)\"", reason: "must be a path of the Service")
        }
        return CompatibilityHook(
            service: service, url: url.hasPrefix("/") ? url : "/" + url, port: port, scheme: scheme, method: method,
            authority: try words(path("ca_secret")) ?? "")
    }
}
