package import FleetModel

/// An install, upgrade or reconfigure after its rules held: what to lay values over and check before it is decided.
package struct InstallPreparation: Hashable, Sendable {
    package struct Target: Hashable, Sendable {
        package var supervisor: SupervisorID
        package var version: ServiceVersion
        /// Values to lay the new ones over; nil when there are none or they are dropped.
        package var base: ContentDigest?
        package var namespace: String
        /// The version wanted so far; nil for a first install.
        package var from: String?
    }

    package var service: ServiceID
    /// `install` of a newer version over an older one is an upgrade, as in vCenter.
    package var operation: FleetTask.Operation
    package var targets: [Target]
    /// Targets of `--all` or a selector that need nothing.
    package var skipped: [String]
}
