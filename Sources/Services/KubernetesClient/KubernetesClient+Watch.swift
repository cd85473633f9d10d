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
        var version = ""
        var backoff = limits.watchBackoffFirst
        while !Task.isCancelled {
            do {
                if version.isEmpty {
                    let list = try await list(target.kind, namespace: target.namespace, options: target.options)
                    version = list.resourceVersion
                    await handler(.listed(list.items))
                }
                var isQuiet = true
                try await follow(target, from: &version) {
                    isQuiet = false
                    backoff = limits.watchBackoffFirst
                    await handler($0)
                }
                // A server that ends every watch at once must not be asked without pause.
                if isQuiet { try await pause(limits.watchBackoffFirst) }
            } catch  where error.isCancelled {
                return
            } catch  where error.isExpired {
                version = ""
            } catch {
                await handler(.interrupted(error))
                logger.debug("watch interrupted", metadata: ["error": "\(error.description)"])
                do { try await pause(backoff) } catch { return }
                backoff = min(backoff * 2, limits.watchBackoffMost)
            }
        }
    }

    /// One watch request until the server ends it; `version` moves with every event.
    private func follow(
        _ target: WatchTarget, from version: inout String, handler: (WatchEvent) async -> Void
    ) async throws(KubernetesError) {
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
                guard let event = try Self.event(line, version: &version) else { continue }
                await handler(event)
            }
        }
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
