package import FleetModel

/// Plans and inventories of data.
package enum PlanText {
    /// `policy`: what an uninstall does with data; nil for every other plan.
    package static func table(
        _ views: [PlanView], service: ServiceID, wide: Bool, policy: DataPolicy? = nil
    ) -> [String] {
        var lines: [String] = []
        var table = Table(["SUPERVISOR", "PLAN", "VERSION", "CHANGES", "DETAIL"])
        for view in views {
            table.add([
                view.supervisor.rawValue, consequence(view), versions(view), changes(view), detail(view, policy),
            ])
        }
        lines += table.lines()
        for view in views { lines += more(view, service, wide: wide) }
        return lines
    }

    private static func consequence(_ view: PlanView) -> String {
        if let refusal = view.refusal { return isUnknown(refusal) ? "unknown" : "refused" }
        if let plan = view.plan { return plan.consequence.rawValue }
        return view.inventory == nil ? "unknown" : "remove"
    }

    /// The agent could not be asked: the command would be deferred, not refused.
    private static func isUnknown(_ refusal: FleetError) -> Bool {
        refusal.code == .unavailable || refusal.code == .timedOut
    }

    private static func versions(_ view: PlanView) -> String {
        switch (view.currentVersion, view.targetVersion) {
        case (let old?, let new?): old == new ? old : "\(old) → \(new)"
        case (nil, let new?): new
        case (let old?, nil): old
        case (nil, nil): "-"
        }
    }

    /// `+3 ~2 -1`: created, updated, deleted.
    package static func changes(_ view: PlanView) -> String {
        guard let plan = view.plan else { return "-" }
        func count(_ operation: String) -> Int { plan.changes.count { $0.operation == operation } }
        return "+\(count("create")) ~\(count("update")) -\(count("delete"))"
    }

    private static func detail(_ view: PlanView, _ policy: DataPolicy?) -> String {
        if let refusal = view.refusal {
            return TaskText.firstLine(isUnknown(refusal) ? refusal.message : words(of: refusal))
        }
        if let inventory = view.inventory {
            guard let policy, !inventory.claims.isEmpty else { return summary(inventory) }
            return "\(summary(inventory)): \(policy == .keep ? "kept" : "deleted")"
        }
        guard let plan = view.plan else { return "" }
        if let blocked = plan.changes.first(where: { $0.consequence == .impossible }) {
            return TaskText.firstLine(blocked.message)
        }
        return plan.changes.first { $0.consequence == plan.consequence }.map { $0.message } ?? ""
    }

    /// The cluster's own words when there are any.
    private static func words(of refusal: FleetError) -> String {
        refusal.reason.isEmpty ? refusal.message : refusal.reason
    }

    private static func more(_ view: PlanView, _ service: ServiceID, wide: Bool) -> [String] {
        var lines: [String] = []
        if let refusal = view.refusal {
            lines.append("\(view.supervisor): \(refusal.message)")
            if !refusal.reason.isEmpty { lines.append("  why   " + ErrorText.continued(refusal.reason)) }
            if !refusal.next.isEmpty { lines.append("  next  " + ErrorText.continued(refusal.next)) }
        }
        if let plan = view.plan {
            lines += plan.warnings.map { "\(view.supervisor): warning: \($0)" }
            for change in plan.changes where change.operation != "noop" {
                guard wide || change.consequence == .impossible || change.consequence == .oneWay else { continue }
                let message = change.message.isEmpty ? "" : "  " + ErrorText.continued(change.message)
                let what = "\(change.operation) \(change.resource)  \(change.consequence.rawValue)"
                lines.append("\(view.supervisor): \(what)\(message)")
                if wide { lines += change.diff.map { "    " + $0 } }
            }
            if !plan.refusedEdits.isEmpty {
                let key = InstallKey(service: service, supervisor: view.supervisor)
                lines.append("\(view.supervisor): next  flotilla drift adopt \(key)")
            }
            if !plan.dataLoss.isEmpty {
                lines.append("\(view.supervisor): data would be lost, needs --delete-data --confirm:")
                lines += claims(plan.dataLoss)
            }
        }
        if let inventory = view.inventory, wide { lines += claims(inventory.claims) }
        return lines
    }

    /// `6 PVCs, 69Gi`.
    package static func summary(_ inventory: DataInventory) -> String {
        switch inventory.claims.count {
        case 0: "no data"
        case 1: "1 PVC, \(inventory.total)"
        case let count: "\(count) PVCs, \(inventory.total)"
        }
    }

    /// What an uninstall prints first: per Supervisor what holds data, and what becomes of it.
    package static func inventory(_ views: [PlanView], policy: DataPolicy) -> [String] {
        var table = Table()
        for view in views {
            let fate = policy == .keep ? "kept" : "DELETED"
            if let inventory = view.inventory {
                table.add([
                    "  " + view.supervisor.rawValue,
                    "\(summary(inventory)): \(inventory.claims.isEmpty ? "nothing to keep" : fate)",
                ])
            } else if let refusal = view.refusal {
                table.add(["  " + view.supervisor.rawValue, "data unknown (\(refusal.message)): \(fate)"])
            } else {
                table.add(["  " + view.supervisor.rawValue, "data unknown: \(fate)"])
            }
        }
        return table.lines()
    }

    private static func claims(_ claims: [DataInventory.Claim]) -> [String] {
        var table = Table()
        for claim in claims {
            table.add([claim.name, claim.size, claim.storageClass, claim.origin, "volume: \(claim.reclaimPolicy)"])
        }
        return table.lines(indent: "    ")
    }

    /// Changes would be made somewhere.
    package static func hasChanges(_ views: [PlanView]) -> Bool {
        views.contains { view in
            view.inventory != nil || view.plan.map { $0.consequence != .noOp } ?? false
                || view.currentVersion != view.targetVersion
        }
    }

    package static func isRefused(_ views: [PlanView]) -> Bool {
        views.contains { $0.refusal.map { !isUnknown($0) } ?? ($0.plan?.consequence == .impossible) }
    }

    /// Some agent was away: the plan is not whole.
    package static func isPartial(_ views: [PlanView]) -> Bool {
        views.contains { $0.refusal.map(isUnknown) ?? false }
    }
}
