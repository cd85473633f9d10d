package import FleetModel
internal import ResourceModel

/// Explains a red install: each rule looks at the facts and says what it found and what to type next.
///
/// Rules run in order of how directly they explain an error; the first finding is shown first.
package enum DiagnosisRules {
    package static let maximumCauses = 10

    package static func diagnose(_ facts: DiagnosisFacts) -> Diagnosis {
        let rules: [(DiagnosisFacts) -> [Diagnosis.Cause]] = [
            unknownValue, claimShrink, claimTemplates, ownership, terminatingNamespace, webhook, quota, forbidden,
            unknownKind,
            unreachable, images, crashes, unscheduled, claims, volumeUsage, waitTimeout,
        ]
        var causes: [Diagnosis.Cause] = []
        for rule in rules {
            for cause in rule(facts) where !causes.contains(where: { $0.text == cause.text }) { causes.append(cause) }
        }
        return Diagnosis(
            state: facts.condition.configStatus, reason: facts.condition.kind.rawValue, message: facts.message,
            since: facts.since, causes: Array(causes.prefix(maximumCauses)))
    }

    /// ytt refused a key that the package's schema does not declare.
    private static func unknownValue(_ facts: DiagnosisFacts) -> [Diagnosis.Cause] {
        guard facts.hasFailed, facts.oneLine.contains("Given data value is not declared in schema"),
            let key = facts.oneLine.components(after: "= found: ", until: " ")
        else { return [] }
        let near = facts.oneLine.components(after: "= hint: did you mean \"", until: "\"")
        return [
            Diagnosis.Cause(
                text: "the package has no value \(key)" + (near.map { "; it has \($0)" } ?? ""),
                next: "flotilla reconfigure \(facts.key.service.shortName) --on \(facts.key.supervisor)",
                effect: "opens the values in $EDITOR; take \(key) out there")
        ]
    }

    // MARK: - What the API server refused

    /// A claim declared smaller than its volume is.
    private static func claimShrink(_ facts: DiagnosisFacts) -> [Diagnosis.Cause] {
        guard facts.hasFailed, facts.oneLine.contains("field can not be less than") else { return [] }
        return facts.named(facts.live.filter(\.isClaim)).compactMap { claim in
            let live = claim.claimSize
            guard let declared = facts.declaration(of: claim)?.claimSize,
                let liveBytes = QuantitySum.bytes(live), let declaredBytes = QuantitySum.bytes(declared),
                declaredBytes < liveBytes
            else { return nil }
            return Diagnosis.Cause(
                text:
                    "the live volume (\(live)) is larger than the declared one (\(declared)); a volume cannot shrink",
                next: "flotilla drift adopt \(facts.key)", effect: "declares \(live), nothing is reinstalled")
        }
    }

    /// A claim template of a StatefulSet was changed.
    private static func claimTemplates(_ facts: DiagnosisFacts) -> [Diagnosis.Cause] {
        guard facts.hasFailed, facts.oneLine.contains("updates to statefulset spec for fields other than") else {
            return []
        }
        return facts.named(facts.live.filter(\.isStatefulSet)).flatMap { set -> [Diagnosis.Cause] in
            guard let declared = facts.declaration(of: set) else { return [] }
            let templates = declared[at: "spec", "volumeClaimTemplates"]?.arrayValue ?? []
            let name = "statefulset/\(set.objectName)"
            let causes = (set[at: "spec", "volumeClaimTemplates"]?.arrayValue ?? []).compactMap {
                live -> Diagnosis.Cause? in
                guard let wanted = templates.first(where: { $0.objectName == live.objectName }),
                    wanted.claimSize != live.claimSize
                else { return nil }
                let path = facts.valuePath(
                    of: set, field: "spec.volumeClaimTemplates[0].spec.resources.requests.storage",
                    declared: wanted.claimSize)
                return Diagnosis.Cause(
                    text: """
                        the claim template \(live.objectName) of \(name) is \(live.claimSize) on the cluster and \
                        \(wanted.claimSize) in the package's values; claim templates cannot be changed
                        """,
                    next: facts.reconfigure(path ?? "<path of that size>", live.claimSize),
                    effect: "declares \(live.claimSize) again, the StatefulSet and its data stay as they are")
            }
            guard causes.isEmpty else { return causes }
            let fields = FieldEdit.between(set["spec"], declared["spec"]).map(\.path.description).filter {
                !$0.hasPrefix("template") && !$0.hasPrefix("replicas") && !$0.hasPrefix("updateStrategy")
            }
            return [
                Diagnosis.Cause(
                    text: "\(name): a field that cannot be changed is declared differently"
                        + (fields.isEmpty ? "" : " (\(fields.prefix(3).joined(separator: ", ")))"),
                    next: "flotilla drift show \(facts.key)", effect: "shows what differs")
            ]
        }
    }

    private static func ownership(_ facts: DiagnosisFacts) -> [Diagnosis.Cause] {
        guard facts.hasFailed, facts.oneLine.contains("Ownership errors:") else { return [] }
        let label = facts.oneLine.components(after: "\(KappKey.app)=", until: "'") ?? ""
        return [
            Diagnosis.Cause(
                text: "objects of this service already belong to another app (label \(KappKey.app)=\(label))",
                next: "kubectl get configmaps -A -l \(KappKey.isApp)",
                effect: "names the other app; uninstall it, or install into another namespace")
        ]
    }

    private static func terminatingNamespace(_ facts: DiagnosisFacts) -> [Diagnosis.Cause] {
        let isNamed =
            facts.hasFailed
            && (facts.oneLine.contains("because it is being terminated")
                || facts.oneLine.contains("is still being deleted"))
        return facts.live.filter { $0.isNamespaceObject && $0.isBeingDeleted }.map(\.objectName).first.map { name in
            [
                Diagnosis.Cause(
                    text: "the namespace \(name) is being deleted; nothing can be created in it until it is gone",
                    next: "kubectl get namespace \(name) -o yaml", effect: "its conditions say what holds it up")
            ]
        }
            ?? (isNamed
                ? [
                    Diagnosis.Cause(
                        text: "the service's namespace is being deleted; nothing can be created in it until it is gone",
                        next: "kubectl get namespaces", effect: "it is retried by itself once the namespace is gone")
                ] : [])
    }

    private static func webhook(_ facts: DiagnosisFacts) -> [Diagnosis.Cause] {
        guard facts.hasFailed, let name = facts.oneLine.components(after: "failed calling webhook \"", until: "\"")
        else { return [] }
        return [
            Diagnosis.Cause(
                text: "the admission webhook \(name) did not answer",
                next: "kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations",
                effect: "shows which service answers for it; it is retried by itself")
        ]
    }

    private static func quota(_ facts: DiagnosisFacts) -> [Diagnosis.Cause] {
        let texts = [facts.hasFailed ? facts.oneLine : ""] + facts.events.map { $0["message"]?.stringValue ?? "" }
        guard let text = texts.first(where: { $0.contains("exceeded quota") }) else { return [] }
        let detail = text.components(after: "exceeded quota: ", until: "\n") ?? ""
        return [
            Diagnosis.Cause(
                text: "the namespace's quota is used up: \(detail)", next: "kubectl get resourcequotas -A",
                effect: "shows what is used; raise the quota or declare less")
        ]
    }

    private static func forbidden(_ facts: DiagnosisFacts) -> [Diagnosis.Cause] {
        guard facts.hasFailed, facts.oneLine.contains(" is forbidden: User ") else { return [] }
        let user = facts.oneLine.components(after: "is forbidden: User \"", until: "\"") ?? "the agent"
        return [
            Diagnosis.Cause(
                text: "\(user) lacks a permission on this Supervisor",
                next: "kubectl auth can-i --list --as \(user)", effect: "shows what it may do; grant what is missing")
        ]
    }

    private static func unknownKind(_ facts: DiagnosisFacts) -> [Diagnosis.Cause] {
        guard facts.hasFailed, let kind = facts.oneLine.components(after: "Expected to find kind '", until: "'") else {
            return []
        }
        return [
            Diagnosis.Cause(
                text: "the Supervisor does not serve the kind \(kind)", next: "kubectl api-resources",
                effect: "install the service that brings this kind first")
        ]
    }

    private static func unreachable(_ facts: DiagnosisFacts) -> [Diagnosis.Cause] {
        let words = ["connection refused", "no route to host", "i/o timeout", "connection reset", "TLS handshake"]
        guard facts.hasFailed, words.contains(where: { facts.message.contains($0) }) else { return [] }
        return [
            Diagnosis.Cause(
                text: "the Supervisor's API server cannot be reached from the agent",
                next: "flotilla supervisor show \(facts.key.supervisor)", effect: "it is retried by itself")
        ]
    }

    private static func waitTimeout(_ facts: DiagnosisFacts) -> [Diagnosis.Cause] {
        guard facts.hasFailed, facts.oneLine.contains("Timed out waiting after") else { return [] }
        let rules = WaitRules()
        return facts.named(facts.live).filter { $0.kind != "Pod" && $0.kind != "ReplicaSet" }.compactMap { object in
            let state = rules.state(of: object)
            guard !state.isDone, !state.message.isEmpty else { return nil }
            let place = object.objectNamespace.isEmpty ? "" : "-n \(object.objectNamespace) "
            return Diagnosis.Cause(
                text: "\(object.kind.lowercased())/\(object.objectName): \(state.message)",
                next: "kubectl \(place)describe \(object.kind.lowercased()) \(object.objectName)",
                effect: "its events say what it waits for")
        }
    }
}

extension String {
    /// The text between two marks; to the end when the second is not there.
    func components(after mark: String, until end: String) -> String? {
        guard let start = firstRange(of: mark) else { return nil }
        let rest = self[start.upperBound...]
        return String(rest.firstRange(of: end).map { rest[..<$0.lowerBound] } ?? rest)
    }
}
