package import FleetModel

extension FleetState {
    /// Installs that are there or wanted, sorted; tombstones carried out are left out.
    package var installs: [ServiceInstall] {
        entries.values.filter { !$0.removed }.map(\.install).sorted { $0.key < $1.key }
    }

    package func install(_ key: InstallKey) -> ServiceInstall? {
        entries[key].flatMap { $0.removed ? nil : $0.install }
    }

    /// The counts of a task's targets.
    package func tally(of task: TaskID) -> TaskTally {
        tallies.value[task] ?? TaskTally(tasks[task]?.targets ?? [])
    }

    /// What is wanted of each install of a Supervisor, removals that were not carried out yet among them.
    package func wanted(of supervisor: SupervisorID) -> [ServiceID: InstallSpec] {
        var wanted: [ServiceID: InstallSpec] = [:]
        for key in keys(of: supervisor) {
            if let entry = entries[key], !entry.removed { wanted[key.service] = entry.install.spec }
        }
        return wanted
    }

    /// The highest ACTIVATED version of a service that is newer than `version`.
    package func newerVersion(of service: ServiceID, than version: String?) -> String? {
        guard let registered = services[service], registered.state == .activated, let version else { return nil }
        let newest = registered.versions.last { $0.state == .activated }
        return newest.flatMap { VersionOrder.isOlder(version, than: $0.version) ? $0.version : nil }
    }

    package func view(_ install: ServiceInstall) -> InstallView {
        var view = InstallView(
            install: install,
            newerVersion: newerVersion(
                of: install.key.service, than: install.status.currentVersion ?? install.desiredVersion))
        if entries[install.key]?.isRefused == true { view.refusedGeneration = install.spec.generation }
        view.inForce = selectionInForce(install.key)
        return view
    }

    /// Changes that wait for their turn or for their agent, sorted.
    package var waitingChanges: [WaitingChange] {
        openTargets.sorted { $0.key < $1.key }.compactMap { key, id in
            guard let task = tasks[id], let target = target(key.supervisor, of: id),
                target.state == .pending || target.state == .deferred
            else { return nil }
            var version: String?
            if case .present(let selection) = wanted(key) { version = selection.version }
            return WaitingChange(
                key: key, task: id, operation: task.operation, version: version, state: target.state,
                message: target.message)
        }
    }

    /// What is wanted of an install in the end: a waiting plan first, else what was set and not refused by the agent.
    func wanted(_ key: InstallKey) -> InstallSpec.Intent? {
        if let plan = waiting[key] { return plan.intent }
        return entries[key].flatMap { $0.removed ? nil : $0.intentInForce }
    }

    /// The version and values an install is held to now; nil when there is none or it is being removed.
    package func selectionInForce(_ key: InstallKey) -> PackageSelection? {
        guard let entry = entries[key], !entry.removed, case .present(let selection) = entry.intentInForce
        else { return nil }
        return selection
    }

    /// The values content in force or waiting to be; never those of a generation the agent refused.
    package func values(_ key: InstallKey) -> ContentDigest? {
        switch wanted(key) {
        case .present(let selection): selection.values
        case .absent, nil: nil
        }
    }

    func version(_ service: ServiceID, _ version: String) -> ServiceVersion? {
        services[service]?.versions.first { $0.version == version }
    }

    /// True when the service is on the Supervisor, on its way there, or not yet gone.
    func occupies(_ key: InstallKey) -> Bool { waiting[key] != nil || entries[key]?.removed == false }

    /// Supervisors where a version is installed, wanted or waits its turn.
    func supervisors(with service: ServiceID, version: String? = nil) -> [SupervisorID] {
        func matches(_ intent: InstallSpec.Intent) -> Bool {
            guard let version else { return true }
            if case .present(let selection) = intent { return selection.version == version }
            return false
        }
        var found: Set<SupervisorID> = []
        for (key, entry) in entries where key.service == service && !entry.removed {
            if matches(entry.install.spec.intent) || matches(entry.intentInForce)
                || (version != nil && entry.install.status.currentVersion == version)
            {
                found.insert(key.supervisor)
            }
        }
        for (key, plan) in waiting where key.service == service && matches(plan.intent) { found.insert(key.supervisor) }
        return found.sorted()
    }

    package func isConnected(_ supervisor: SupervisorID) -> Bool { presence[supervisor] == .connected }

    /// Every content the state names: what `ContentStore.retain` must keep.
    package var referencedContent: Set<ContentDigest> {
        var found: Set<ContentDigest> = []
        func add(_ intent: InstallSpec.Intent) {
            guard case .present(let selection) = intent else { return }
            found.formUnion([selection.values, selection.package])
            if let tree = selection.bundleTree { found.insert(tree) }
            if let bundle = selection.bundleContent { found.insert(bundle) }
        }
        for service in services.values {
            for version in service.versions {
                found.insert(version.package)
                if let tree = version.bundleTree { found.insert(tree) }
                if let bundle = version.bundleContent { found.insert(bundle) }
            }
        }
        for entry in entries.values where !entry.removed {
            add(entry.install.spec.intent)
            if let standing = entry.standing { add(.present(standing)) }
        }
        for plan in waiting.values { add(plan.intent) }
        for target in plans.values.flatMap(\.targets) {
            if let selection = target.selection { add(.present(selection)) }
        }
        return found
    }

    /// The key a link peer was pinned with → its Supervisor, for every enrolled one.
    package var admittedKeys: [String: SupervisorID] {
        var keys: [String: SupervisorID] = [:]
        for supervisor in supervisors.values where supervisor.enrolment == .enrolled {
            for key in supervisor.ring.admitted { keys[key] = supervisor.id }
        }
        return keys
    }
}
