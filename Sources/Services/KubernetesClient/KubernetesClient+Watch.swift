internal import FleetRuntime
internal import Logging
internal import ResourceModel

extension KubernetesClient {
    /// Lists, then follows every change until the calling task is cancelled.
    ///
    /// A broken or ended stream is resumed from the last resourceVersion (bookmarks included); lost history (410) makes
    /// a new `.listed`. The handler is awaited, so a slow reader slows the server down and nothing is dropped.
    package func watch(
        _ target: WatchTarget, handler: (WatchEvent) async -> Void
    ) async {
        await watch(target) { event in
            await handler(event)
            return true
        }
    }

    /// The same; ends as soon as the handler answers false.
    package func watch(
        _ target: WatchTarget, while handler: (WatchEvent) async -> Bool
    ) async {
        var version = ""
        var backoff = limits.watchBackoffFirst
        while !Task.isCancelled {
            let before = version
            do throws(KubernetesError) {
                if version.isEmpty {
                    let list = try await list(target.kind, namespace: target.namespace, options: target.options)
                    version = list.resourceVersion
                    guard await handler(.listed(list.items)) else { return }
                }
                let start = version
                guard try await follow(target, from: &version, handler: handler) else { return }
                backoff = limits.watchBackoffFirst
                // A server that ends every watch at once must not be asked without pause.
                if version == start { try await pause(limits.watchBackoffFirst) }
            } catch {
                if error.isCancelled { return }
                if error.isExpired {
                    version = ""
                    continue
                }
                guard await handler(.interrupted(error)) else { return }
                logger.debug("watch interrupted", metadata: ["error": "\(error.description)"])
                if version != before { backoff = limits.watchBackoffFirst }
                do { try await pause(backoff) } catch { return }
                backoff = min(backoff * 2, limits.watchBackoffMost)
            }
        }
    }

    /// One watch request until the server ends it; `version` moves with every event. False when the handler has enough.
    private func follow(
        _ target: WatchTarget, from version: inout String, handler: (WatchEvent) async -> Bool
    ) async throws(KubernetesError) -> Bool {
        try Failpoint.kubernetesWatchOpen.failRequest()
        let resource = try await resource(for: target.kind)
        let query =
            target.options.selectors + [
                ("watch", "1"), ("allowWatchBookmarks", "true"), ("resourceVersion", version),
                ("timeoutSeconds", String(limits.watchSeconds)),
            ]
        let response = try await open(
            HTTPExchangeRequest(
                method: "GET",
                target: resource.collectionPath(namespace: target.namespace) + PercentEncoding.query(query),
                idleTimeout: limits.watchSilence))
        var splitter = LineSplitter(limit: limits.watchLineBytes)
        var iterator = response.body.makeAsyncIterator()
        while let chunk = try await Self.next(&iterator) {
            guard let lines = splitter.feed(chunk) else {
                throw KubernetesError(HTTPExchangeError.tooLarge(limit: limits.watchLineBytes))
            }
            for line in lines {
                try Failpoint.kubernetesWatchEvent.failRequest()
                guard let event = try Self.event(line, version: &version) else { continue }
                guard await handler(event) else { return false }
            }
        }
        return true
    }

    private static func next(
        _ iterator: inout HTTPBody.AsyncIterator
    ) async throws(KubernetesError) -> [UInt8]? {
        do {
            return try await iterator.next()
        } catch {
            throw KubernetesError(error)
        }
    }

    /// Nil for a bookmark and for event types this client does not know.
    private static func event(_ line: [UInt8], version: inout String) throws(KubernetesError) -> WatchEvent? {
        guard let value = try? JSONReader.read(line), let object = value["object"] else {
            throw KubernetesError(
                status: 0, reason: "Unintelligible", message: "a line of the watch is not a JSON event")
        }
        let type = value["type"]?.stringValue ?? ""
        if type == "ERROR" { throw KubernetesError(statusObject: object, httpStatus: 500) }
        if !object.resourceVersion.isEmpty { version = object.resourceVersion }
        switch type {
        case "ADDED": return .added(object)
        case "MODIFIED": return .modified(object)
        case "DELETED": return .deleted(object)
        default: return nil
        }
    }
}
