package import FleetModel
package import ResourceModel

/// The controllers that run beside the API server's own (garbage collector, namespaces).
package protocol ControllerSet: Sendable {
    /// Makes the writes due now; asks the store for a wake when something is due later.
    mutating func step(_ store: inout some ControllerStore)
    /// Changes settings and fault switches by name; nothing is changed when one of them is refused.
    mutating func apply(_ values: Value) throws(FleetError)
    /// All settings and fault switches by name.
    var report: Value { get }
    /// Obeys these faults as well, and no longer the ones given before.
    mutating func follow(_ faults: [Fault])
    /// Takes all fault switches back; durations and ready rules stay.
    mutating func clearFaults()
}
