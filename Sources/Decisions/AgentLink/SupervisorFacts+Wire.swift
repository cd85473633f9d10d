internal import FleetModel

extension WireSupervisorFacts {
    /// Capabilities of one Supervisor that travel, first by name; a Supervisor has some hundred.
    private static let mostCapabilities = 1_000

    init(_ facts: SupervisorFacts, _ clip: (String) -> String) {
        self.init()
        generation = UInt32(clamping: facts.generation ?? 0)
        version = clip(facts.version ?? "")
        hasCapabilities_p = facts.capabilities != nil
        capabilities = (facts.capabilities ?? [:]).sorted { $0.key < $1.key }.prefix(Self.mostCapabilities).map {
            entry in
            var capability = WireCapability()
            capability.name = clip(entry.key)
            capability.active = entry.value
            return capability
        }
    }

    var facts: SupervisorFacts {
        SupervisorFacts(
            generation: generation == 0 ? nil : Int(generation), version: version.isEmpty ? nil : version,
            capabilities: hasCapabilities_p
                ? Dictionary(
                    capabilities.prefix(Self.mostCapabilities).map { ($0.name, $0.active) }, uniquingKeysWith: { $1 })
                : nil)
    }
}
