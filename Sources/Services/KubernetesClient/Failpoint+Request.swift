package import FleetRuntime

extension Failpoint {
    /// Fails as a server that cannot be reached.
    package func failRequest() throws(KubernetesError) {
        if fails() { throw .unreachable(at: self) }
    }
}
