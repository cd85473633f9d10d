internal import CoordinatorService
internal import FleetModel
internal import FleetRuntime
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import ServiceLifecycle

/// The feed: pages, and the stream of server-sent events.
extension OperatorRoutes {
    func events(_ request: Request) async throws -> Response {
        let filter = try filter(request)
        let after = try position(query(request, "after"), named: "after") ?? 0
        let limit = try number(request, "limit", default: 100, in: 1...OperatorAPI.maximumPage)
        let last = await backend.lastEventPosition()
        let events = try await backend.events(after: after, filter: filter, limit: limit)
        let seen = events.last?.position ?? after
        let next = events.count < limit ? max(seen, last, after) : seen
        return JSONBody.response(EventPage(events: events, next: next, last: last))
    }

    /// Server-sent events from `Last-Event-ID`, else `after=`, else (with `since=`) that time, else from now on.
    ///
    /// Nothing is buffered for a slow reader: the next page is fetched when the last one was written to its socket.
    func stream(_ request: Request, by principal: Principal) async throws -> Response {
        let filter = try filter(request)
        let resumed = try position(
            request.headers[.init("Last-Event-ID") ?? .eTag], named: "Last-Event-ID")
        let asked = try position(query(request, "after"), named: "after")
        let last = await backend.lastEventPosition()
        let start = resumed ?? asked ?? (filter.since == nil ? last : 0)
        guard start <= last else {
            throw FleetError(
                .conflict, "the feed has no position \(start)", reason: "its newest event is \(last)",
                next: "start without a token: another coordinator's journal was read before")
        }
        try gate.enter()
        let body = ResponseBody { writer in
            defer { gate.leave() }
            try await write(filter: filter, from: start, for: principal, to: &writer)
            try await writer.finish(nil)
        }
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"], body: body)
    }

    private func write(
        filter: EventFilter, from start: UInt64, for principal: Principal, to writer: inout any ResponseBodyWriter
    ) async throws {
        var cursor = start
        try await writer.write(ByteBuffer(string: ": flotilla feed\nretry: 1000\nid: \(cursor)\n\n"))
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            // A revoked or locked operator's stream ends with the very event that says so.
            do { try await backend.authorize(.read, on: [], to: "read the feed", by: principal) } catch { return }
            let last = await backend.lastEventPosition()
            let events = try await backend.events(
                after: cursor, filter: filter, limit: limits.streamPage)
            if !events.isEmpty {
                var buffer = ByteBuffer()
                for event in events {
                    buffer.writeString("id: \(event.position)\ndata: ")
                    buffer.writeBytes(JSONBody.encode(event))
                    buffer.writeString("\n\n")
                }
                try await writer.write(buffer)
            }
            cursor = max(cursor, events.last?.position ?? 0)
            guard events.count < limits.streamPage else { continue }
            cursor = max(cursor, last)
            let after = cursor
            let heartbeat = limits.heartbeat
            await cancelWhenGracefulShutdown { await backend.waitForEvents(after: after, timeout: heartbeat) }
            if await backend.lastEventPosition() <= after {
                try await writer.write(ByteBuffer(string: ": heartbeat\nid: \(after)\n\n"))
            }
        }
    }

    private func filter(_ request: Request) throws(FleetError) -> EventFilter {
        return EventFilter(
            supervisor: query(request, "supervisor").map { SupervisorID($0) },
            service: query(request, "service").map { ServiceID($0) },
            task: query(request, "task").map { TaskID($0) }, since: try time(request, "since"))
    }

    func time(_ request: Request, _ name: String) throws(FleetError) -> Timestamp? {
        guard let text = query(request, name) else { return nil }
        guard let time = Timestamp(rfc3339: text) else {
            throw FleetError(
                .invalidArgument, "\(name)=\(text) is not a time", reason: "RFC 3339, 2026-11-22T13:49:08Z")
        }
        return time
    }

    private func position(_ text: String?, named name: String) throws(FleetError) -> UInt64? {
        guard let text, !text.isEmpty else { return nil }
        guard let position = UInt64(text) else {
            throw FleetError(
                .invalidArgument, "\(name) \(text) is not a position of the feed",
                reason: "a whole number, as the `id` of an event")
        }
        return position
    }
}
