package import FleetModel
package import ResourceModel

/// One small loop of the simulated cluster: a controller manager's controller, the scheduler, or the kubelets.
///
/// It is level-triggered: `step` looks at the objects, makes the writes that are due now, and says when it wants to
/// look again though nothing changed. It may keep what a real one keeps in memory (timers, retries, images on nodes);
/// losing that memory costs a repeated step, never a wrong one.
package protocol Controller: Sendable {
    /// Kinds whose change makes a step necessary.
    func watchedKinds(_ settings: ControllerSettings) -> [GroupVersionKind]
    /// Kinds a step may write; events are not counted.
    func writtenKinds(_ settings: ControllerSettings) -> [GroupVersionKind]
    /// Makes the writes due now; returns the time of the next step that is needed without a change, or nil.
    mutating func step(_ store: inout some ControllerStore, settings: ControllerSettings) -> Timestamp?
}
