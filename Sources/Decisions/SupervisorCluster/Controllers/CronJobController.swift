package import FleetModel
package import ResourceModel

/// The cronjob controller: Jobs by schedule, their history, and what is active.
package struct CronJobController: Controller {
    package init() {}

    package func watchedKinds(_ settings: ControllerSettings) -> [GroupVersionKind] {
        [ControllerKinds.cronJob, ControllerKinds.job]
    }
    package func writtenKinds(_ settings: ControllerSettings) -> [GroupVersionKind] {
        [ControllerKinds.cronJob, ControllerKinds.job]
    }

    package mutating func step(_ store: inout some ControllerStore, settings: ControllerSettings) -> Timestamp? {
        let cronJobs = store.list(ControllerKinds.cronJob, namespace: nil)
        guard !cronJobs.isEmpty else { return nil }
        let owned = PodControl.grouped(store.list(ControllerKinds.job, namespace: nil))
        var due: Timestamp?
        for cronJob in cronJobs where !cronJob.isBeingDeleted {
            due = store.earliest(due, sync(cronJob, owned[cronJob.uid] ?? [], &store))
        }
        return due
    }

    private func sync(_ cronJob: Value, _ jobs: [Value], _ store: inout some ControllerStore) -> Timestamp? {
        func ended(_ job: Value, _ type: String) -> Bool { job.condition(type)?.textAt("status") == "True" }
        var active = jobs.filter { !ended($0, "Complete") && !ended($0, "Failed") && !$0.isBeingDeleted }
        var status = cronJob["status"] ?? [:]
        for reference in status.itemsAt("active") {
            guard let job = jobs.first(where: { $0.uid == reference.textAt("uid") }), ended(job, "Complete") else {
                continue
            }
            record(
                cronJob, "SawCompletedJob", "Saw completed job: \(job.objectName), status: Complete", &store)
            status["lastSuccessfulTime"] = job[at: "status", "completionTime"]
        }
        trim(jobs.filter { ended($0, "Complete") }, cronJob.intAt("spec", "successfulJobsHistoryLimit") ?? 3, &store)
        trim(jobs.filter { ended($0, "Failed") }, cronJob.intAt("spec", "failedJobsHistoryLimit") ?? 1, &store)

        var next: Timestamp?
        if let schedule = CronSchedule(cronJob.textAt("spec", "schedule")), !cronJob.flagAt("spec", "suspend") {
            let last = Timestamp(rfc3339: status.textAt("lastScheduleTime")) ?? cronJob.creationTime
            next = schedule.next(after: last)
            if let time = next, time <= store.now {
                let latest = Self.latest(schedule, from: time, until: store.now)
                start(cronJob, at: latest, &active, &status, &store)
                next = schedule.next(after: max(latest, store.now))
            }
        }
        status["active"] =
            active.isEmpty
            ? nil
            : .array(
                active.map { job in
                    [
                        "apiVersion": "batch/v1", "kind": "Job", "name": .string(job.objectName),
                        "namespace": .string(job.objectNamespace), "uid": .string(job.uid),
                        "resourceVersion": .string(job.resourceVersion),
                    ]
                })
        if Self.sameActive(status, cronJob["status"] ?? [:]) { status["active"] = cronJob[at: "status", "active"] }
        store.putStatus(status, of: cronJob)
        return next
    }

    /// Only the uids count: a job's new resourceVersion is no news of the CronJob.
    private static func sameActive(_ left: Value, _ right: Value) -> Bool {
        left.itemsAt("active").map { $0.textAt("uid") } == right.itemsAt("active").map { $0.textAt("uid") }
    }

    /// The latest missed time; at most 100 are stepped through, as the controller gives up counting there.
    private static func latest(_ schedule: CronSchedule, from time: Timestamp, until now: Timestamp) -> Timestamp {
        var latest = time
        for _ in 0..<100 {
            guard let next = schedule.next(after: latest), next <= now else { return latest }
            latest = next
        }
        return latest
    }

    private func start(
        _ cronJob: Value, at time: Timestamp, _ active: inout [Value], _ status: inout Value,
        _ store: inout some ControllerStore
    ) {
        if let limit = cronJob.intAt("spec", "startingDeadlineSeconds"),
            time.advanced(byMilliseconds: Int64(limit) * 1000) < store.now
        {
            record(cronJob, "MissSchedule", "Missed scheduled time to start a job: \(time.seconds)", &store)
            status["lastScheduleTime"] = .string(time.seconds)
            return
        }
        let policy = cronJob.textAt("spec", "concurrencyPolicy")
        if policy == "Forbid", !active.isEmpty {
            record(
                cronJob, "JobAlreadyActive",
                "Not starting job because prior execution is running and concurrency policy is Forbid", &store)
            return
        }
        if policy == "Replace" {
            for job in active {
                try? store.delete(ControllerKinds.job, namespace: job.objectNamespace, name: job.objectName)
            }
            active = []
        }
        let template = cronJob[at: "spec", "jobTemplate"] ?? [:]
        var job: Value = [
            "apiVersion": "batch/v1", "kind": "Job",
            "metadata": [
                "name": .string("\(cronJob.objectName)-\(time.milliseconds / 60_000)"),
                "namespace": .string(cronJob.objectNamespace),
                "ownerReferences": .array([cronJob.controllerReference]),
            ],
            "spec": template["spec"] ?? [:],
        ]
        job[at: "metadata", "labels"] = template[at: "metadata", "labels"]
        job[at: "metadata", "annotations"] = template[at: "metadata", "annotations"]
        do {
            let stored = try store.create(job)
            active.append(stored)
            record(cronJob, "SuccessfulCreate", "Created job \(stored.objectName)", &store)
            status["lastScheduleTime"] = .string(time.seconds)
        } catch {
            store.recordEvent(
                about: cronJob, type: "Warning", reason: "FailedCreate", message: "Error creating job: \(error)",
                component: "cronjob-controller")
        }
    }

    private func trim(_ jobs: [Value], _ limit: Int, _ store: inout some ControllerStore) {
        let sorted = jobs.sorted { ($0.creationTime, $0.objectName) < ($1.creationTime, $1.objectName) }
        for job in sorted.prefix(max(0, sorted.count - limit)) where !job.isBeingDeleted {
            try? store.delete(ControllerKinds.job, namespace: job.objectNamespace, name: job.objectName)
        }
    }

    private func record(
        _ cronJob: Value, _ reason: String, _ message: String, _ store: inout some ControllerStore
    ) {
        store.recordEvent(
            about: cronJob, type: "Normal", reason: reason, message: message, component: "cronjob-controller")
    }
}
