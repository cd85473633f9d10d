/// What packages may demand of a Supervisor beyond its Kubernetes version, as its agent found it out or was told.
///
/// A plain Kubernetes cluster has none of it: then everything is nil and nothing is forbidden by it.
package struct SupervisorFacts: Hashable, Codable, Sendable {
    /// vSphere's generation, 7 or 8 (8 stands for every later one).
    package var generation: Int?
    /// The Supervisor's own version, up to four numbers: `8.0.3.0`.
    package var version: String?
    /// Name → active; nil when the cluster tells of none.
    package var capabilities: [String: Bool]?

    package init(generation: Int? = nil, version: String? = nil, capabilities: [String: Bool]? = nil) {
        self.generation = generation
        self.version = version
        self.capabilities = capabilities
    }

    package var isEmpty: Bool { self == SupervisorFacts() }

    /// `vSphere 8, version 8.0.3.0, 6 capabilities`; empty when nothing is known.
    package var summary: String {
        [
            generation.map { "vSphere \($0)" }, version.map { "version \($0)" },
            capabilities.map { "\($0.values.reduce(0) { $1 ? $0 + 1 : $0 }) capabilities" },
        ].compactMap(\.self).joined(separator: ", ")
    }
}
