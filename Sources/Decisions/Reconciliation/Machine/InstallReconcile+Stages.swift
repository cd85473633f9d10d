package import FleetModel

/// From the package to the plan.
extension InstallReconcile {
    /// A failure that the driver hands over: the text in full, and whether only reaching the other side failed.
    package struct Failure: Error, Hashable, Sendable {
        package var text: String
        /// The API server or the bundle's source did not answer (connection, timeout, 5xx): worth waiting for.
        package var isUnreachable: Bool

        package init(_ text: String, isUnreachable: Bool = false) {
            self.text = text
            self.isUnreachable = isUnreachable
        }
    }

    /// The package's bytes are there, or not.
    package mutating func fetched(
        attempt: UInt64, _ result: Result<Void, Failure>, now: Timestamp
    ) -> [ReconcileAction] {
        guard attempt == self.attempt, state == .fetching, case .present(let selection)? = spec?.intent else {
            return []
        }
        switch result {
        case .failure(let failure):
            return fail(.fetching, "Fetching resources: \(failure.text)", failure.isUnreachable, now: now)
        case .success:
            state = .templating
            return stage(.templating) + [.template(attempt: attempt, selection)]
        }
    }

    /// The manifests are rendered and prepared, or the templating tool's error.
    package mutating func templated(
        attempt: UInt64, _ result: Result<ManifestSet, Failure>, now: Timestamp
    ) -> [ReconcileAction] {
        guard attempt == self.attempt, state == .templating else { return [] }
        switch result {
        case .failure(let failure): return fail(.templating, failure.text, failure.isUnreachable, now: now)
        case .success(let manifests):
            state = .planning
            run = ReconcileRun(manifests: manifests)
            objectCount = manifests.objects.count
            return stage(.planning, total: objectCount) + [.load(attempt: attempt, declared: manifests.objects)]
        }
    }

    /// The cluster was read: plan, check, and begin.
    ///
    /// `record` is the app's record, a new one (`AppRecord.init(name:namespace:createdAt:suffix:)`) when the cluster
    /// has none; `suffix` is random and names the change record.
    package mutating func loaded(
        attempt: UInt64, record: AppRecord, live: ChangeSet.Live, suffix: UInt64, now: Timestamp
    ) -> [ReconcileAction] {
        guard attempt == self.attempt, state == .planning || state == .deleting, let spec, var run else { return [] }
        jitter = Double(suffix % 1000) / 1000
        var record = record
        do throws(KappError) {
            switch spec.intent {
            case .present:
                run.changes = try ChangeSet(
                    declared: run.manifests, live: live, labelValue: record.labelValue
                ).changes
            case .absent(let policy):
                let plan = UninstallPlan(live: live.labelled, policy: policy, customs: live.customs)
                run.note = UninstallPlan.note(kept: plan.kept, customs: live.customs)
                run.changes = plan.changes
                run.deletesRecord = plan.deletesRecord
                objectCount = plan.changes.count
            }
            run.graph = try ChangeGraph(changes: run.changes, config: run.manifests.config)
        } catch {
            self.run = run
            return fail(isUninstall ? .deleting : .deploying, error.multiline, false, now: now)
        }
        let keepsClaims = spec.intent == .absent(.keep)
        if let refusal = DataGuard.check(
            changes: run.changes, live: live.labelled + live.byName + live.claims, consent: spec.dataConsent, key: key,
            keepsClaims: keepsClaims)
        {
            return refuse(refusal)
        }
        record.use(run.manifests.objects)
        if run.changes.isEmpty {
            run.record = record
            self.run = run
            return succeed(now: now, saving: isUninstall || record.isStored ? nil : record)
        }
        record.beginChange(
            description: ResourceChange.description(of: run.changes, verb: isUninstall ? "delete" : "update"),
            namespaces: ResourceChange.namespaces(of: run.changes), at: now, suffix: suffix)
        record.isStored = true
        run.record = record
        self.run = run
        return [.saveRecord(record, dropping: [])] + applyReady()
    }

    /// The driver could not do what the current attempt asked for.
    package mutating func broke(attempt: UInt64, _ failure: Failure, now: Timestamp) -> [ReconcileAction] {
        guard attempt == self.attempt, isRunning else { return [] }
        let stage: InstallCondition.Stage =
            switch state {
            case .fetching: .fetching
            case .templating: .templating
            case .idle, .planning, .applying, .waiting, .succeeded, .failed, .deleting, .deleted:
                isUninstall ? .deleting : .deploying
            }
        let text =
            stage == .deploying || stage == .deleting ? KappError(failure.text).multiline : failure.text
        return fail(stage, text, failure.isUnreachable, now: now)
    }
}
