internal import FleetModel
internal import FleetRuntime
internal import KubernetesClient
internal import Reconciliation
internal import ResourceModel

/// Carries out one change on the cluster, with kapp's strategies and kapp's error texts.
struct ChangeApplier: Sendable {
    static let fieldManager = "flotilla-agent"
    /// kapp: a conflict is worked out again so many times while the difference stays the same.
    private static let conflictTries = 10
    /// A replaced object must be gone before it is made again; looked at once a second.
    private static let replaceTries = 300

    let client: KubernetesClient
    let time: TimeSource
    let diff: SmartDiff

    /// Returns the object as the server saved it; nil when it is gone or was left alone.
    func apply(_ change: ResourceChange) async throws(KappError) -> Value? {
        do {
            switch change.operation {
            case .create: return try await create(change)
            case .update: return try await update(change)
            case .delete:
                try await delete(change)
                return nil
            case .noop: return change.existing
            case .exists: return try await waitForExisting(change)
            }
        } catch let error as KubernetesError {
            throw Self.described(error, change)
        } catch let error as KappError {
            throw error
        } catch {
            throw KappError.applying(change.operation, change.resource, cause: String(describing: error))
        }
    }

    static func described(_ error: KubernetesError, _ change: ResourceChange) -> KappError {
        error.status == 0 && !error.isNoKindMatch
            ? KappError.applying(change.operation, change.resource, cause: error.message)
            : KappError.applying(
                change.operation, change.resource, serverMessage: error.message, reason: error.reason)
    }

    /// What the server would say: the same request with `dryRun=All`. Nil when it would take it.
    func rehearse(_ change: ResourceChange) async throws(KubernetesError) -> KubernetesError? {
        let options = WriteOptions(dryRun: true, fieldManager: Self.fieldManager)
        do {
            switch (change.operation, change.strategy) {
            case (.create, _): _ = try await client.create(change.object, options: options)
            case (.update, .skip), (.update, .alwaysReplace): return nil
            case (.update, _): _ = try await client.replace(change.object, options: options)
            case (.delete, _), (.noop, _), (.exists, _): return nil
            }
            return nil
        } catch {
            if error.isUnreachable || error.isCancelled { throw error }
            if change.operation == .create, change.strategy != .plain, error.isAlreadyExists { return nil }
            return error
        }
    }

    private func create(_ change: ResourceChange) async throws -> Value? {
        let options = WriteOptions(fieldManager: Self.fieldManager)
        do {
            let saved = try await client.create(change.object, options: options)
            return try await record(saved, change)
        } catch let error as KubernetesError where error.isAlreadyExists && change.strategy != .plain {
            guard change.strategy == .fallbackOnUpdate,
                let live = try await client.find(
                    change.object.groupVersionKind, namespace: change.object.objectNamespace,
                    name: change.object.objectName)
            else { return nil }
            return try await update(recalculated(change, live: live))
        }
    }

    private func update(_ original: ResourceChange) async throws -> Value? {
        var change = original
        switch change.strategy {
        case .skip: return change.existing
        case .alwaysReplace: return try await replace(change)
        case .plain, .fallbackOnReplace, .fallbackOnUpdate, .fallbackOnUpdateOrNoop, .orphan: break
        }
        var tries = 0
        while true {
            do {
                let saved = try await client.replace(
                    change.object, options: WriteOptions(fieldManager: Self.fieldManager))
                return try await record(saved, change)
            } catch let error as KubernetesError {
                if error.isInvalid, change.strategy == .fallbackOnReplace { return try await replace(change) }
                guard error.isConflict, tries < Self.conflictTries else { throw error }
                tries += 1
                guard let live = try await client.find(
                    change.object.groupVersionKind, namespace: change.object.objectNamespace,
                    name: change.object.objectName)
                else { throw error }
                let again = recalculated(change, live: live)
                guard again.edits == original.edits else {
                    throw KappError.applying(
                        change.operation, change.resource,
                        cause: "Failed to update due to resource conflict "
                            + "(approved diff no longer matches): \(error.description)")
                }
                change = again
            }
        }
    }

    /// Delete in the background, wait until it is gone, create anew.
    private func replace(_ change: ResourceChange) async throws -> Value? {
        try await delete(change)
        let object = change.object
        for _ in 0..<Self.replaceTries {
            let live = try await client.find(
                object.groupVersionKind, namespace: object.objectNamespace, name: object.objectName)
            guard let live, live.uid == change.existing?.uid else { break }
            try await time.sleep(for: .seconds(1))
        }
        var fresh = object
        for key in ["resourceVersion", "uid", "creationTimestamp", "generation", "managedFields", "selfLink"] {
            fresh[at: "metadata", key] = nil
        }
        fresh["status"] = nil
        let saved = try await client.create(fresh, options: WriteOptions(fieldManager: Self.fieldManager))
        return try await record(saved, change)
    }

    private func delete(_ change: ResourceChange) async throws {
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
        } catch let error as KubernetesError where error.isNotFound || error.isNoKindMatch {
            return
        } catch let error as KubernetesError where error.isConflict && error.message.contains("UID") {
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

    private func waitForExisting(_ change: ResourceChange) async throws -> Value? {
        let object = change.object
        let live = try await client.find(
            object.groupVersionKind, namespace: object.objectNamespace, name: object.objectName)
        guard let live else {
            throw KappError.applying(
                .exists, change.resource, cause: "External resource doesn't exists")
        }
        return live
    }

    private func recalculated(_ change: ResourceChange, live: Value) -> ResourceChange {
        guard let declared = change.declared else { return change }
        let comparison = diff.compare(existing: live, new: declared)
        var again = change
        again.existing = live
        again.desired = comparison.desired.map(ResourceLabeler.identified)
        again.edits = comparison.edits
        return again
    }

    /// Writes what was applied beside the object, once it is known what the server made of it.
    private func record(_ saved: Value, _ change: ResourceChange) async throws -> Value {
        guard let declared = change.declared else { return saved }
        let history = diff.history(saved: saved, applied: declared)
        guard !history.isEmpty else { return saved }
        do {
            return try await client.patch(
                saved.groupVersionKind, namespace: saved.objectNamespace, name: saved.objectName, type: .merge,
                body: ["metadata": ["annotations": .object(history.mapValues { .string($0) })]],
                options: WriteOptions(fieldManager: Self.fieldManager))
        } catch where error.isNotFound {
            // Gone already, as some objects are: the wait says what that means.
            return saved
        }
    }
}
