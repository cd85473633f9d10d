package import HummingbirdCore
package import Logging
package import NIOCore

/// HTTP/1.1 whose connections get their asynchronous half in the task that serves them, not where they are accepted.
///
/// Hummingbird's own wraps every connection when it is accepted; one that waits for its task when the server stops is
/// then never finished, which swift-nio takes for a mistake of the program and ends the process (swift-nio #2637).
package struct HandedOverChannel: ServerChildChannel {
    private let http: HTTP1Channel

    package init(_ http: HTTP1Channel) { self.http = http }

    package func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<AcceptedConnection> {
        channel.eventLoop.makeCompletedFuture {
            try channel.syncOptions?.setOption(.autoRead, value: false)
            try channel.pipeline.syncOperations.addHandler(WaitingHandler(), name: WaitingHandler.name)
            return AcceptedConnection(channel)
        }
    }

    package func handle(value: AcceptedConnection, logger: Logger) async {
        let channel = value.channel
        let http = http
        let taken = channel.eventLoop.flatSubmit { () -> EventLoopFuture<HTTP1Channel.Value> in
            guard channel.isActive else { return channel.eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel) }
            return channel.pipeline.removeHandler(name: WaitingHandler.name).flatMap {
                // Closed on the way here: nothing may be wrapped any more.
                guard channel.isActive else {
                    return channel.eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel)
                }
                return http.setup(channel: channel, logger: logger)
            }
        }
        do {
            let connection = try await taken.get()
            channel.setOption(.autoRead, value: true).whenFailure { _ in channel.close(promise: nil) }
            await http.handle(value: connection, logger: logger)
        } catch {
            logger.debug("A connection ended before it was served", metadata: ["error": "\(error)"])
            channel.close(promise: nil)
        }
    }
}

extension HTTPServerBuilder {
    /// HTTP/1.1 as `HandedOverChannel` serves it.
    package static func handedOver(
        configuration: HTTP1Channel.Configuration = HTTP1Channel.Configuration()
    ) -> HTTPServerBuilder {
        HTTPServerBuilder { responder in
            HandedOverChannel(HTTP1Channel(responder: responder, configuration: configuration))
        }
    }
}
