internal import FleetModel

extension FleetState {
    /// The version of the snapshot's own format; a newer one is refused by an older coordinator.
    package static let snapshotFormat = 1

    /// Arrays in a fixed order, so that equal states give equal bytes.
    private struct Image: Codable {
        struct Remembered: Codable {
            var id: CommandID
            var fingerprint: ContentDigest
            var reply: CommandReply
        }
        struct Waiting: Codable {
            var key: InstallKey
            var plan: WaitingPlan
        }
        struct Open: Codable {
            var key: InstallKey
            var task: TaskID
        }
        struct Reported: Codable {
            var supervisor: SupervisorID
            var cursors: [Cursor]
        }
        struct Seen: Codable {
            var supervisor: SupervisorID
            var presence: Presence
        }
        struct Heard: Codable {
            var supervisor: SupervisorID
            var at: Timestamp
        }
        struct Held: Codable {
            var key: InstallKey
            var generation: UInt64
        }
        var position: UInt64
        var services: [SupervisorService]
        var supervisors: [Supervisor]
        var presence: [Seen]
        var heard: [Heard]
        var cursors: [Reported]
        var entries: [Entry]
        var waiting: [Waiting]
        var tasks: [WrittenTask]
        var open: [Open]
        var lastTaskNumber: UInt64
        var commands: [Remembered]
        /// Absent in snapshots of the first version.
        var operators: [FleetOperator]?
        /// Absent where no journal was ever restored.
        var held: [Held]?
        var plans: [SavedPlan]?
        var lastPlanNumber: UInt64?
    }

    package func snapshotBytes() throws -> [UInt8] {
        var memo = SnapshotMemo()
        return try snapshotBytes(&memo)
    }

    /// - Parameter memo: what the snapshot before this one left, so that finished tasks are not encoded again.
    package func snapshotBytes(_ memo: inout SnapshotMemo) throws -> [UInt8] {
        let tasks = try memo.written(taskOrder.compactMap { self.tasks[$0] })
        return try ValueEncoder.bytes(
            Image(
                position: position, services: services.values.sorted { $0.id < $1.id },
                supervisors: supervisors.values.sorted { $0.id < $1.id },
                presence: presence.sorted { $0.key < $1.key }.map { .init(supervisor: $0.key, presence: $0.value) },
                heard: heard.sorted { $0.key < $1.key }.map { .init(supervisor: $0.key, at: $0.value) },
                cursors: cursors.sorted { $0.key < $1.key }.map { .init(supervisor: $0.key, cursors: $0.value) },
                entries: entries.values.sorted { $0.install.key < $1.install.key },
                waiting: waiting.sorted { $0.key < $1.key }.map { .init(key: $0.key, plan: $0.value) },
                tasks: tasks,
                open: openTargets.sorted { $0.key < $1.key }.map { .init(key: $0.key, task: $0.value) },
                lastTaskNumber: lastTaskNumber,
                commands: commandOrder.compactMap { id in
                    commands[id].map { .init(id: id, fingerprint: $0.fingerprint, reply: $0.reply) }
                },
                operators: operators.values.sorted { $0.id < $1.id },
                held: held.isEmpty
                    ? nil : held.sorted { $0.key < $1.key }.map { .init(key: $0.key, generation: $0.value) },
                plans: planOrder.compactMap { plans[$0] }, lastPlanNumber: lastPlanNumber))
    }

    package init(snapshot bytes: [UInt8]) throws {
        let image = try ValueDecoder.read(Image.self, from: bytes)
        position = image.position
        for service in image.services { services[service.id] = service }
        for supervisor in image.supervisors { supervisors[supervisor.id] = supervisor }
        for seen in image.presence { presence[seen.supervisor] = seen.presence }
        for item in image.heard { heard[item.supervisor] = item.at }
        for reported in image.cursors { cursors[reported.supervisor] = reported.cursors }
        for entry in image.entries {
            entries[entry.install.key] = entry
            note(entry.install.key)
        }
        for item in image.waiting { waiting[item.key] = item.plan }
        for task in image.tasks.map(\.task) {
            tasks[task.id] = task
            notePlaces(task)
            taskOrder.append(task.id)
        }
        for open in image.open {
            openTargets[open.key] = open.task
            note(open.key)
        }
        lastTaskNumber = image.lastTaskNumber
        for item in image.commands {
            commands[item.id] = Remembered(fingerprint: item.fingerprint, reply: item.reply)
            commandOrder.append(item.id)
        }
        for item in image.held ?? [] { held[item.key] = item.generation }
        for plan in image.plans ?? [] {
            plans[plan.id] = plan
            planOrder.append(plan.id)
        }
        lastPlanNumber = image.lastPlanNumber ?? 0
        for known in image.operators ?? [] { operators[known.id] = known }
        for task in openTargets.values { dirty.value[task] = .presence }
    }
}
