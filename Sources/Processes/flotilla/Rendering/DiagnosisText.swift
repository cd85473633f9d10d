package import FleetModel

/// `why` and `drift`.
package enum DiagnosisText {
    /// `ERROR since 2 min: ReconcileFailed. kapp: Error: …`, then causes with what to type.
    package static func why(_ diagnosis: Diagnosis, now: Timestamp) -> String {
        let since = diagnosis.since == .zero ? "" : " since \(RoughTime.text(now.since(diagnosis.since)))"
        let words = [diagnosis.reason, diagnosis.message].filter { !$0.isEmpty }.joined(separator: ". ")
        var lines = ["\(diagnosis.state.rawValue)\(since)\(words.isEmpty ? "" : ": \(words)")"]
        for cause in diagnosis.causes {
            lines.append("  cause   " + ErrorText.continued(cause.text, indent: 10))
            if !cause.next.isEmpty {
                let next = "  next    " + cause.next
                lines.append(cause.effect.isEmpty ? next : "\(next)          \(cause.effect)")
            }
        }
        if diagnosis.causes.isEmpty, diagnosis.state == .error {
            lines.append("  cause   no rule knows this failure; the words above are the cluster's own")
        }
        return lines.joined(separator: "\n")
    }

    package static func drift(_ items: [DriftItem]) -> String {
        guard !items.isEmpty else { return "no drift: live objects are as applied" }
        var table = Table(["RESOURCE", "FIELD", "DECLARED", "LIVE", "VALUE", "CHANGED BY"])
        for item in items {
            table.add([
                item.resource, item.field, item.declared, item.live, item.valuePath ?? "-", item.manager ?? "-",
            ])
        }
        return table.text()
    }
}
