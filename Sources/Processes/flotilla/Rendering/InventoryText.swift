package import FleetModel

/// Tables of services, Supervisors, tasks, installs.
package enum InventoryText {
    package static func services(_ views: [ServiceView], wide: Bool) -> String {
        var table = Table(["NAME", "LATEST", "VERSIONS", "STATE", "INSTALLS"] + (wide ? ["DISPLAY NAME"] : []))
        for view in views {
            let service = view.service
            let latest = service.versions.last { $0.state == .activated } ?? service.versions.last
            table.add(
                [
                    service.id.rawValue, latest?.version ?? "-", "\(service.versions.count)", service.state.rawValue,
                    "\(view.installs.count)",
                ] + (wide ? [service.displayName] : []))
        }
        return table.text()
    }

    package static func service(_ view: ServiceView, now: Timestamp) -> String {
        let service = view.service
        var lines = ["\(service.id)  \(service.state.rawValue)"]
        if !service.displayName.isEmpty { lines.append("  name         \(service.displayName)") }
        if !service.shortDescription.isEmpty { lines.append("  description  \(service.shortDescription)") }
        var versions = Table(["VERSION", "STATE", "REGISTERED", "BUNDLE"])
        for version in service.versions {
            versions.add([
                version.version, version.state.rawValue, version.registeredAt.seconds,
                version.bundleImage ?? version.format ?? "inline",
            ])
        }
        lines += [""] + versions.lines()
        if !view.installs.isEmpty {
            lines += ["", installs(view.installs, now: now, wide: false)]
        }
        if !view.waiting.isEmpty { lines += [""] + waiting(view.waiting) }
        return lines.joined(separator: "\n")
    }

    package static func installs(_ views: [InstallView], now: Timestamp, wide: Bool) -> String {
        var table = Table(
            ["SUPERVISOR", "SERVICE", "VERSION", "STATE", "FOR", "OBJECTS"] + (wide ? ["NAMESPACE"] : []) + ["NOTE"])
        for view in views.sorted(by: { $0.install.key < $1.install.key }) {
            table.add(row(view, now: now, wide: wide))
        }
        return table.text()
    }

    package static func row(_ view: InstallView, now: Timestamp, wide: Bool) -> [String] {
        let install = view.install
        var namespace = "-"
        if case .present(let selection) = install.spec.intent { namespace = selection.namespace }
        let since = install.status.since
        return [
            install.key.supervisor.rawValue, install.key.service.shortName, version(of: view),
            install.status.state.rawValue, since == .zero ? "-" : RoughTime.text(now.since(since)),
            install.status.objectCount > 0 ? "\(install.status.objectCount)" : "-",
        ] + (wide ? [namespace] : []) + [note(view)]
    }

    /// The version in force, and the wanted one while they differ.
    package static func version(of view: InstallView) -> String {
        let install = view.install
        let desired = view.refusedGeneration == nil ? install.desiredVersion : view.inForce?.version
        return switch (install.status.currentVersion, desired) {
        case (let current?, let desired?): current == desired ? current : "\(current) → \(desired)"
        case (nil, let desired?): "→ \(desired)"
        case (let current?, nil): current
        case (nil, nil): "-"
        }
    }

    package static func note(_ view: InstallView) -> String {
        let status = view.install.status
        var notes: [String] = []
        if status.state == .error, let message = status.messages.last { notes.append(TaskText.firstLine(message)) }
        if let refused = view.refusedGeneration { notes.append("generation \(refused) was refused") }
        if view.install.spec.generation > status.observedGeneration { notes.append("not yet accepted by its agent") }
        if let newer = view.newerVersion { notes.append("behind: \(newer) is available") }
        return notes.joined(separator: "; ")
    }

    package static func supervisors(_ views: [SupervisorView], now: Timestamp, wide: Bool) -> String {
        var table = Table(
            ["NAME", "MOID", "STATE", "LAST HEARD", "KUBERNETES", "INSTALLS"] + (wide ? ["LABELS"] : []))
        for view in views {
            let supervisor = view.supervisor
            table.add(
                [
                    supervisor.id.rawValue, supervisor.moid, state(of: view), heard(view, now: now),
                    supervisor.kubernetesVersion ?? "-", installSummary(view.installs),
                ] + (wide ? [labels(supervisor.labels)] : []))
        }
        return table.text()
    }

    package static func supervisor(_ view: SupervisorView, now: Timestamp) -> String {
        let supervisor = view.supervisor
        var lines = [
            "\(supervisor.id)  \(state(of: view))", "  moid        \(supervisor.moid)",
            "  last heard  \(heard(view, now: now))", "  kubernetes  \(supervisor.kubernetesVersion ?? "-")",
            "  labels      \(labels(supervisor.labels))", "  added       \(supervisor.addedAt.seconds)",
        ]
        if let facts = supervisor.facts, !facts.isEmpty { lines.insert("  facts       \(facts.summary)", at: 4) }
        if let fingerprint = supervisor.fingerprint { lines.append("  key         \(key(supervisor, fingerprint))") }
        if supervisor.enrolment == .pending {
            lines += ["", "To let its agent in: flotilla supervisor accept \(supervisor.id)"]
        }
        if !view.installs.isEmpty { lines += ["", installs(view.installs, now: now, wide: true)] }
        if !view.waiting.isEmpty { lines += [""] + waiting(view.waiting, now: now, heard: view.lastHeard) }
        return lines.joined(separator: "\n")
    }

    /// What tasks have not carried out yet; `heard` is the agent's last sign of life where it is known.
    package static func waiting(
        _ changes: [WaitingChange], now: Timestamp = .zero, heard: Timestamp? = nil
    ) -> [String] {
        var table = Table(["SUPERVISOR", "SERVICE", "CHANGE", "STATE", "TASK", "NOTE"])
        for change in changes {
            let target = [change.operation.rawValue, change.version].compactMap(\.self).joined(separator: " ")
            var note = change.state == .pending ? "waits for its turn" : change.message
            if change.state == .deferred, let heard {
                note = "last heard \(RoughTime.text(now.since(heard))) ago; will apply when it returns"
            }
            table.add([
                change.key.supervisor.rawValue, change.key.service.shortName, target, change.state.rawValue,
                change.task.rawValue, note,
            ])
        }
        return table.lines()
    }

    package static func state(of view: SupervisorView) -> String {
        switch view.supervisor.enrolment {
        case .invited: "invited"
        case .pending: "pending"
        case .removed: "removed"
        case .enrolled: view.supervisor.ring.current == nil ? "key ended" : view.connected ? "connected" : "away"
        }
    }

    private static func key(_ supervisor: Supervisor, _ fingerprint: String) -> String {
        let ring = supervisor.ring
        var notes: [String] = []
        if let until = ring.graceUntil { notes.append("to be changed before \(until.seconds)") }
        if let until = ring.overlapUntil { notes.append("the one before ends at \(until.seconds)") }
        return notes.isEmpty ? fingerprint : "\(fingerprint) (\(notes.joined(separator: "; ")))"
    }

    private static func heard(_ view: SupervisorView, now: Timestamp) -> String {
        view.lastHeard.map { "\(RoughTime.text(now.since($0))) ago" } ?? "never"
    }

    private static func installSummary(_ installs: [InstallView]) -> String {
        let behind = installs.count { $0.newerVersion != nil }
        let bad = installs.count { $0.install.status.state == .error }
        var notes: [String] = []
        if bad > 0 { notes.append("\(bad) ERROR") }
        if behind > 0 { notes.append("\(behind) behind") }
        return notes.isEmpty ? "\(installs.count)" : "\(installs.count) (\(notes.joined(separator: ", ")))"
    }

    package static func labels(_ labels: [String: String]) -> String {
        labels.isEmpty
            ? "-" : labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    }

    package static func tasks(_ tasks: [FleetTask]) -> String {
        var table = Table(["TASK", "OPERATION", "SERVICE", "VERSION", "STATE", "DONE", "FAILED", "CREATED"])
        for task in tasks {
            table.add([
                task.id.rawValue, task.operation.rawValue, task.service.shortName, task.version ?? "-",
                task.state.rawValue, "\(task.targets.count { $0.state.isFinal })/\(task.targets.count)",
                "\(task.failures)", task.createdAt.seconds,
            ])
        }
        return table.text()
    }
}
