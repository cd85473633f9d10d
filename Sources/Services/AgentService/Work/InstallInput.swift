internal import FleetModel
internal import Packaging
internal import Reconciliation

/// What reaches the loop of one install.
enum InstallInput: Sendable {
    case desired(InstallSpec)
    case timer(ReconcileAction.Timer, id: UInt64)
    case fetched(UInt64, Result<PackageFiles, InstallReconcile.Failure>)
    case templated(UInt64, Result<PreparedPackage, InstallReconcile.Failure>)
    case loaded(UInt64, AppRecord, ChangeSet.Live)
    case refused(UInt64, FleetError)
    case applied(UInt64, Int, InstallReconcile.ApplyResult)
    case polled(UInt64, [InstallReconcile.Observation])
    case broke(UInt64, InstallReconcile.Failure)
    case drift(resource: String, summary: String)
}
