internal import AsyncHTTPClient
package import FleetModel
internal import FleetRuntime
internal import Foundation
internal import NIOCore
internal import NIOHTTP1

/// Following the event feed over server-sent events, across broken connections.
extension OperatorClient {
    /// Connections that gave nothing, in a row, before the feed is given up (about a minute).
    static let maximumFeedAttempts = 10

    /// Hands every event after `position` (nil: from now, or from `filter.since`) to `body`, in order and once.
    ///
    /// Ends when `body` gives false, by cancellation, or with an error once the coordinator stayed away.
    package func follow(
        after position: UInt64?, filter: EventFilter, onReconnect: (FleetError) -> Void = { _ in },
        _ body: (FleetEvent) async throws(FleetError) -> Bool
    ) async throws(FleetError) {
        var cursor = position
        var silent = 0
        while !Task.isCancelled {
            var failure = unreachable("the stream ended")
            do {
                var request = try request(.GET, "/v1/events/stream?\(Self.query(of: filter).dropFirst())")
                if let cursor { request.headers.add(name: "last-event-id", value: "\(cursor)") }
                let response = try await open(request)
                var parser = FeedParser()
                var buffers = response.body.makeAsyncIterator()
                while let buffer = try await next(&buffers) {
                    for item in try parser.feed(buffer) {
                        silent = 0
                        cursor = item.id ?? cursor
                        if let event = item.event, try await !body(event) { return }
                    }
                }
            } catch let error where error.code == .unavailable {
                failure = error
            }
            if Task.isCancelled { return }
            silent += 1
            guard silent < Self.maximumFeedAttempts else { throw failure }
            onReconnect(failure)
            try? await Task.sleep(for: .milliseconds(min(8000, 100 << silent)))
        }
    }

    private func open(_ request: HTTPClientRequest) async throws(FleetError) -> HTTPClientResponse {
        let response: HTTPClientResponse
        do { response = try await http.execute(request, deadline: .distantFuture) } catch {
            throw failure(error)
        }
        guard response.status.code == 200 else {
            let bytes = try? await response.body.collect(upTo: 1 << 20)
            throw refusal(response.status, bytes.map { Array($0.readableBytesView) } ?? [])
        }
        return response
    }

    private func next(
        _ buffers: inout HTTPClientResponse.Body.AsyncIterator
    ) async throws(FleetError) -> ByteBuffer? {
        do { return try await buffers.next() } catch { throw unreachable("\(error)") }
    }
}
