/// What an operator may do. Every operator may read.
///
/// `install` and `manage` are vCenter's privileges of Supervisor Services; `administer` stands for its permission
/// management: those who grant rights and let agents in.
package enum Privilege: String, Hashable, Codable, Sendable, CaseIterable, Comparable {
    /// See the fleet, its feed, plans and diagnoses.
    case read
    /// Install, upgrade, reconfigure, uninstall and adopt drift, on the Supervisors of the operator's scope.
    case install
    /// Register, activate, deactivate and delete services and versions; add and remove Supervisors.
    case manage
    /// Operators, their tokens, and the acceptance of agents.
    case administer

    package static func < (left: Privilege, right: Privilege) -> Bool { left.rawValue < right.rawValue }
}
