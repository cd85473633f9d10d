package import FleetModel
internal import ResourceModel

extension FleetState {
    /// Takes one record in. Total: a record that speaks of something unknown changes nothing (contract C9).
    package mutating func fold(_ record: FleetRecord, at: Timestamp, position: UInt64) {
        self.position = max(self.position, position)
        switch record {
        case .coordinatorStarted:
            presence = presence.mapValues { _ in .awaited }
            for task in openTargets.values { dirty.value[task] = .presence }
        case .historyTrimmed: break
        case .serviceRegistered, .versionRegistered, .serviceStateChanged, .versionStateChanged, .versionDeleted,
            .serviceDeleted:
            foldService(record, at: at)
        case .supervisorInvited, .supervisorEnrolled, .supervisorRemoved, .supervisorConnected, .supervisorLost:
            foldSupervisor(record, at: at)
        case .supervisorPending, .supervisorRejected, .agentKeyAsked, .agentKeyOffered, .agentKeyChanged,
            .agentKeyEnded:
            foldKeys(record, at: at)
        case .taskCreated(let body): foldTaskCreated(body)
        case .targetStarted(let body): foldTargetStarted(body, at: at)
        case .targetDeferred(let body):
            update(body.task, body.key.supervisor) { target in
                target.state = .deferred
                target.message = body.message
            }
        case .targetResumed(let body):
            update(body.task, body.key.supervisor) { target in
                target.state = .running
                target.message = body.message
            }
        case .targetSuperseded(let body): finish(body, as: .superseded, at: at)
        case .targetNotSent(let body): finish(body, as: .notSent, at: at)
        case .taskFinished(let body):
            tasks[body.task]?.finishedAt = at
            places.value[body.task] = nil
            tallies.value[body.task] = nil
        case .generationRaised(let body): foldGenerationRaised(body)
        case .planSaved(let body): foldPlan(body)
        case .operatorSet, .operatorLocked, .operatorRemoved, .tokenCreated, .tokenRevoked, .accessRefused:
            foldAccess(record, at: at)
        case .commandAccepted(let body): foldCommand(body, position: position)
        case .report(let body): foldReport(body)
        }
    }

    private mutating func foldService(_ record: FleetRecord, at: Timestamp) {
        switch record {
        case .serviceRegistered(let body):
            services[body.service] = SupervisorService(
                id: body.service, displayName: body.displayName, shortDescription: body.shortDescription)
        case .versionRegistered(let body):
            let facts = body.facts
            guard var service = services[facts.service] else { return }
            services[facts.service] = nil
            service.versions.removeAll { $0.version == facts.version }
            var version = ServiceVersion(
                version: facts.version, package: facts.package, bundleImage: facts.bundleImage,
                bundleTree: facts.bundleTree, bundleContent: facts.bundleContent, registeredAt: at)
            version.format = facts.format
            version.acceptedEULA = facts.acceptedEULA
            let place = service.versions.firstIndex { VersionOrder.isOlder(facts.version, than: $0.version) }
            service.versions.insert(version, at: place ?? service.versions.count)
            services[facts.service] = service
        case .serviceStateChanged(let body): services[body.service]?.state = body.state
        case .versionStateChanged(let body):
            guard let index = services[body.service]?.versions.firstIndex(where: { $0.version == body.version })
            else { return }
            services[body.service]?.versions[index].state = body.state
        case .versionDeleted(let body): services[body.service]?.versions.removeAll { $0.version == body.version }
        case .serviceDeleted(let body): services[body.service] = nil
        default: break
        }
    }

    private mutating func foldSupervisor(_ record: FleetRecord, at: Timestamp) {
        switch record {
        case .supervisorInvited(let body):
            var supervisor = Supervisor(
                id: body.supervisor, moid: body.moid, labels: body.labels, addedAt: at)
            supervisor.joinTokenDigest = body.token
            supervisor.joinTokenExpires = body.expires
            supervisor.autoAccept = body.autoAccept ?? true
            // A key that was let go does not come back as a new agent's offer.
            let ended = supervisors[body.supervisor]?.ring.emptied
            if let ended, !ended.ended.isEmpty { supervisor.keys = ended }
            supervisors[body.supervisor] = supervisor
        case .supervisorEnrolled(let body):
            supervisors[body.supervisor]?.enrolment = .enrolled
            supervisors[body.supervisor]?.publicKey = body.publicKey
            supervisors[body.supervisor]?.fingerprint = body.fingerprint
            var ring = supervisors[body.supervisor]?.keys ?? AgentKeyRing()
            ring.begin(body.publicKey, at: at)
            supervisors[body.supervisor]?.keys = ring
        case .supervisorRemoved(let body):
            let emptied = supervisors[body.supervisor]?.ring.emptied
            supervisors[body.supervisor]?.keys = emptied
            supervisors[body.supervisor]?.enrolment = .removed
            supervisors[body.supervisor]?.joinTokenDigest = nil
            presence[body.supervisor] = nil
            markDirty(body.supervisor)
            for key in keys(of: body.supervisor) { entries[key]?.removed = true }
        case .supervisorConnected(let body):
            presence[body.supervisor] = .connected
            heard[body.supervisor] = at
            markDirty(body.supervisor)
            let sequence = acknowledged(body.supervisor, incarnation: body.incarnation)
            setCursor(body.supervisor, Cursor(incarnation: body.incarnation, sequence: sequence))
        case .supervisorLost(let body):
            // One that was only awaited after a restart was not heard since.
            if presence[body.supervisor] == .connected { heard[body.supervisor] = at }
            presence[body.supervisor] = nil
            markDirty(body.supervisor)
        default: break
        }
    }

    private mutating func markDirty(_ supervisor: SupervisorID) {
        for key in keys(of: supervisor) {
            if let task = openTargets[key] { dirty.value[task] = .presence }
        }
    }

    private mutating func foldCommand(_ body: FleetRecord.CommandAccepted, position: UInt64) {
        if Sabotage.isActive(.foldByHiddenState) { lastTaskNumber += UInt64(dirty.value.count) }
        var reply = CommandReply(position: position, task: body.task, lines: body.lines, warnings: body.warnings)
        if body.task == nil { reply.plan = body.plan } else if let plan = body.plan { forget(plan) }
        if commands.updateValue(Remembered(fingerprint: body.fingerprint, reply: reply), forKey: body.id) == nil {
            commandOrder.append(body.id)
        }
        // Forgets in blocks, so that the shift of the order's array is paid once per block.
        let surplus = commandOrder.count - FleetLimits.standard.rememberedCommands
        guard surplus >= FleetLimits.standard.rememberedCommands / 10 else { return }
        for id in commandOrder.prefix(surplus) { commands[id] = nil }
        commandOrder.removeFirst(surplus)
    }
}

extension FleetState {
    /// Passes over a record of a kind this version does not know.
    package mutating func skip(to position: UInt64) { self.position = max(self.position, position) }
}
