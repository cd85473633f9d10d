internal import FleetModel
internal import FleetRuntime
internal import KubernetesClient
internal import Reconciliation
internal import ResourceModel

/// Carries out one change on the cluster, with kapp's strategies and kapp's error texts.
struct ChangeApplier: Sendable {
    static let fieldManager = "flotilla-agent"
    /// A replaced object must be gone before it is made again; looked at once a second.
    private static let replaceTries = 300

    let client: KubernetesClient
    let time: TimeSource
    let diff: SmartDiff

    func apply(_ change: ResourceChange) async -> InstallReconcile.ApplyResult {
        do throws(KubernetesError) {
            switch change.operation {
            case .create: try await create(change)
            case .update: return try await update(change)
            case .delete: try await delete(change)
            case .noop: break
            case .exists:
                if try await live(change) == nil {
                    return .failed(
                        .applying(.exists, change.resource, cause: "External resource doesn't exists"),
                        isRetryable: true)
                }
            }
            return .done
        } catch {
            return .failed(Self.described(error, change), isRetryable: Self.isRetryable(error))
        }
    }

    static func described(_ error: KubernetesError, _ change: ResourceChange) -> KappError {
        error.status == 0 && !error.isNoKindMatch
            ? .applying(change.operation, change.resource, cause: error.message)
            : .applying(change.operation, change.resource, serverMessage: error.message, reason: error.reason)
    }

    /// kapp tries again only what a webhook or a kind that is still being set up refused.
    private static func isRetryable(_ error: KubernetesError) -> Bool {
        error.message.contains("failed calling webhook") || error.message.contains("failed to call webhook")
            || error.isNoKindMatch || (error.isNotFound && error.isPlainText)
    }

    /// What the server says to the same request with `dryRun=All`.
    func rehearse(_ change: ResourceChange) async -> ServerVerdict {
        let options = WriteOptions(dryRun: true, fieldManager: Self.fieldManager)
        do throws(KubernetesError) {
            switch (change.operation, change.strategy) {
            case (.create, _): _ = try await client.create(change.object, options: options)
            case (.update, .skip), (.update, .alwaysReplace): return .accepted
            case (.update, _): _ = try await client.replace(change.object, options: options)
            case (.delete, _), (.noop, _), (.exists, _): return .accepted
            }
            return .accepted
        } catch {
            if error.isUnreachable || error.isCancelled { return .notAsked }
            if error.isNoKindMatch { return .refused(message: error.message, reason: "", code: 404) }
            if change.operation == .create, change.strategy != .plain, error.isAlreadyExists { return .accepted }
            return .refused(message: error.message, reason: error.reason, code: error.status)
        }
    }

    private func create(_ change: ResourceChange) async throws(KubernetesError) {
        let options = WriteOptions(fieldManager: Self.fieldManager)
        do {
            let saved = try await client.create(change.object, options: options)
            try await record(saved, change)
        } catch  where error.isAlreadyExists && change.strategy != .plain {
            guard change.strategy == .fallbackOnUpdate, let live = try await live(change),
                let declared = change.declared
            else { return }
            let comparison = diff.compare(existing: live, new: declared)
            guard let desired = comparison.desired.map(ResourceLabeler.identified) else { return }
            try await record(try await client.replace(desired, options: options), change)
        }
    }

    private func update(
        _ change: ResourceChange
    ) async throws(KubernetesError) -> InstallReconcile.ApplyResult {
        switch change.strategy {
        case .skip: return .done
        case .alwaysReplace: try await replace(change)
        case .plain, .fallbackOnReplace, .fallbackOnUpdate, .fallbackOnUpdateOrNoop, .orphan:
            do throws(KubernetesError) {
                let saved = try await client.replace(
                    change.object, options: WriteOptions(fieldManager: Self.fieldManager))
                try await record(saved, change)
            } catch {
                if error.isInvalid, change.strategy == .fallbackOnReplace {
                    try await replace(change)
                } else if error.isConflict, let live = try await live(change) {
                    return .conflict(live: live)
                } else {
                    throw error
                }
            }
        }
        return .done
    }

    private func live(_ change: ResourceChange) async throws(KubernetesError) -> Value? {
        let object = change.object
        return try await client.find(
            object.groupVersionKind, namespace: object.objectNamespace, name: object.objectName)
    }

    /// Delete in the background, wait until it is gone, create anew.
    private func replace(_ change: ResourceChange) async throws(KubernetesError) {
        try await delete(change)
        let object = change.object
        for _ in 0..<Self.replaceTries {
            let live = try await client.find(
                object.groupVersionKind, namespace: object.objectNamespace, name: object.objectName)
            guard let live, live.uid == change.existing?.uid else { break }
            do { try await time.sleep(for: .seconds(1)) } catch { throw KubernetesError.cancelled }
        }
        var fresh = object
        for key in ["resourceVersion", "uid", "creationTimestamp", "generation", "managedFields", "selfLink"] {
            fresh[at: "metadata", key] = nil
        }
        fresh["status"] = nil
        let saved = try await client.create(fresh, options: WriteOptions(fieldManager: Self.fieldManager))
        try await record(saved, change)
    }

    private func delete(_ change: ResourceChange) async throws(KubernetesError) {
        guard let live = change.existing else { return }
        do {
            if change.operation == .delete, change.strategy == .orphan {
                _ = try await client.patch(
                    live.groupVersionKind, namespace: live.objectNamespace, name: live.objectName, type: .merge,
                    body: Self.released)
            } else {
                try await client.delete(
                    live.groupVersionKind, namespace: live.objectNamespace, name: live.objectName,
                    options: DeleteOptions(propagation: .background, uid: live.uid.isEmpty ? nil : live.uid))
            }
        } catch  where error.isNotFound || error.isNoKindMatch {
            return
        } catch  where error.isConflict && error.message.contains("UID") {
            // Another object took the name since: the one that was to go is gone.
            return
        }
    }

    /// A merge patch that takes an object out of its app.
    static let released: Value = [
        "metadata": [
            "labels": .object([KappKey.app: .null, KappKey.association: .null]),
            "annotations": .object([
                KappKey.identity: .null, KappKey.original: .null, KappKey.originalDiffMD5: .null,
            ]),
        ]
    ]

    /// Writes what was applied beside the object, once it is known what the server made of it.
    private func record(_ saved: Value, _ change: ResourceChange) async throws(KubernetesError) {
        guard let declared = change.declared else { return }
        let history = diff.history(saved: saved, applied: declared)
        guard !history.isEmpty else { return }
        do {
            _ = try await client.patch(
                saved.groupVersionKind, namespace: saved.objectNamespace, name: saved.objectName, type: .merge,
                body: ["metadata": ["annotations": .object(history.mapValues { .string($0) })]],
                options: WriteOptions(fieldManager: Self.fieldManager))
        } catch  where error.isNotFound {
            // Gone already, as some objects are: the wait says what that means.
        }
    }
}
