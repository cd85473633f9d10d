/// Which Supervisors an operation is for.
package enum TargetSelection: Hashable, Codable, Sendable {
    /// `--on a,b`, in that order.
    case named([SupervisorID])
    /// `--all`: for an install every enrolled Supervisor; for the rest every Supervisor that has the service.
    case all
    /// `-l key=value,key in (a,b)`: a Kubernetes label selector over the Supervisors' labels.
    case labels(String)
}
