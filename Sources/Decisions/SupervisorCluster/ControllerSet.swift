/// The controllers that run beside the API server's own (garbage collector, namespaces).
package protocol ControllerSet: Sendable {
    /// Makes the writes due now; asks the store for a wake when something is due later.
    mutating func step(_ store: inout some ControllerStore)
}
