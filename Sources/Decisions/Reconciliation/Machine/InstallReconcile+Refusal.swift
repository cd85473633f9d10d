package import FleetModel

extension InstallReconcile {
    /// A check of the driver's own says no (the namespace is another service's): nothing was changed, and nothing is
    /// tried again until another generation comes.
    package mutating func refused(attempt: UInt64, _ error: FleetError) -> [ReconcileAction] {
        guard attempt == self.attempt, isRunning else { return [] }
        return refuse(error)
    }
}
