package import ResourceModel

/// When an object counts as done, kind by kind, with kapp's messages.
///
/// Kinds without a rule are done at once: a claim that never binds does not hold up kapp. An object that is being
/// deleted is never done.
package struct WaitRules: Hashable, Sendable {
    package var config: KappConfig
    package init(config: KappConfig = .standard) { self.config = config }

    /// The state of a change's object: `live` as just read (nil when it is not there), with what belongs to it.
    package func state(
        of change: ResourceChange, live: Value?, associated: [Value] = []
    ) -> (state: WaitState, lines: [String]) {
        let state: WaitState
        var lines: [String] = []
        switch change.waiting {
        case .noop: state = .done
        case .delete: state = deletion(change, live)
        case .reconcile:
            guard let live else {
                state = .ongoing("Not found")
                break
            }
            state = self.state(of: live, associated: associated)
            if !state.isDone, !live.hasAnnotation(KappKey.disableAssociatedWait) {
                lines = associatedLines(of: live, associated)
            }
        }
        var all = ["\(state.word): \(change.waiting.rawValue) \(change.resource)"]
        if !state.message.isEmpty { all.append(" ^ \(state.message)") }
        return (state, all + lines)
    }

    /// The state of a live object by itself.
    package func state(of live: Value, associated: [Value] = []) -> WaitState {
        if live.isBeingDeleted { return Self.deleting(live) }
        if let rule = config.waitRules.first(where: { $0.matchers.anyMatches(live) }) {
            return custom(rule, live)
        }
        switch (live.groupVersionKind.group, live.kind) {
        case ("apps", "Deployment"): return deployment(live, associated)
        case ("apps", "StatefulSet"): return statefulSet(live)
        case ("apps", "DaemonSet"): return daemonSet(live)
        case ("apps", "ReplicaSet"): return replicaSet(live)
        case ("", "Pod"): return pod(live)
        case ("", "Service"): return service(live)
        case ("", "ReplicationController"): return .done
        case ("batch", "Job"): return job(live)
        case ("apiextensions.k8s.io", "CustomResourceDefinition"):
            return conditions(live, ["Established", "NamesAccepted"])
        case ("apiregistration.k8s.io", "APIService"): return conditions(live, ["Available"])
        case ("kappctrl.k14s.io", "App"), ("packaging.carvel.dev", "PackageInstall"),
            ("packaging.carvel.dev", "PackageRepository"):
            return carvel(live)
        default: return .done
        }
    }

    /// ReplicaSets, Pods and claims that a workload made, in kapp's order (descriptions descending).
    package func associatedLines(of live: Value, _ associated: [Value]) -> [String] {
        associated.filter { $0.identity != live.identity }
            .sorted { $0.kappDescription > $1.kappDescription }
            .flatMap { child -> [String] in
                let state = self.state(of: child)
                let line = " L \(state.word): waiting on \(child.kappDescription)"
                return state.message.isEmpty ? [line] : [line, "    ^ \(state.message)"]
            }
    }

    /// `0/1 ready` of a workload that has fewer replicas ready than it wants; nil for everything else.
    package static func readiness(of live: Value) -> String? {
        let status = live["status"]
        let wanted: Int64
        let ready: Int64
        switch (live.groupVersionKind.group, live.kind) {
        case ("apps", "Deployment"), ("apps", "StatefulSet"), ("apps", "ReplicaSet"):
            wanted = live[at: "spec", "replicas"]?.intValue ?? 1
            ready = status?["readyReplicas"]?.intValue ?? 0
        case ("apps", "DaemonSet"):
            wanted = status?["desiredNumberScheduled"]?.intValue ?? 0
            ready = status?["numberReady"]?.intValue ?? 0
        default: return nil
        }
        return ready < wanted ? "\(ready)/\(wanted) ready" : nil
    }

    private func deletion(_ change: ResourceChange, _ live: Value?) -> WaitState {
        guard let live, change.strategy != .orphan else { return .done }
        // Another object under the same name: the one we deleted is gone.
        if let before = change.existing, !before.uid.isEmpty, !live.uid.isEmpty, before.uid != live.uid {
            return .done
        }
        return live.isBeingDeleted ? Self.deleting(live) : .ongoing("")
    }

    private static func deleting(_ live: Value) -> WaitState {
        let finalizers = (live.metadata["finalizers"]?.arrayValue ?? []).compactMap(\.stringValue)
        guard finalizers.isEmpty else {
            return .ongoing("Waiting on finalizers: \(finalizers.joined(separator: ", "))")
        }
        return .ongoing("Deleting")
    }

    private func custom(_ rule: KappConfig.WaitRule, _ live: Value) -> WaitState {
        let generation = live.metadata["generation"]?.intValue ?? 0
        if rule.supportsObservedGeneration, live[at: "status", "observedGeneration"]?.intValue ?? 0 != generation {
            return .ongoing("Waiting for generation \(generation) to be observed")
        }
        let conditions = live[at: "status", "conditions"]?.arrayValue ?? []
        var isStale = false
        func matching(_ wanted: (KappConfig.WaitRule.Condition) -> Bool) -> (String, String)? {
            for matcher in rule.conditions where wanted(matcher) {
                for condition in conditions
                where condition["type"]?.stringValue == matcher.type
                    && condition["status"]?.stringValue == matcher.status
                {
                    if matcher.supportsObservedGeneration,
                        condition["observedGeneration"]?.intValue ?? 0 != generation
                    {
                        isStale = true
                        continue
                    }
                    let reason = condition["reason"]?.stringValue ?? ""
                    let message = condition["message"]?.stringValue ?? ""
                    return ("\(matcher.type) == \(matcher.status)", "\(reason) (message: \(message))")
                }
            }
            return nil
        }
        if let (name, text) = matching(\.failure) {
            return .failed("Encountered failure condition \(name): \(text)")
        }
        if let (name, text) = matching(\.success) {
            return WaitState(
                isDone: true, isSuccessful: true, message: "Encountered successful condition \(name): \(text)")
        }
        if isStale {
            return .ongoing("Waiting for generation \(generation) to be observed by status condition(s)")
        }
        var state = WaitState.ongoing("No failing or successful conditions found")
        if let (name, text) = matching(\.unblockChanges) {
            state.unblocksChanges = true
            state.message = "Allowing blocked changes to proceed: Encountered condition \(name): \(text)"
        }
        return state
    }
}
