internal import FleetModel
internal import ResourceModel

/// Why the plans of a command forbid it, and what to type next.
struct PrecheckRefusal: Sendable {
    /// Sentences of the API server shown of one install; the plan shows all of them.
    private static let shownSentences = 5

    var operation: FleetTask.Operation
    var request: InstallRequest
    var views: [PlanView]

    /// Nil when every plan that could be asked for was made, nothing is lost without consent, and the API server takes
    /// every change.
    var error: FleetError? { incompatible ?? failed ?? dataLoss ?? impossible }

    /// What the installed package's own check, asked by the agents, said against it.
    private var incompatible: FleetError? {
        let errors = views.compactMap(\.refusal).filter { $0.code == .incompatible }
        guard let first = errors.first, errors.count > 1 else { return errors.first }
        return FleetError(
            .incompatible, errors.map(\.message).joined(separator: "\n"),
            reason: errors.map(\.reason).joined(separator: "\n"), next: first.next)
    }

    /// What an agent could not be asked: it is away, busy, slow, or older than the question.
    static let unasked: Set<FleetError.Code> = [.unavailable, .timedOut, .limitExceeded, .unsupported]

    /// A package that an agent cannot render fails when it is applied as well.
    private var failed: FleetError? {
        let failed = views.compactMap { view in view.refusal.map { (key: key(view.supervisor), error: $0) } }
            .filter { !Self.unasked.contains($0.error.code) }
        guard let first = failed.first else { return nil }
        let reasons = failed.map { failure in
            let words = failure.error.reason.isEmpty ? failure.error.message : failure.error.reason
            return failed.count > 1 ? "\(failure.key): \(words)" : words
        }
        return FleetError(
            .refused,
            "\(failed.map(\.key.description).joined(separator: ", ")): \(first.error.message); nothing was sent",
            reason: reasons.joined(separator: "\n"),
            next: first.error.next.isEmpty ? planLine(first.key.supervisor) : first.error.next)
    }

    private func planLine(_ supervisor: SupervisorID) -> String {
        var request = request
        request.targets = .named([supervisor])
        return "flotilla plan " + Self.line(operation, request)
    }

    private func key(_ supervisor: SupervisorID) -> InstallKey {
        InstallKey(service: request.service, supervisor: supervisor)
    }

    private var dataLoss: FleetError? {
        let losing = views.compactMap { view -> (key: InstallKey, lost: [DataInventory.Claim])? in
            let key = key(view.supervisor)
            guard let lost = view.plan?.dataLoss, !lost.isEmpty, !request.dataConsent.contains(key) else { return nil }
            return (key, lost)
        }
        guard !losing.isEmpty else { return nil }
        let consents = (request.dataConsent + losing.map(\.key)).map { "--confirm \($0)" }.joined(separator: " ")
        let next = "\(commandLine) --delete-data \(consents)"
        let errors = losing.map { DataLoss.refusal($0.lost, key: $0.key, next: next) }
        guard errors.count > 1 else { return errors[0] }
        return FleetError(
            .refused,
            "\(losing.map(\.key.description).joined(separator: ", ")): this would delete or orphan data",
            reason: errors.map { "\($0.message)\n\($0.reason)" }.joined(separator: "\n"), next: next)
    }

    private var impossible: FleetError? {
        let refused = views.filter { $0.plan?.consequence == .impossible }
        guard let first = refused.first else { return nil }
        let several = refused.count > 1
        let reasons = refused.flatMap { view in
            sentences(view).map { several ? "\(view.supervisor): \($0)" : $0 }
        }
        let keys = refused.map { key($0.supervisor).description }.joined(separator: ", ")
        let edited = refused.first { $0.plan?.refusedEdits.isEmpty == false }
        return FleetError(
            .refused, "\(keys): the change is refused by the API server; nothing was sent",
            reason: reasons.joined(separator: "\n"),
            next: edited.map { "flotilla drift adopt \(key($0.supervisor)), then this command again" }
                ?? planLine(first.supervisor))
    }

    private func sentences(_ view: PlanView) -> [String] {
        var seen: Set<String> = []
        let changes = view.plan?.changes.filter { $0.consequence == .impossible } ?? []
        return changes.map(\.message).filter { seen.insert($0).inserted }.prefix(Self.shownSentences).map(\.self)
    }

    private var commandLine: String { "flotilla " + Self.line(operation, request) }

    /// The command as it was typed, but never its values: they may hold secrets.
    private static func line(_ operation: FleetTask.Operation, _ request: InstallRequest) -> String {
        var words = [operation.rawValue, request.service.shortName]
        if let version = request.version { words += [operation == .upgrade ? "--to" : "--version", version] }
        switch request.targets {
        case .named(let names): words += ["--on", names.map(\.rawValue).joined(separator: ",")]
        case .all: words.append("--all")
        case .labels(let selector): words += ["-l", "'\(selector)'"]
        }
        if request.resetValues { words.append("--reset-values") }
        if !request.values.isEmpty || !request.set.isEmpty { words.append("…") }
        return words.joined(separator: " ")
    }
}
