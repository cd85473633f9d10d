extension FleetCommand {
    /// What the command does, in one line for the audit. Never holds values.
    package var action: String {
        switch self {
        case .registerService(let documents, let dryRun, _):
            "\(dryRun ? "validate" : "register") \(Self.names(of: documents))"
        case .addVersion(let documents, let dryRun, _):
            "\(dryRun ? "validate" : "add version") \(Self.names(of: documents))"
        case .activateService(let id): "activate \(id)"
        case .deactivateService(let id): "deactivate \(id)"
        case .activateVersion(let id, let version): "activate \(id) \(version)"
        case .deactivateVersion(let id, let version): "deactivate \(id) \(version)"
        case .deleteVersion(let id, let version): "delete \(id) \(version)"
        case .deleteService(let id): "delete \(id)"
        case .addSupervisor(let id, let moid, _, _, let autoAccept):
            "add Supervisor \(id) (\(moid))\(autoAccept == true ? ", accepting its agent unseen" : "")"
        case .removeSupervisor(let id): "remove Supervisor \(id)"
        case .acceptSupervisor(let id, let fingerprint):
            "accept the agent of \(id)\(fingerprint.map { " with key \($0)" } ?? "")"
        case .rejectSupervisor(let id): "reject the agent of \(id)"
        case .rotateKey(let id): "ask the agent of \(id) for a new key"
        case .install(let request): Self.text("install", request)
        case .upgrade(let request): Self.text("upgrade", request)
        case .reconfigure(let request): Self.text("reconfigure", request)
        case .uninstall(let request):
            "uninstall \(request.service) on \(Self.text(request.targets)), data policy \(request.data.rawValue)"
        case .adoptDrift(let key, _): "adopt drift of \(key)"
        case .savePlan(let request, _): "save a plan to \(request.command.action)"
        case .applyPlan(let id): "apply plan \(id)"
        case .setOperator(let id, let privileges, let scope, _, let isNew):
            "\(isNew ? "add" : "change") operator \(id): "
                + "\(privileges.map(\.rawValue).joined(separator: ",")) on \(Self.text(scope))"
        case .lockOperator(let id, let locked): "\(locked ? "lock" : "unlock") operator \(id)"
        case .removeOperator(let id): "remove operator \(id)"
        case .createToken(let id, let lifetime): "create a token for \(id), valid \(lifetime) s"
        case .revokeToken(let id): "revoke token \(id)"
        }
    }

    /// The remark that the request itself carries.
    package var remark: String? {
        switch self {
        case .install(let request), .upgrade(let request), .reconfigure(let request):
            request.reason.isEmpty ? nil : request.reason
        default: nil
        }
    }

    private static func names(of documents: [SourceDocument]) -> String {
        documents.map { $0.name == "-" ? "standard input" : $0.name }.joined(separator: ", ")
    }

    /// The files of a registration; empty for every other command.
    package var documentNames: String {
        switch self {
        case .registerService(let documents, _, _), .addVersion(let documents, _, _): Self.names(of: documents)
        default: ""
        }
    }

    private static func text(_ verb: String, _ request: InstallRequest) -> String {
        let version = request.version.map { " \($0)" } ?? ""
        return "\(verb) \(request.service)\(version) on \(text(request.targets))"
    }

    package static func text(_ selection: TargetSelection) -> String {
        switch selection {
        case .named(let ids): ids.map(\.rawValue).joined(separator: ",")
        case .all: "all Supervisors"
        case .labels(let selector): "Supervisors with \(selector)"
        }
    }
}
