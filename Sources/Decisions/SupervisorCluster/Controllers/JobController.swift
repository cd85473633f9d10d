package import FleetModel
package import ResourceModel

/// The job controller: pods that run to their end, as many as wanted, with a limit on failures.
package struct JobController: Controller {
    private var memo = WorkMemo()
    private var retries = RetryMemo(first: .seconds(10), longest: .seconds(360))

    package init() {}

    package func watchedKinds(_ settings: ControllerSettings) -> [GroupVersionKind] {
        [ControllerKinds.job, ControllerKinds.pod]
    }
    package func writtenKinds(_ settings: ControllerSettings) -> [GroupVersionKind] {
        [ControllerKinds.job, ControllerKinds.pod]
    }

    package mutating func step(_ store: inout some ControllerStore, settings: ControllerSettings) -> Timestamp? {
        let jobs = store.list(ControllerKinds.job, namespace: nil)
        guard !jobs.isEmpty else { return nil }
        let owned = PodControl.grouped(store.list(ControllerKinds.pod, namespace: nil))
        var due: Timestamp?
        for job in jobs {
            let mine = owned[job.uid] ?? []
            let signature = WorkMemo.signature(job, mine)
            if let settled = memo.settled(job.uid, signature, now: store.now) {
                due = store.earliest(due, settled)
                continue
            }
            let next = sync(job, mine, &store)
            memo.settle(job.uid, signature, due: next)
            due = store.earliest(due, next)
        }
        memo.forget(exceptFor: jobs)
        return due
    }

    private mutating func sync(_ job: Value, _ pods: [Value], _ store: inout some ControllerStore) -> Timestamp? {
        if job.isBeingDeleted { return nil }
        if isFinished(job) { return expire(job, &store) }
        var status = job["status"] ?? [:]
        if status["startTime"] == nil { status["startTime"] = .string(store.now.seconds) }
        let indexes = JobIndexes(job: job, pods: pods)
        let succeeded =
            indexes?.succeeded.count ?? pods.filter { $0.textAt("status", "phase") == "Succeeded" }.count
        let failed = pods.filter { $0.textAt("status", "phase") == "Failed" }
        var active = pods.filter(\.isPodActive)
        let completions = job.intAt("spec", "completions")
        let parallelism = job.intAt("spec", "parallelism") ?? 1
        var conditions = StatusConditions(status.itemsAt("conditions"))
        var next: Timestamp?
        let deadline = job.intAt("spec", "activeDeadlineSeconds").flatMap { seconds in
            Timestamp(rfc3339: status.textAt("startTime"))?.advanced(byMilliseconds: Int64(seconds) * 1000)
        }
        if failures(failed, active) > job.intAt("spec", "backoffLimit") ?? 6 {
            fail(
                job, &conditions, &active, "BackoffLimitExceeded", "Job has reached the specified backoff limit", &store
            )
        } else if let deadline, deadline <= store.now {
            fail(
                job, &conditions, &active, "DeadlineExceeded", "Job was active longer than specified deadline",
                &store)
        } else if completions.map({ succeeded >= $0 }) ?? (succeeded > 0 && active.isEmpty) {
            complete(job, &status, &conditions, &active, &store)
        } else if job.flagAt("spec", "suspend") {
            conditions.set(
                "Suspended", "True", reason: "JobSuspended", message: "Job suspended", at: store.now,
                extra: ["lastProbeTime": .string(store.now.seconds)])
            for pod in active { delete(pod, of: job, &store) }
            active = []
        } else {
            next = store.earliest(
                deadline,
                create(
                    job, wanted: completions.map { $0 - succeeded }, parallelism, failed.count,
                    succeeded, indexes, &active, &store))
        }
        status["conditions"] = conditions.value
        status["active"] = Value.count(active.count)
        status["succeeded"] = Value.count(succeeded)
        status["failed"] = Value.count(failed.count)
        if let indexes { status["completedIndexes"] = indexes.text.isEmpty ? nil : .string(indexes.text) }
        status["ready"] = .int(Int64(active.filter(\.isPodReady).count))
        store.putStatus(status, of: job)
        return next
    }

    private func isFinished(_ job: Value) -> Bool {
        ["Complete", "Failed"].contains { job.condition($0)?.textAt("status") == "True" }
    }

    /// Failed pods, and the restarts of those that restart in place (`restartPolicy: OnFailure`).
    private func failures(_ failed: [Value], _ active: [Value]) -> Int {
        active.reduce(failed.count) { sum, pod in
            guard pod.textAt("spec", "restartPolicy") == "OnFailure" else { return sum }
            return sum
                + pod.itemsAt("status", "containerStatuses").reduce(0) { $0 + ($1.intAt("restartCount") ?? 0) }
        }
    }

    private func fail(
        _ job: Value, _ conditions: inout StatusConditions, _ active: inout [Value], _ reason: String,
        _ message: String, _ store: inout some ControllerStore
    ) {
        for pod in active { delete(pod, of: job, &store) }
        active = []
        let extra: [String: Value] = ["lastProbeTime": .string(store.now.seconds)]
        if store.profile == .kubernetes132 {
            conditions.set("FailureTarget", "True", reason: reason, message: message, at: store.now, extra: extra)
        }
        conditions.set("Failed", "True", reason: reason, message: message, at: store.now, extra: extra)
        record(job, "Warning", reason, message, &store)
    }

    private func complete(
        _ job: Value, _ status: inout Value, _ conditions: inout StatusConditions, _ active: inout [Value],
        _ store: inout some ControllerStore
    ) {
        for pod in active { delete(pod, of: job, &store) }
        active = []
        status["completionTime"] = .string(store.now.seconds)
        let extra: [String: Value] = ["lastProbeTime": .string(store.now.seconds)]
        if store.profile == .kubernetes132 {
            let message = "Reached expected number of succeeded pods"
            for type in ["SuccessCriteriaMet", "Complete"] {
                conditions.set(
                    type, "True", reason: "CompletionsReached", message: message, at: store.now, extra: extra)
            }
        } else {
            conditions.set("Complete", "True", at: store.now, extra: extra)
        }
        record(job, "Normal", "Completed", "Job completed", &store)
    }

    private mutating func create(
        _ job: Value, wanted: Int?, _ parallelism: Int, _ failed: Int, _ succeeded: Int, _ indexes: JobIndexes?,
        _ active: inout [Value], _ store: inout some ControllerStore
    ) -> Timestamp? {
        // Without completions one success is enough, and none is started after it.
        let limit = wanted.map { min($0, parallelism) } ?? (succeeded > 0 ? 0 : parallelism)
        guard active.count < limit else { return nil }
        // A pod that takes a failed one's place waits: 10 s doubling to 6 min.
        let key = "\(job.uid)/\(failed)"
        if failed > 0, retries.next(key) == nil { retries.failed(key, now: store.now) }
        if let wait = retries.next(key), wait > store.now { return wait }
        let template = job[at: "spec", "template"] ?? [:]
        var free = indexes?.free(limit - active.count)[...]
        for _ in active.count..<limit {
            let labels =
                template[at: "metadata", "labels", "job-name"] == nil
                ? ["controller-uid": job.uid, "job-name": job.objectName] : [:]
            let index = free?.popFirst()
            let prefix = job.objectName + "-" + (index.map { "\($0)-" } ?? "")
            var wantedPod = PodTemplate.pod(template, owner: job, prefix: prefix, labels: labels)
            if let index {
                wantedPod.setAnnotation(JobIndexes.annotation, "\(index)")
                wantedPod[at: "spec", "hostname"] = .string("\(job.objectName)-\(index)")
            }
            let made = PodControl.create(wantedPod, &store)
            guard let pod = made.pod else {
                record(job, "Warning", "FailedCreate", "Error creating: \(made.refusal)", &store)
                return retries.failed(key, now: store.now)
            }
            active.append(pod)
            record(job, "Normal", "SuccessfulCreate", "Created pod: \(pod.objectName)", &store)
        }
        return nil
    }

    private func delete(_ pod: Value, of job: Value, _ store: inout some ControllerStore) {
        guard PodControl.delete(pod, &store) else { return }
        record(job, "Normal", "SuccessfulDelete", "Deleted pod: \(pod.objectName)", &store)
    }

    /// `ttlSecondsAfterFinished`.
    private func expire(_ job: Value, _ store: inout some ControllerStore) -> Timestamp? {
        guard let seconds = job.intAt("spec", "ttlSecondsAfterFinished"),
            let ended = ["Complete", "Failed"].compactMap({ job.condition($0) }).compactMap({
                Timestamp(rfc3339: $0.textAt("lastTransitionTime"))
            }).first
        else { return nil }
        let due = ended.advanced(byMilliseconds: Int64(seconds) * 1000)
        guard due <= store.now else { return due }
        try? store.delete(ControllerKinds.job, namespace: job.objectNamespace, name: job.objectName)
        return nil
    }

    private func record(
        _ job: Value, _ type: String, _ reason: String, _ message: String, _ store: inout some ControllerStore
    ) {
        store.recordEvent(about: job, type: type, reason: reason, message: message, component: "job-controller")
    }
}
