package import FleetModel
internal import ResourceModel

/// WATCH: opening a session and continuing it.
extension ClusterState {
    /// The API server's own bound on a watch without `timeoutSeconds` (min-request-timeout).
    static let defaultWatchSeconds: Int64 = 1800
    static let bookmarkSeconds: Int64 = 60

    mutating func startWatch(_ call: APICall) throws(APIStatus) -> WatchSession {
        let selection = try selection(call)
        let wanted = try requestedRevision(call)
        let seconds = call.request.parameter("timeoutSeconds").flatMap { Int64($0) } ?? Self.defaultWatchSeconds
        let start = real
        let lifetime = max(1, min(seconds, 86_400))
        var session = WatchSession(
            call: call, selection: selection, pending: [], revision: wanted ?? revision,
            sendsBookmarks: call.request.flag("allowWatchBookmarks"),
            nextBookmark: start.advanced(byMilliseconds: min(Self.bookmarkSeconds, max(1, lifetime - 2)) * 1000),
            deadline: start.advanced(byMilliseconds: lifetime * 1000))
        if call.request.flag("sendInitialEvents") {
            session.pending = [
                Self.line(
                    "ERROR",
                    APIStatus(
                        500, "InternalError",
                        "a watch stream was requested by the client but the required storage feature "
                            + "RequestWatchProgress is disabled"
                    ).object)
            ]
            session.isEnded = true
            return session
        }
        if wanted ?? 0 == 0 {
            session.revision = revision
            for object in store(of: call.resource).list(namespace: selection.namespace) where selection.matches(object)
            {
                let line = line("ADDED", object, &session)
                session.pending.append(line)
            }
        }
        return session
    }

    /// The lines that are due now; empty means: wait for a change of the resource or for the session's deadline.
    package func nextLines(_ session: inout WatchSession, at real: Timestamp) -> [[UInt8]] {
        if !session.pending.isEmpty {
            defer { session.pending = [] }
            return session.pending
        }
        if session.isEnded { return [] }
        let store = store(of: session.call.resource)
        guard let changes = store.changes(after: session.revision, maximum: settings.watchBatch) else {
            session.isEnded = true
            let oldest = store.trimmedThrough
            return [
                Self.line(
                    "ERROR",
                    APIStatus(
                        410, "Expired", "too old resource version: \(session.revision) (\(oldest))"
                    ).object)
            ]
        }
        var lines: [[UInt8]] = []
        for change in changes {
            session.revision = change.revision
            if let event = event(change, session.selection) { lines.append(line(event.type, event.object, &session)) }
        }
        if lines.isEmpty, session.sendsBookmarks, real >= session.nextBookmark {
            // About every minute, and once more a second before the end (cacher `nextBookmarkTime`).
            let next = real.advanced(byMilliseconds: Self.bookmarkSeconds * 1000)
            let last = session.deadline.advanced(byMilliseconds: -1000)
            session.nextBookmark = real < last ? min(next, last) : next
            lines.append(bookmark(session))
        }
        if real >= session.deadline { session.isEnded = true }
        return lines
    }

    /// A change as this selection sees it: an object that leaves the selection is DELETED for it.
    private func event(
        _ change: WatchRecord, _ selection: Selection
    ) -> (type: String, object: Value)? {
        let isIn = change.change != .deleted && selection.matches(change.object)
        let wasIn = change.previous.map(selection.matches) ?? false
        switch (wasIn, isIn) {
        case (false, false): return nil
        case (false, true): return ("ADDED", change.object)
        case (true, true): return ("MODIFIED", change.object)
        case (true, false):
            // The state the watcher knew, with the revision of the change (cacher's rule).
            guard change.change != .deleted, var last = change.previous else { return ("DELETED", change.object) }
            last[at: "metadata", "resourceVersion"] = .string(String(change.revision))
            return ("DELETED", last)
        }
    }

    private func line(_ type: String, _ object: Value, _ session: inout WatchSession) -> [UInt8] {
        let object = converted(object, to: session.call.resource)
        guard session.call.wantsTable else { return Self.line(type, object) }
        var row = table([object], session.call, resourceVersion: object.resourceVersion, isList: false)
        if session.hasSentColumns { row["columnDefinitions"] = .null }
        session.hasSentColumns = true
        return Self.line(type, row)
    }

    private func bookmark(_ session: WatchSession) -> [UInt8] {
        let resource = session.call.resource
        return Self.line(
            "BOOKMARK",
            [
                "kind": .string(resource.kind), "apiVersion": .string(resource.apiVersion),
                "metadata": [
                    "resourceVersion": .string(String(max(session.revision, revision))), "creationTimestamp": nil,
                ],
            ])
    }

    private static func line(_ type: String, _ object: Value) -> [UInt8] {
        var bytes = JSONWriter.bytes(["type": .string(type), "object": object])
        bytes.append(0x0A)
        return bytes
    }
}
