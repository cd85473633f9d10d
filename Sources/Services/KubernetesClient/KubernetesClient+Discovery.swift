internal import FleetRuntime
package import ResourceModel
import Synchronization

extension KubernetesClient {
    /// How a kind is addressed. A miss asks the server once; a kind that is not there throws `NoKindMatch` with
    /// kubectl's words.
    package func resource(for kind: GroupVersionKind) async throws(KubernetesError) -> APIResource {
        if let known = discovery.withLock({ $0.resources[kind.apiVersion]?[kind.kind] }) { return known }
        let fresh: [String: APIResource]
        do {
            fresh = try await loadResources(group: kind.group, version: kind.version)
        } catch  where error.status == 404 {
            throw Self.noMatch(kind)
        }
        guard let found = fresh[kind.kind] else { throw Self.noMatch(kind) }
        return found
    }

    /// The kind of a group at the version the server prefers; nil when it serves none.
    package func preferredResource(
        group: String, kind: String
    ) async throws(KubernetesError) -> APIResource? {
        for version in try await servedVersions(group: group) {
            do {
                return try await resource(for: GroupVersionKind(group: group, version: version, kind: kind))
            } catch  where error.isNoKindMatch {
                continue
            }
        }
        return nil
    }

    /// Forgets everything: after a custom resource definition came or went.
    package func forgetDiscovery() { discovery.withLock { $0 = DiscoveryCache() } }

    private func servedVersions(group: String) async throws(KubernetesError) -> [String] {
        if group.isEmpty { return ["v1"] }
        if let known = discovery.withLock({ $0.versions?[group] }) { return known }
        let list = try await value(of: HTTPExchangeRequest(method: "GET", target: "/apis"))
        var versions: [String: [String]] = [:]
        for entry in list["groups"]?.arrayValue ?? [] {
            guard let name = entry["name"]?.stringValue else { continue }
            var served = (entry["versions"]?.arrayValue ?? []).compactMap { $0["version"]?.stringValue }
            if let preferred = entry[at: "preferredVersion", "version"]?.stringValue {
                served = [preferred] + served.filter { $0 != preferred }
            }
            versions[name] = served
        }
        discovery.withLock { $0.versions = versions }
        return versions[group] ?? []
    }

    private func loadResources(
        group: String, version: String
    ) async throws(KubernetesError) -> [String: APIResource] {
        try Failpoint.kubernetesDiscovery.failRequest()
        let path = APIResource.root(group: group, version: version)
        let list = try await value(of: HTTPExchangeRequest(method: "GET", target: path))
        var found: [String: APIResource] = [:]
        for entry in list["resources"]?.arrayValue ?? [] {
            guard let name = entry["name"]?.stringValue, !name.contains("/"), let kind = entry["kind"]?.stringValue
            else { continue }
            found[kind] = APIResource(
                groupVersionKind: GroupVersionKind(
                    group: entry["group"]?.stringValue ?? group, version: entry["version"]?.stringValue ?? version,
                    kind: kind),
                plural: name, isNamespaced: entry["namespaced"]?.boolValue ?? false,
                verbs: Set((entry["verbs"]?.arrayValue ?? []).compactMap(\.stringValue)))
        }
        let key = group.isEmpty ? version : "\(group)/\(version)"
        discovery.withLock { $0.resources[key] = found }
        return found
    }

    private static func noMatch(_ kind: GroupVersionKind) -> KubernetesError {
        KubernetesError(
            status: 0, reason: KubernetesError.noKindMatch,
            message: "no matches for kind \"\(kind.kind)\" in version \"\(kind.apiVersion)\"")
    }
}
