internal import FleetModel
internal import ResourceModel

/// Rules that look at pods, claims and events.
extension DiagnosisRules {
    private static func containers(_ pod: Value) -> [Value] {
        ["initContainerStatuses", "containerStatuses"].flatMap { pod[at: "status", $0]?.arrayValue ?? [] }
    }

    static func images(_ facts: DiagnosisFacts) -> [Diagnosis.Cause] {
        let words: Set = ["ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull"]
        return facts.live.filter { $0.kind == "Pod" }.flatMap { pod in
            containers(pod).compactMap { status -> Diagnosis.Cause? in
                guard let waiting = status[at: "state", "waiting"], words.contains(waiting["reason"]?.stringValue ?? "")
                else { return nil }
                let image = status["image"]?.stringValue ?? "its image"
                let said = waiting["message"]?.stringValue ?? ""
                return Diagnosis.Cause(
                    text: "pod/\(pod.objectName) cannot pull \(image)" + (said.isEmpty ? "" : ": \(said)"),
                    next: "kubectl -n \(pod.objectNamespace) describe pod \(pod.objectName)",
                    effect: "check the registry, the image's name and the pull secret")
            }
        }
    }

    static func crashes(_ facts: DiagnosisFacts) -> [Diagnosis.Cause] {
        facts.live.filter { $0.kind == "Pod" }.flatMap { pod in
            containers(pod).compactMap { status -> Diagnosis.Cause? in
                let reason = status[at: "state", "waiting", "reason"]?.stringValue
                let last = status[at: "lastState", "terminated"]
                let isKilled = last?["reason"]?.stringValue == "OOMKilled"
                guard reason == "CrashLoopBackOff" || isKilled else { return nil }
                let name = status["name"]?.stringValue ?? ""
                let count = status["restartCount"]?.intValue ?? 0
                let end =
                    isKilled
                    ? "it ran out of memory"
                    : "last exit code \(last?["exitCode"]?.intValue.map(String.init) ?? "unknown")"
                return Diagnosis.Cause(
                    text: "pod/\(pod.objectName) keeps crashing (container \(name), \(count) restarts, \(end))",
                    next: "kubectl -n \(pod.objectNamespace) logs \(pod.objectName) -c \(name) --previous",
                    effect: "shows its last words")
            }
        }
    }

    static func unscheduled(_ facts: DiagnosisFacts) -> [Diagnosis.Cause] {
        facts.live.filter { $0.kind == "Pod" }.compactMap { pod in
            let scheduled = (pod[at: "status", "conditions"]?.arrayValue ?? []).first {
                $0["type"]?.stringValue == "PodScheduled" && $0["reason"]?.stringValue == "Unschedulable"
            }
            guard let said = scheduled?["message"]?.stringValue else { return nil }
            return Diagnosis.Cause(
                text: "pod/\(pod.objectName) finds no node: \(said)", next: "kubectl describe nodes",
                effect: "shows what the nodes have left")
        }
    }

    /// Claims without a volume: why, and whether the class is missing.
    static func claims(_ facts: DiagnosisFacts) -> [Diagnosis.Cause] {
        facts.live.filter { $0.isClaim && $0[at: "status", "phase"]?.stringValue == "Pending" }.map { claim in
            let name = claim.objectName
            let storageClass = claim[at: "spec", "storageClassName"]?.stringValue ?? ""
            let events = facts.events.filter {
                $0[at: "involvedObject", "name"]?.stringValue == name
                    && $0[at: "involvedObject", "kind"]?.stringValue == "PersistentVolumeClaim"
            }
            let said = events.compactMap { event -> String? in
                let isWarning = event["type"]?.stringValue == "Warning"
                return isWarning ? event["message"]?.stringValue : nil
            }.last
            if let said, said.contains("storageclass"), said.contains("not found") {
                let path = facts.valuePath(of: claim, field: "spec.storageClassName", declared: storageClass)
                return Diagnosis.Cause(
                    text: "the storage class \(storageClass) of claim \(name) does not exist on this Supervisor",
                    next: path.map { facts.reconfigure($0, "<class>") } ?? "kubectl get storageclasses",
                    effect: "kubectl get storageclasses lists those there are; a class of a claim cannot be changed "
                        + "once it is bound")
            }
            return Diagnosis.Cause(
                text: "the claim \(name) has no volume yet"
                    + (storageClass.isEmpty ? " and names no storage class" : " (class \(storageClass))")
                    + (said.map { ": \($0)" } ?? ""),
                next: "kubectl -n \(claim.objectNamespace) describe pvc \(name)",
                effect: "its events say what the provisioner waits for")
        }
    }

    /// From this share on a volume counts as nearly full, in percent.
    static let fullVolume = 90

    /// An Event `VolumeUsageHigh` on a claim with the percentage in its message.
    static func volumeUsage(_ facts: DiagnosisFacts) -> [Diagnosis.Cause] {
        var newest: [String: Value] = [:]
        for event in facts.events where event["reason"]?.stringValue == "VolumeUsageHigh" {
            let name = event[at: "involvedObject", "name"]?.stringValue ?? ""
            let isNewer =
                (event["lastTimestamp"]?.stringValue ?? "") >= (newest[name]?["lastTimestamp"]?.stringValue ?? "")
            if isNewer { newest[name] = event }
        }
        return newest.sorted { $0.key < $1.key }.compactMap { name, event in
            guard let claim = facts.live.first(where: { $0.isClaim && $0.objectName == name }),
                let percent = percentage(event["message"]?.stringValue ?? ""), percent >= fullVolume
            else { return nil }
            let size = claim.claimSize
            let bigger = enlarged(size)
            // A claim made from a template is not resized through its StatefulSet, whose templates are immutable.
            let isTemplated = facts.live.contains { $0.isStatefulSet && DataGuard.belongs(claim, to: $0) }
            let path = facts.valuePath(of: claim, field: "spec.resources.requests.storage", declared: size)
            let text = "the volume of claim \(name) (\(size)) is \(percent) % full"
            if isTemplated || path == nil {
                return Diagnosis.Cause(
                    text: text,
                    next: """
                        kubectl -n \(claim.objectNamespace) patch pvc \(name) -p \
                        '{"spec":{"resources":{"requests":{"storage":"\(bigger)"}}}}'
                        """,
                    effect: "grows the volume to \(bigger); the claim template stays as it is")
            }
            return Diagnosis.Cause(
                text: text, next: facts.reconfigure(path ?? "", bigger),
                effect: "grows the volume to \(bigger) while it is in use; it cannot shrink again")
        }
    }

    /// The last number before a percent sign.
    static func percentage(_ text: String) -> Int? {
        guard let sign = text.lastIndex(of: "%") else { return nil }
        let digits = text[..<sign].reversed().drop { $0 == " " }.prefix { $0.isNumber || $0 == "." }
        return Double(String(digits.reversed())).flatMap { $0 >= 0 && $0 < 1000 ? Int($0) : nil }
    }

    /// Half as much again, in whole Gi.
    static func enlarged(_ size: String) -> String {
        guard let bytes = QuantitySum.bytes(size), (0..<(1 << 60)).contains(bytes) else { return size }
        let gi: Int64 = 1 << 30
        return "\(max(1, (bytes + bytes / 2 + gi - 1) / gi))Gi"
    }
}
